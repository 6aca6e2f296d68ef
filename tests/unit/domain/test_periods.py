"""Periods as people write them, and days moved by them."""

from datetime import UTC, date, datetime

import pytest

from engine.domain.calendars import DayType
from engine.domain.parameters import Period, parse_period, shift, shift_instant

WRITTEN = [
    ("5 WD", Period(days=5, day_type=DayType.WORKING)),
    ("5WD", Period(days=5, day_type=DayType.WORKING)),
    (" 5 WD ", Period(days=5, day_type=DayType.WORKING)),
    ("5 WORKING", Period(days=5, day_type=DayType.WORKING)),
    ("30 CD", Period(days=30)),
    ("30 CALENDAR", Period(days=30)),
    ("10 SD", Period(days=10, day_type=DayType.SCHOOL)),
    ("6 HD", Period(days=6, day_type=DayType.WEEKDAY_SAT)),
    ("24 h", Period(hours=24)),
    ("PT24H", Period(hours=24)),
    ("P3M", Period(months=3)),
    ("P21D", Period(days=21)),
    ("P4W", Period(days=28)),
    ("P1Y", Period(months=12)),
    ("P1Y6M", Period(months=18)),
    ("17y3m", Period(months=17 * 12 + 3)),
    ("17y", Period(months=17 * 12)),
    ("3m", Period(months=3)),
]


@pytest.mark.parametrize(("text", "period"), WRITTEN)
def test_a_period_is_read_as_it_is_written(text, period):
    assert parse_period(text) == period


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "WD",
        "5 XX",
        "-5 WD",
        "5,5 WD",
        "P",
        "PT",
        "P3",
        "P1DT2H",
        "3M",
        "17 y",
        "٣ WD",
        "5 wd",
    ],
)
def test_anything_else_is_refused_with_examples(text):
    with pytest.raises(ValueError, match=r"periode"):
        parse_period(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 WD", "1 arbejdsdag"),
        ("5 WD", "5 arbejdsdage"),
        ("6 HD", "6 hverdage"),
        ("10 SD", "10 skoledage"),
        ("P14D", "14 kalenderdage"),
        ("24 h", "24 timer"),
        ("17y6m", "17 år og 6 måneder"),
        ("P1Y1M1D", "1 år, 1 måned og 1 kalenderdag"),
        ("0 WD", "0 arbejdsdage"),
    ],
)
def test_a_period_reads_in_danish(text, words):
    assert parse_period(text).in_danish() == words


@pytest.mark.parametrize(
    ("start", "text", "landed"),
    [
        (date(2026, 3, 26), "5 WD", date(2026, 4, 7)),
        (date(2026, 12, 29), "30 CD", date(2027, 1, 28)),
        (date(2026, 12, 21), "5 HD", date(2026, 12, 29)),
        (date(2026, 6, 10), "P3M", date(2026, 9, 10)),
        (date(2008, 8, 31), "17y6m", date(2026, 2, 28)),
        (date(2027, 4, 14), "P6W", date(2027, 5, 26)),
    ],
)
def test_a_day_moves_by_a_period(calendar, start, text, landed):
    assert shift(calendar, start, parse_period(text)) == landed


def test_a_day_moves_back_by_a_period(calendar):
    assert shift(calendar, date(2026, 4, 9), parse_period("5 WD"), -1) == date(2026, 3, 30)
    assert shift(calendar, date(2026, 9, 20), parse_period("30 CD"), -1) == date(2026, 8, 21)


def test_hours_do_not_start_from_a_day(calendar):
    with pytest.raises(ValueError, match="24 timer skal regnes fra et tidspunkt"):
        shift(calendar, date(2026, 3, 26), parse_period("24 h"))


def test_hours_are_elapsed_hours_on_the_night_of_daylight_saving():
    saturday_noon = datetime(2026, 3, 28, 11, tzinfo=UTC)  # 12:00 in Copenhagen

    sunday = shift_instant(saturday_noon, parse_period("24 h"))

    assert sunday == datetime(2026, 3, 29, 11, tzinfo=UTC)  # 13:00 in Copenhagen


def test_an_instant_does_not_move_by_days():
    with pytest.raises(ValueError, match="ikke en frist i timer"):
        shift_instant(datetime(2026, 3, 28, 11, tzinfo=UTC), parse_period("5 WD"))
