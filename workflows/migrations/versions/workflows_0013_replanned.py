"""Meetings keep why they are when they are, who chose the day, and when attendance is checked."""

import sqlalchemy as sa
from alembic import op

from engine.storage.types import UtcDateTime

revision = "workflows_0013"
down_revision = "workflows_0012"
branch_labels = None
depends_on = None

_COLUMNS = ("carried", "by_hand", "check_at", "checked_at", "why", "why_cut_off")


def upgrade() -> None:
    """Add the columns. Every item follows its meeting; what has begun is not looked at again."""
    with op.batch_alter_table("meetings") as table:
        table.add_column(sa.Column("carried", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(
            sa.Column("by_hand", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("check_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("checked_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("why", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("why_cut_off", sa.JSON(), nullable=False, server_default="[]"))
    _fill()
    with op.batch_alter_table("meetings") as table:
        table.alter_column("check_at", nullable=False)


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("meetings") as table:
        for column in _COLUMNS:
            table.drop_column(column)


def _fill() -> None:
    """Let the meetings that stand be looked at at their cut-off: it lies before the day."""
    op.execute(
        sa.text(
            "UPDATE meetings SET carried = sequence, check_at = cut_off_at,"
            " by_hand = (moved_from IS NOT NULL),"
            " checked_at = CASE WHEN state IN ('planned', 'agenda_closed') THEN NULL"
            " ELSE cut_off_at END"
        )
    )
