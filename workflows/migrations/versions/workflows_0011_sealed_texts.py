"""CPR numbers, and what was written in consents, plans, minutes and handovers, rest encrypted."""

import sqlalchemy as sa
from alembic import context, op

from engine.storage.keys import Keyring
from engine.storage.resealing import Resealing, by_query, unseal
from engine.storage.sealing import Sealed, SealedText

revision = "workflows_0011"
down_revision = "workflows_0010"
branch_labels = None
depends_on = "engine_0009"

_OF_CONSENT = (
    "SELECT c.case_id FROM consents c JOIN consent_answers a ON a.consent_id = c.id "
    "WHERE a.id = :id"
)
_OF_VERSION = (
    "SELECT p.case_id FROM plans p JOIN plan_versions v ON v.plan_id = p.id WHERE v.id = :id"
)
_OF_GOAL = (
    "SELECT p.case_id FROM plans p JOIN plan_versions v ON v.plan_id = p.id "
    "JOIN goals g ON g.version_id = v.id WHERE g.id = :id"
)
_OF_PERSON = (
    "SELECT case_id FROM youth_cases WHERE young_person_id = :id ORDER BY case_id DESC LIMIT 1"
)
_COLUMNS: tuple[tuple[Sealed, str], ...] = (
    (SealedText("consents.what_for", kept=True), "SELECT case_id FROM consents WHERE id = :id"),
    (SealedText("consents.shown_text", kept=True), "SELECT case_id FROM consents WHERE id = :id"),
    (
        SealedText("legal_basis_uses.reason", kept=True),
        "SELECT case_id FROM legal_basis_uses WHERE id = :id",
    ),
    (SealedText("consent_answers.note", kept=True), _OF_CONSENT),
    (SealedText("consent_answers.evidence", kept=True), _OF_CONSENT),
    (SealedText("agreements.goal", kept=True), "SELECT case_id FROM agreements WHERE id = :id"),
    (
        SealedText("agreements.agreement", kept=True),
        "SELECT case_id FROM agreements WHERE id = :id",
    ),
    (SealedText("handovers.rejection", kept=True), "SELECT case_id FROM handovers WHERE id = :id"),
    (SealedText("plan_versions.vision", kept=True), _OF_VERSION),
    (SealedText("goals.wording", kept=True), _OF_GOAL),
)
_PEOPLE = sa.table(
    "young_people",
    sa.column("id", sa.Uuid()),
    sa.column("cpr", sa.String()),
    sa.column("cpr_mark", sa.String()),
    sa.column("key_id", sa.Uuid()),
)
_CASES = sa.table("cases", sa.column("id", sa.Uuid()), sa.column("key_id", sa.Uuid()))
_YOUTH_CASES = sa.table(
    "youth_cases", sa.column("case_id", sa.Uuid()), sa.column("young_person_id", sa.Uuid())
)


def upgrade() -> None:
    """Seal them."""
    keyring: Keyring = context.config.attributes["keyring"]
    sealing = Resealing(op.get_bind(), keyring)
    with op.batch_alter_table("young_people") as people:
        people.add_column(sa.Column("key_id", sa.Uuid(), nullable=True))
        people.add_column(sa.Column("cpr_mark", sa.String(length=64), nullable=True))
        people.drop_constraint(op.f("uq_young_people_cpr"), type_="unique")
        people.create_unique_constraint(op.f("uq_young_people_cpr_mark"), ["cpr_mark"])
    _give_keys(op.get_bind(), keyring)
    sealing.seal(
        "young_people",
        SealedText("young_people.cpr"),
        sa.String(length=10),
        by_query(_OF_PERSON),
    )
    for column, owner in _COLUMNS:
        sealing.seal(column.label.partition(".")[0], column, sa.Text(), by_query(owner))
    sealing.bind()


def _give_keys(connection: sa.Connection, keyring: Keyring) -> None:
    """Give each young person the key of a case of theirs, and mark their number."""
    for person_id, cpr in connection.execute(sa.select(_PEOPLE.c.id, _PEOPLE.c.cpr)).all():
        newest = (
            sa.select(_CASES.c.key_id)
            .join(_YOUTH_CASES, _YOUTH_CASES.c.case_id == _CASES.c.id)
            .where(_YOUTH_CASES.c.young_person_id == person_id)
            .order_by(_CASES.c.id.desc())
            .limit(1)
        )
        connection.execute(
            sa.update(_PEOPLE)
            .where(_PEOPLE.c.id == person_id)
            .values(
                key_id=connection.execute(newest).scalar(),
                cpr_mark=keyring.mark(cpr) if cpr else None,
            )
        )


def downgrade() -> None:
    """Open them again."""
    keyring: Keyring = context.config.attributes["keyring"]
    for column, _ in _COLUMNS:
        unseal(op.get_bind(), keyring, column, sa.Text())
    unseal(op.get_bind(), keyring, SealedText("young_people.cpr"), sa.String(length=10))
    with op.batch_alter_table("young_people") as people:
        people.drop_constraint(op.f("uq_young_people_cpr_mark"), type_="unique")
        people.create_unique_constraint(op.f("uq_young_people_cpr"), ["cpr"])
        people.drop_column("cpr_mark")
        people.drop_column("key_id")
