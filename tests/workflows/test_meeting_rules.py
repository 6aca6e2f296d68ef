"""Series of meetings, and the day by which the conference of a handover must be prepared."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from engine.adapters.holidays import danish_holidays
from engine.domain.calendars import WorkingCalendar
from engine.domain.errors import InvalidDefinition
from engine.domain.parameters import parse_period
from engine.domain.series import Every, NthWeekday, Series
from workflows.forums.rules import checklist_due, last_meeting_by, series_of

CALENDAR = WorkingCalendar(
    timezone=ZoneInfo("Europe/Copenhagen"),
    holidays=danish_holidays,
    closing_days={"06-05": "Grundlovsdag", "12-24": "Juleaften", "12-31": "Nytårsaften"},
)
FORTNIGHTLY = series_of("P14D", date(2026, 1, 1))


def prepared_by(
    decided_by: date, today: date, *, late: bool = False, series: Series | None = FORTNIGHTLY
) -> date:
    """When the checklist is due, with the shipped parameters."""
    return checklist_due(
        CALENDAR,
        series,
        today=today,
        opened_late=late,
        decided_by=decided_by,
        cut_off=parse_period("5 WD"),
        late=parse_period("5 WD"),
    )


@pytest.mark.parametrize(
    ("written", "series"),
    [
        ("P14D", Every(date(2026, 1, 1), parse_period("P14D"))),
        ("P1M", Every(date(2026, 1, 1), parse_period("P1M"))),
        (
            "first Tuesday in March and September",
            NthWeekday(anchor=date(2026, 1, 1), nth=1, weekday=1, months=(3, 9)),
        ),
        (
            "third Wednesday",
            NthWeekday(anchor=date(2026, 1, 1), nth=3, weekday=2, months=tuple(range(1, 13))),
        ),
    ],
)
def test_a_cadence_is_a_period_or_a_rule(written: str, series: Series) -> None:
    assert series_of(written, date(2026, 1, 1)) == series


@pytest.mark.parametrize("written", ["sometimes", "fifth Monday", "P0D", "5 WD", ""])
def test_a_cadence_that_says_no_days_is_refused(written: str) -> None:
    with pytest.raises(InvalidDefinition):
        series_of(written, date(2026, 1, 1))


def test_the_last_meeting_may_be_on_the_day_itself() -> None:
    assert last_meeting_by(CALENDAR, FORTNIGHTLY, date(2026, 3, 12)) == date(2026, 3, 12)


def test_there_is_no_last_meeting_before_the_series_begins() -> None:
    assert last_meeting_by(CALENDAR, FORTNIGHTLY, date(2025, 12, 31)) is None


def test_the_checklist_is_due_the_working_day_before_the_agenda_closes() -> None:
    assert prepared_by(date(2026, 3, 20), date(2025, 12, 19)) == date(2026, 3, 4)


def test_without_a_series_the_checklist_is_due_ten_working_days_ahead() -> None:
    assert prepared_by(date(2026, 3, 20), date(2025, 12, 19), series=None) == date(2026, 3, 6)


def test_opened_late_the_checklist_is_due_in_five_working_days() -> None:
    due = prepared_by(date(2027, 10, 2), date(2027, 8, 20), late=True)

    assert due == date(2027, 8, 27)


def test_opened_late_the_checklist_is_due_no_later_than_the_decision() -> None:
    due = prepared_by(date(2027, 10, 1), date(2027, 9, 29), late=True)

    assert due == date(2027, 10, 1)


def test_opened_after_the_decision_was_due_five_working_days_are_left() -> None:
    due = prepared_by(date(2026, 3, 20), date(2026, 4, 7), late=True)

    assert due == date(2026, 4, 14)


def test_when_the_last_agenda_has_closed_five_working_days_are_left() -> None:
    assert prepared_by(date(2026, 3, 20), date(2026, 3, 5)) == date(2026, 3, 12)
