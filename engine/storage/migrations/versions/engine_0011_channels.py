"""How a message leaves the house, and what Digital Post answered."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0011"
down_revision = "engine_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What there is left by mail."""
    op.add_column(
        "outbox", sa.Column("channel", sa.String(20), nullable=False, server_default="mail")
    )
    op.add_column("outbox", sa.Column("receipt", sa.String(100), nullable=False, server_default=""))


def downgrade() -> None:
    """Forget it."""
    op.drop_column("outbox", "receipt")
    op.drop_column("outbox", "channel")
