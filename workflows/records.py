"""Every table of the youth effort in one import, for migrations and for empty databases.

Importing this module also registers the triggers that guard the primary responsible.
"""

from pathlib import Path

import engine.storage.models  # noqa: F401  # the engine's tables come first
import workflows.access.records
import workflows.calendars.records
import workflows.cases.enforcement
import workflows.cases.records
import workflows.consent.records
import workflows.forums.records
import workflows.handover.records
import workflows.identity.records
import workflows.municipalities.records
import workflows.people.records
import workflows.plans.records
import workflows.rehearsal.records
import workflows.rights.records  # noqa: F401  # imported for their tables
from engine.storage.base import Base

METADATA = Base.metadata
REVISIONS = Path(__file__).parent / "migrations" / "versions"
