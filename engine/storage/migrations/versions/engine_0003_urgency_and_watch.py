"""Which due timer goes first, and the nightly rounds of the watchdog."""

import sqlalchemy as sa
from alembic import op

from engine.storage.types import UtcDateTime

revision = "engine_0003"
down_revision = "engine_0002"
branch_labels = None
depends_on = None

_PENDING = sa.text("done_at IS NULL")
_OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    """Rank what waits by the ladder of its task, and make the table of rounds."""
    op.add_column(
        "timers", sa.Column("urgency", sa.Integer(), nullable=False, server_default=sa.text("1"))
    )
    op.execute(
        "UPDATE timers SET urgency = 0 WHERE done_at IS NULL AND task_id IN "
        "(SELECT id FROM tasks WHERE ladder IN ('B', 'H'))"
    )
    _index_by("due_at", "urgency", "id")
    op.create_table(
        "rounds",
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("reached_id", sa.Uuid(), nullable=True),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("night", name=op.f("pk_rounds")),
    )
    op.create_index(
        "ix_instances_open",
        "instances",
        ["id"],
        unique=False,
        postgresql_where=_OPEN,
        sqlite_where=_OPEN,
    )


def downgrade() -> None:
    """Take both back."""
    op.drop_index("ix_instances_open", table_name="instances")
    op.drop_table("rounds")
    _index_by("due_at", "id")
    op.drop_column("timers", "urgency")


def _index_by(*columns: str) -> None:
    op.drop_index("ix_timers_due", table_name="timers")
    op.create_index(
        "ix_timers_due",
        "timers",
        list(columns),
        unique=False,
        postgresql_where=_PENDING,
        sqlite_where=_PENDING,
    )
