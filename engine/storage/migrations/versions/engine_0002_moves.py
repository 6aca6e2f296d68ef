"""The moves of instances to another version of their process."""

import sqlalchemy as sa
from alembic import op

from engine.storage.types import UtcDateTime

revision = "engine_0002"
down_revision = "engine_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.String(length=64), nullable=False),
        sa.Column("to_id", sa.String(length=64), nullable=False),
        sa.Column("state_before", sa.LargeBinary(), nullable=True),
        sa.Column("digest_after", sa.String(length=64), nullable=False),
        sa.Column("moved_at", UtcDateTime(), nullable=False),
        sa.Column("moved_by_id", sa.Uuid(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_moves_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["from_id"], ["definitions.id"], name=op.f("fk_moves_from_id_definitions")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instances.id"], name=op.f("fk_moves_instance_id_instances")
        ),
        sa.ForeignKeyConstraint(
            ["to_id"], ["definitions.id"], name=op.f("fk_moves_to_id_definitions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    op.create_index("ix_moves_instance_id", "moves", ["instance_id"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_moves_instance_id", table_name="moves")
    op.drop_table("moves")
