"""When a meeting begins and ends, what changed of it, who came, and what was agreed."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

from engine.storage.types import UtcDateTime

revision = "workflows_0002"
down_revision = "workflows_0001"
branch_labels = None
depends_on = None

_ZONE = ZoneInfo("Europe/Copenhagen")
_NEW = ("drawn_on", "starts_at", "ends_at", "changed_at")


def upgrade() -> None:
    """Add them; meetings that stand already begin when their forum does."""
    _forums()
    _meetings()
    with op.batch_alter_table("agenda_items") as table:
        table.add_column(
            sa.Column("disciplines", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
        )
        table.add_column(
            sa.Column("moved_count", sa.Integer(), nullable=False, server_default=sa.text("0"))
        )
    _attendances()
    _agreements()


def downgrade() -> None:
    """Drop them."""
    op.drop_table("agreements")
    op.drop_table("attendances")
    with op.batch_alter_table("agenda_items") as table:
        table.drop_column("moved_count")
        table.drop_column("disciplines")
    with op.batch_alter_table("meetings") as table:
        table.drop_constraint(op.f("uq_meetings_forum_id_drawn_on"), type_="unique")
        for column in (*_NEW, "place", "moved_from", "sequence"):
            table.drop_column(column)
    with op.batch_alter_table("forums") as table:
        table.drop_column("quorum")
        table.drop_column("ends")


def _forums() -> None:
    with op.batch_alter_table("forums") as table:
        table.add_column(
            sa.Column("ends", sa.String(length=5), nullable=False, server_default=sa.text("''"))
        )
        table.add_column(sa.Column("quorum", sa.Integer(), nullable=True))


def _meetings() -> None:
    with op.batch_alter_table("meetings") as table:
        table.add_column(sa.Column("drawn_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("starts_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("ends_at", UtcDateTime(), nullable=True))
        table.add_column(
            sa.Column("place", sa.String(length=200), nullable=False, server_default=sa.text("''"))
        )
        table.add_column(sa.Column("moved_from", sa.Date(), nullable=True))
        table.add_column(
            sa.Column("sequence", sa.Integer(), nullable=False, server_default=sa.text("0"))
        )
        table.add_column(sa.Column("changed_at", UtcDateTime(), nullable=True))
    _fill()
    with op.batch_alter_table("meetings") as table:
        for column in _NEW:
            table.alter_column(column, nullable=False)
        table.create_unique_constraint(
            op.f("uq_meetings_forum_id_drawn_on"), ["forum_id", "drawn_on"]
        )


def _fill() -> None:
    """Give each meeting that stands the hours of its forum; it has not changed since."""
    meetings = sa.table(
        "meetings",
        sa.column("id", sa.Uuid()),
        sa.column("forum_id", sa.Uuid()),
        sa.column("held_on", sa.Date()),
        sa.column("cut_off_at", UtcDateTime()),
        sa.column("drawn_on", sa.Date()),
        sa.column("starts_at", UtcDateTime()),
        sa.column("ends_at", UtcDateTime()),
        sa.column("changed_at", UtcDateTime()),
        sa.column("place", sa.String()),
    )
    forums = sa.table(
        "forums",
        sa.column("id", sa.Uuid()),
        sa.column("starts", sa.String()),
        sa.column("place", sa.String()),
    )
    found = sa.select(
        meetings.c.id, meetings.c.held_on, meetings.c.cut_off_at, forums.c.starts, forums.c.place
    ).join_from(meetings, forums, forums.c.id == meetings.c.forum_id)
    for meeting, held_on, cut_off_at, starts, place in op.get_bind().execute(found).all():
        begins = _at(held_on, starts)
        op.execute(
            sa.update(meetings)
            .where(meetings.c.id == meeting)
            .values(
                drawn_on=held_on,
                starts_at=begins,
                ends_at=begins + timedelta(hours=1),
                changed_at=cut_off_at,
                place=place,
            )
        )


def _at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock or "09:00"), _ZONE)


def _attendances() -> None:
    op.create_table(
        "attendances",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("has_mandate", sa.Boolean(), nullable=False),
        sa.Column("substitute_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_attendances_meeting_id_meetings")
        ),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employees.id"], name=op.f("fk_attendances_employee_id_employees")
        ),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["employees.id"], name=op.f("fk_attendances_substitute_id_employees")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "employee_id", "role", name=op.f("pk_attendances")),
    )


def _agreements() -> None:
    op.create_table(
        "agreements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("agreed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_items.id"], name=op.f("fk_agreements_item_id_agenda_items")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_agreements_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["employees.id"], name=op.f("fk_agreements_owner_id_employees")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_agreements_task_id_tasks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
    )
    op.create_index("ix_agreements_item_id", "agreements", ["item_id"], unique=False)
    op.create_index("ix_agreements_case_id", "agreements", ["case_id"], unique=False)
