"""Who is exempt from Digital Post."""

import sqlalchemy as sa
from alembic import op

revision = "workflows_0015"
down_revision = "workflows_0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody is, as far as is known."""
    op.add_column(
        "young_people",
        sa.Column("digital_post_exempt", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_column("young_people", "digital_post_exempt")
