"""What runs and what is kept of a case carries the closed compartment it lies in."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0012"
down_revision = "engine_0011"
branch_labels = None
depends_on = None

_TABLES = (
    "cases",
    "instances",
    "tasks",
    "timers",
    "waits",
    "messages",
    "answers",
    "journal",
    "outbox",
    "incidents",
    "moves",
    "deadline_days",
)


def upgrade() -> None:
    """Add the column; what is there lies in no compartment."""
    for table in _TABLES:
        op.add_column(table, sa.Column("compartment", sa.String(length=40), nullable=True))


def downgrade() -> None:
    """Drop it."""
    for table in reversed(_TABLES):
        op.drop_column(table, "compartment")
