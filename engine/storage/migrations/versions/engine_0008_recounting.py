"""What a date hangs on, the ledger of a deadline's days, and passes of recounting."""

from datetime import date

import sqlalchemy as sa
from alembic import op

from engine.storage.types import UtcDateTime

revision = "engine_0008"
down_revision = "engine_0007"
branch_labels = None
depends_on = None

_OPEN = sa.text("closed_at IS NULL")
_COUNTED = sa.text("done_at IS NULL AND kind <> 'rung'")


def upgrade() -> None:
    """Add columns and tables. Of what is open nobody knows what it hangs on: so on everything."""
    for table, open_rows in (("tasks", _OPEN), ("timers", _COUNTED)):
        op.add_column(table, sa.Column("counted_from", sa.Date(), nullable=True))
        op.add_column(table, sa.Column("counted_to", sa.Date(), nullable=True))
        op.add_column(table, sa.Column("counted_by", sa.Text(), nullable=False, server_default=""))
        columns = ["counted_to", "counted_from"]
        _index(table, "days", columns, open_rows)
        _index(table, "by", ["counted_by"], open_rows)
        rows = sa.table(
            table, *(sa.column(name) for name in (*columns, "counted_by", "closed_at", "done_at"))
        )
        unknown = {"counted_from": date.min, "counted_to": date.max, "counted_by": "*"}
        op.execute(rows.update().where(open_rows).values(unknown))
    _make_ledger()
    _make_recounts()


def downgrade() -> None:
    """Drop them."""
    op.drop_table("recounts")
    op.drop_table("deadline_days")
    for table in ("timers", "tasks"):
        op.drop_index(f"ix_{table}_counted_by", table)
        op.drop_index(f"ix_{table}_counted_days", table)
        for column in ("counted_by", "counted_to", "counted_from"):
            op.drop_column(table, column)


def _index(table: str, name: str, columns: list[str], where: sa.TextClause) -> None:
    named = f"ix_{table}_counted_{name}"
    op.create_index(named, table, columns, postgresql_where=where, sqlite_where=where)


def _make_ledger() -> None:
    op.create_table(
        "deadline_days",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("period", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_deadline_days_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_deadline_days_task_id_tasks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_days")),
    )
    op.create_index("ix_deadline_days_task_id", "deadline_days", ["task_id"])


def _make_recounts() -> None:
    op.create_table(
        "recounts",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("former", sa.Integer(), nullable=True),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("again_at", UtcDateTime(), nullable=True),
        sa.Column("reached_id", sa.Uuid(), nullable=True),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_recounts")),
    )
