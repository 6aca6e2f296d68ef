"""How a message leaves: at once, when it is not quiet, or as a line of the morning's digest."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0006"
down_revision = "engine_0005"
branch_labels = None
depends_on = None

_TASK, _DIGEST = "fk_outbox_task_id_tasks", "fk_outbox_digest_id_outbox"


def upgrade() -> None:
    """Add the columns; what waits already leaves by itself."""
    with op.batch_alter_table("outbox") as table:
        table.add_column(
            sa.Column("leaves", sa.String(length=10), nullable=False, server_default="awake")
        )
        table.add_column(sa.Column("task_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("digest_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f(_TASK), "tasks", ["task_id"], ["id"])
        table.create_foreign_key(op.f(_DIGEST), "outbox", ["digest_id"], ["id"])


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("outbox") as table:
        table.drop_constraint(op.f(_DIGEST), type_="foreignkey")
        table.drop_constraint(op.f(_TASK), type_="foreignkey")
        for column in ("digest_id", "task_id", "leaves"):
            table.drop_column(column)
