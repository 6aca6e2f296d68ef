"""Rehearsals that process owners ask for in the studio."""

import sqlalchemy as sa
from alembic import op

from engine.storage.types import UtcDateTime

revision = "workflows_0007"
down_revision = "workflows_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "rehearsals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process", sa.String(length=100), nullable=False),
        sa.Column("tried", sa.String(length=20), nullable=False),
        sa.Column("files", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("definition_id", sa.String(length=64), nullable=True),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("behaviour", sa.String(length=20), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=True),
        sa.Column("thousandths", sa.Integer(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=True),
        sa.Column("beat_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("report", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["definitions.id"],
            name=op.f("fk_rehearsals_definition_id_definitions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehearsals")),
        sa.UniqueConstraint("turn", name=op.f("uq_rehearsals_turn")),
    )
    op.create_index("ix_rehearsals_process", "rehearsals", ["process", "asked_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_rehearsals_process", table_name="rehearsals")
    op.drop_table("rehearsals")
