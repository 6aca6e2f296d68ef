"""Of each look: what it rests on, and which young people it showed."""

import sqlalchemy as sa
from alembic import op

revision = "workflows_0012"
down_revision = "workflows_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; of the looks of before nobody noted them."""
    with op.batch_alter_table("read_log") as table:
        table.add_column(
            sa.Column("person_ids", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
        )
        table.add_column(
            sa.Column("behind", sa.String(length=60), nullable=False, server_default=sa.text("''"))
        )


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("read_log") as table:
        table.drop_column("behind")
        table.drop_column("person_ids")
