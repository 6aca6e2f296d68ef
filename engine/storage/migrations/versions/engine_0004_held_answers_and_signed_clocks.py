"""What was typed before a step broke, where it broke, and the clocks signed for in a move."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0004"
down_revision = "engine_0003"
branch_labels = None
depends_on = None

_TASK = "fk_incidents_task_id_tasks"


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("incidents") as table:
        table.add_column(sa.Column("task_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("process", sa.String(length=100), nullable=True))
        table.add_column(sa.Column("answers", sa.JSON(none_as_null=True), nullable=True))
        table.add_column(sa.Column("answered_by_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f(_TASK), "tasks", ["task_id"], ["id"])
    op.add_column(
        "moves", sa.Column("signed", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_column("moves", "signed")
    with op.batch_alter_table("incidents") as table:
        table.drop_constraint(op.f(_TASK), type_="foreignkey")
        for column in ("answered_by_id", "answers", "process", "task_id"):
            table.drop_column(column)
