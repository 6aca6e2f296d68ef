"""How the dates among the data of an instance came about."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0005"
down_revision = "engine_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what runs already goes on without a reason for its given dates."""
    op.add_column(
        "instances",
        sa.Column("reckoned", sa.JSON(), nullable=False, server_default=sa.text("'{}'")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_column("instances", "reckoned")
