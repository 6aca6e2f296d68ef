"""The working day before a meeting somebody looks whether all who are needed come."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.storage.models import OutboxRow
from tests.workflows.table import Table, laid
from tests.workflows.test_whole_cases import local
from workflows.forums.checking import TEXT, check_attendance
from workflows.forums.holding import move_meeting
from workflows.municipalities.records import AbsenceRow


@pytest.fixture
def table(set_up: Callable[..., Table]) -> Table:
    """Malte is on the agenda of Thursday 30 April; his item needs guidance and psychology."""
    return set_up(laid)


def away(table: Table, *usernames: str) -> None:
    """They are away on the day of the meeting."""

    def note(work):
        for name in usernames:
            row = AbsenceRow(
                employee_id=table.staff[name],
                since=date(2026, 4, 29),
                until=date(2026, 5, 4),
                registered_at=work.now,
            )
            work.session.add(row)

    table.town.act(SYSTEM, note)


def letters(table: Table) -> list[OutboxRow]:
    with table.town.work(SYSTEM) as work:
        return list(work.session.scalars(select(OutboxRow).where(OutboxRow.kind == TEXT)))


def told(table: Table) -> list[str]:
    return sorted(row.recipient for row in letters(table))


def test_nobody_is_told_when_everybody_who_is_needed_comes(table):
    table.life.until(local("2026-04-29"))

    assert check_attendance(table.town) == 1
    assert told(table) == []


def test_convenor_and_leader_are_told_when_a_discipline_that_is_needed_is_away(table):
    away(table, "ppr_psychologist", "ppr_psychologist2")
    table.life.until(local("2026-04-29"))

    check_attendance(table.town)

    assert told(table) == ["leader_ppr@kommune.example", "uu_counsellor@kommune.example"]
    letter = letters(table)[0]
    assert "Ingen med mandat er ventet fra: PPR." in letter.body
    assert "Malte" not in letter.body


def test_one_colleague_of_the_discipline_is_enough(table):
    away(table, "ppr_psychologist")
    table.life.until(local("2026-04-29"))

    check_attendance(table.town)

    assert told(table) == []


def test_a_discipline_that_no_item_needs_is_not_missed(table):
    away(table, "health_nurse", "health_nurse2")
    table.life.until(local("2026-04-29"))

    check_attendance(table.town)

    assert told(table) == []


def test_who_is_written_down_without_a_mandate_does_not_count(table):
    for name in ("ppr_psychologist", "ppr_psychologist2"):
        table.seat(name, has_mandate=False)
    table.life.until(local("2026-04-29"))

    check_attendance(table.town)

    assert len(told(table)) == 2


def test_it_is_looked_at_from_eight_on_the_working_day_before_and_once(table):
    table.life.until(table.meeting.check_at - timedelta(seconds=1))
    assert check_attendance(table.town) == 0

    table.life.until(local("2026-04-29"))

    assert check_attendance(table.town) == 1
    assert check_attendance(table.town) == 0


def test_a_meeting_that_is_moved_is_looked_at_again_before_its_new_day(table):
    away(table, "ppr_psychologist", "ppr_psychologist2")
    table.life.until(local("2026-04-29"))
    check_attendance(table.town)

    move_meeting(table.town, table.convenor, table.meeting.id, date(2026, 5, 5))

    assert check_attendance(table.town) == 0
    table.life.until(local("2026-05-04"))
    assert check_attendance(table.town) == 1


def test_the_day_before_a_meeting_after_a_holiday_is_the_last_working_day(table):
    move_meeting(table.town, table.convenor, table.meeting.id, date(2026, 5, 26))

    assert table.meeting.check_at == local("2026-05-22").replace(hour=6, minute=0)
