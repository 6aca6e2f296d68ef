"""Who somebody is at a provider, posts that its groups give, and competence that is lent."""

import sqlalchemy as sa
from alembic import op

from engine.storage.types import UtcDateTime

revision = "workflows_0010"
down_revision = "workflows_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, and mark the posts there are as given by the house."""
    op.create_table(
        "provider_identities",
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employee_id"],
            ["employees.id"],
            name=op.f("fk_provider_identities_employee_id_employees"),
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_provider_identities")),
        sa.UniqueConstraint("employee_id", name=op.f("uq_provider_identities_employee_id")),
    )
    op.add_column(
        "posts", sa.Column("from_group", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "postings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("begins_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("given_by_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employees.id"], name=op.f("fk_postings_employee_id_employees")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_postings_unit_id_units")),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["employees.id"], name=op.f("fk_postings_given_by_id_employees")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["employees.id"], name=op.f("fk_postings_ended_by_id_employees")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postings")),
    )
    op.create_index("ix_postings_employee_id", "postings", ["employee_id", "ends_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("postings")
    op.drop_column("posts", "from_group")
    op.drop_table("provider_identities")
