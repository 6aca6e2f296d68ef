"""What stands beside an answer is found by index."""

from alembic import op

revision = "workflows_0021"
down_revision = "workflows_0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_annotations_answers_id", "annotations", ["answers_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_annotations_answers_id", table_name="annotations")
