"""The worked examples' own dates: openings, cut-offs, reminders and what a new closing day moves.

What a term of a person or of us comes to stands in `test_deadlines`, whole ladders in
`test_ladders`.
"""

from dataclasses import replace
from datetime import date

import pytest

from engine.domain.calendars import add_months
from engine.domain.deadlines import due, told_at
from engine.domain.parameters import parse_period, shift
from engine.domain.series import Every, NthWeekday, meeting_days

NOTED = [
    # from, period, before (-1) or after (1), the day named
    ("2026-04-09", "5 WD", -1, "2026-03-30"),  # agenda cut-off over Easter
    ("2026-04-30", "5 WD", -1, "2026-04-23"),
    ("2026-04-23", "2 WD", -1, "2026-04-21"),  # contributions
    ("2026-06-14", "10 WD", -1, "2026-05-29"),  # the own consent opens
    ("2027-01-06", "5 WD", -1, "2026-12-28"),  # cut-off over New Year
    ("2027-01-20", "5 WD", -1, "2027-01-13"),
    ("2026-12-28", "2 WD", 1, "2026-12-30"),  # reminder and due day of the contact
    ("2026-08-11", "5 WD", -1, "2026-08-04"),
    ("2026-08-25", "5 WD", -1, "2026-08-18"),
    ("2026-08-25", "3 WD", 1, "2026-08-28"),  # letter
    ("2026-12-15", "5 WD", -1, "2026-12-08"),
    ("2026-03-12", "5 WD", -1, "2026-03-05"),
    ("2026-03-26", "5 WD", -1, "2026-03-19"),
    ("2026-09-20", "30 CD", -1, "2026-08-21"),  # consent for adult life
    ("2026-08-25", "5 WD", 1, "2026-09-01"),  # the leaders' decision
    ("2026-09-18", "2 WD", -1, "2026-09-16"),
    ("2026-09-18", "1 WD", -1, "2026-09-17"),
    ("2027-04-08", "2 WD", -1, "2027-04-06"),
    ("2027-05-03", "P1M", 1, "2027-06-03"),  # after-care
    ("2027-05-03", "P3M", 1, "2027-08-03"),
    ("2027-08-27", "2 WD", -1, "2027-08-25"),
    ("2027-08-27", "1 WD", -1, "2027-08-26"),
]


@pytest.mark.parametrize(("start", "period", "sign", "day"), NOTED)
def test_the_noted_days_come_out(calendar, start, period, sign, day):
    found = shift(calendar, date.fromisoformat(start), parse_period(period), sign)

    assert found.isoformat() == day


def test_the_long_month_of_august_ends_with_february():
    assert add_months(date(2008, 8, 31), 17 * 12 + 6) == date(2026, 2, 28)


def test_the_coordinator_is_told_on_the_monday_of_what_ended_on_a_saturday(calendar):
    assert calendar.local_date(told_at(calendar, date(2026, 6, 27))) == date(2026, 6, 29)


def test_the_team_meets_every_third_thursday_of_the_example(calendar):
    series = Every(date(2026, 3, 19), parse_period("P21D"))

    days = meeting_days(calendar, series, since=date(2026, 3, 20), until=date(2026, 5, 31))

    assert days == [date(2026, 4, 9), date(2026, 4, 30), date(2026, 5, 21)]


def test_the_prognosis_meets_on_first_tuesdays(calendar):
    series = NthWeekday(anchor=date(2023, 1, 1), nth=1, weekday=1, months=(3, 9))

    days = meeting_days(calendar, series, since=date(2023, 1, 1), until=date(2025, 3, 31))

    assert days[0] == date(2023, 3, 7)
    assert days[-1] == date(2025, 3, 4)


def test_a_wait_from_29_december_to_20_january_is_longer_than_21_days(calendar):
    longest = shift(calendar, date(2026, 12, 29), parse_period("21 CD"))

    assert longest < date(2027, 1, 20)


def test_a_new_closing_day_moves_what_is_due_and_a_cut_off(calendar):
    changed = replace(calendar, closing_days={**calendar.closing_days, "2026-12-30": "lukket"})

    contact = due(changed, shift(changed, date(2026, 12, 21), parse_period("5 WD")))

    assert contact.due_on == date(2027, 1, 4)
    assert [shift(changed, contact.due_on, parse_period(f"{n} WD")) for n in (1, 3)] == [
        date(2027, 1, 5),
        date(2027, 1, 7),
    ]
    assert shift(changed, date(2027, 1, 6), parse_period("5 WD"), -1) == date(2026, 12, 23)
