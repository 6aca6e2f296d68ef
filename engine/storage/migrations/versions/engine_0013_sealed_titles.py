"""What a task is called rests encrypted: that of an agreement is what was said at the meeting."""

import sqlalchemy as sa
from alembic import context, op

from engine.storage.resealing import Resealing, by_query, unseal
from engine.storage.sealing import SealedText

revision = "engine_0013"
down_revision = "engine_0012"
branch_labels = None
depends_on = None

_TITLE = SealedText("tasks.title")
_PLAIN = sa.String(length=200)


def upgrade() -> None:
    """Seal it."""
    sealing = Resealing(op.get_bind(), context.config.attributes["keyring"])
    sealing.seal("tasks", _TITLE, _PLAIN, by_query("SELECT case_id FROM tasks WHERE id = :id"))


def downgrade() -> None:
    """Open it again."""
    unseal(op.get_bind(), context.config.attributes["keyring"], _TITLE, _PLAIN)
