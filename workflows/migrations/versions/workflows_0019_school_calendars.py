"""Which school of the municipality's list a young person attends."""

import sqlalchemy as sa
from alembic import op

revision = "workflows_0019"
down_revision = "workflows_0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nobody has chosen yet."""
    op.add_column("young_people", sa.Column("school_code", sa.String(length=60), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("young_people", "school_code")
