"""How a family is reached, and who is named in consents, rest encrypted."""

from typing import Any

import sqlalchemy as sa
from alembic import context, op

from engine.storage.resealing import Resealing, by_query, unseal
from engine.storage.sealing import Sealed, SealedList, SealedText

revision = "workflows_0018"
down_revision = "workflows_0017"
branch_labels = None
depends_on = None

_OF_PERSON = (
    "SELECT case_id FROM youth_cases WHERE young_person_id = :id ORDER BY case_id DESC LIMIT 1"
)
_OF_GUARDIAN = (
    "SELECT c.case_id FROM youth_cases c JOIN guardians g "
    "ON g.young_person_id = c.young_person_id WHERE g.id = :id ORDER BY c.case_id DESC LIMIT 1"
)
_OF_CONSENT = "SELECT case_id FROM consents WHERE id = :id"
_OF_USE = "SELECT case_id FROM legal_basis_uses WHERE id = :id"
_COLUMNS: tuple[tuple[Sealed, sa.types.TypeEngine[Any], str], ...] = (
    (SealedText("young_people.phone"), sa.String(length=30), _OF_PERSON),
    (SealedText("young_people.email"), sa.String(length=200), _OF_PERSON),
    (SealedText("young_people.school"), sa.String(length=200), _OF_PERSON),
    (SealedText("guardians.name"), sa.String(length=200), _OF_GUARDIAN),
    (SealedText("guardians.relation"), sa.String(length=60), _OF_GUARDIAN),
    (SealedText("guardians.email"), sa.String(length=200), _OF_GUARDIAN),
    (SealedText("guardians.phone"), sa.String(length=30), _OF_GUARDIAN),
    (SealedList("consents.from_parties"), sa.JSON(), _OF_CONSENT),
    (SealedList("consents.to_parties"), sa.JSON(), _OF_CONSENT),
    (SealedList("legal_basis_uses.to_parties"), sa.JSON(), _OF_USE),
)


def upgrade() -> None:
    """Seal them."""
    sealing = Resealing(op.get_bind(), context.config.attributes["keyring"])
    for column, plain, owner in _COLUMNS:
        sealing.seal(column.label.partition(".")[0], column, plain, by_query(owner))


def downgrade() -> None:
    """Open them again."""
    for column, plain, _ in _COLUMNS:
        unseal(op.get_bind(), context.config.attributes["keyring"], column, plain)
