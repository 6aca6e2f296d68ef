"""Young people are found by their birth date: the board and the nightly proof ask by age."""

from alembic import op

revision = "workflows_0003"
down_revision = "workflows_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_young_people_birth_date", "young_people", ["birth_date"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_young_people_birth_date", table_name="young_people")
