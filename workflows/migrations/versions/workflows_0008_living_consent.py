"""A consent says what, to whom and until when; what it opens stands in rows of its own."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.storage.types import UtcDateTime

revision = "workflows_0008"
down_revision = "workflows_0007"
branch_labels = None
depends_on = None

_LISTS = ("types", "from_parties", "to_parties", "replaces")


def upgrade() -> None:
    """Create the tables, and let older consents say what they were: sharing with the team."""
    for column in _columns():
        op.add_column("consents", column)
    op.execute("UPDATE consents SET kind = 'disclose', to_parties = '[\"team\"]'")
    op.add_column(
        "consent_answers",
        sa.Column("evidence", sa.String(length=200), nullable=False, server_default=""),
    )
    _legal_basis_uses()
    _access_grants()


def _columns() -> list[sa.Column[Any]]:
    lists = [sa.Column(each, sa.JSON(), nullable=False, server_default="[]") for each in _LISTS]
    return [
        *lists,
        sa.Column("also", sa.String(length=300), nullable=False, server_default=""),
        sa.Column("what_for", sa.Text(), nullable=False, server_default=""),
        sa.Column("compartment", sa.String(length=40), nullable=True),
        sa.Column("shown_text", sa.Text(), nullable=False, server_default=""),
        sa.Column("lasts_until", sa.Date(), nullable=True),
        sa.Column("withdrawn_party", sa.String(length=60), nullable=True),
        sa.Column("stopped", sa.JSON(), nullable=False, server_default="{}"),
    ]


def _legal_basis_uses() -> None:
    op.create_table(
        "legal_basis_uses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("to_parties", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("informed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_legal_basis_uses_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_legal_basis_uses_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_basis_uses")),
    )
    op.create_index("ix_legal_basis_uses_case_id", "legal_basis_uses", ["case_id"])
    op.create_index("ix_legal_basis_uses_at", "legal_basis_uses", ["at"])


def _access_grants() -> None:
    holders = {
        "forum_id": "forums",
        "unit_id": "units",
        "employee_id": "employees",
        "guardian_id": "guardians",
    }
    op.create_table(
        "access_grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=True) for name in holders),
        sa.Column("classes", sa.JSON(), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("compartment", sa.String(length=40), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_why", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_access_grants_case_id_cases")
        ),
        *(
            sa.ForeignKeyConstraint(
                [name], [f"{table}.id"], name=op.f(f"fk_access_grants_{name}_{table}")
            )
            for name, table in holders.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_grants")),
    )
    op.create_index("ix_access_grants_case_id", "access_grants", ["case_id"])
    op.create_index("ix_access_grants_source_id", "access_grants", ["source_id"])


def downgrade() -> None:
    """Drop it all; what a consent was for is lost."""
    op.drop_table("access_grants")
    op.drop_table("legal_basis_uses")
    op.drop_column("consent_answers", "evidence")
    for column in _columns():
        op.drop_column("consents", column.name)
