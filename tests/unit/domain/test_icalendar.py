"""Calendars as text: an independent client reads back what was written."""

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from engine.domain.icalendar import Attendee, Event, all_day, calendar_text

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MEETING = Event(
    uid="meeting-1@tovholder",
    summary="Tværgående team; møde, 4 sager \\ og mere",
    starts=datetime(2026, 3, 26, 8, 0, tzinfo=UTC),
    ends=datetime(2026, 3, 26, 10, 0, tzinfo=UTC),
    changed_at=NOW,
    place="Rådhuset, lokale 2",
    text="Første linje\nAnden linje",
    link="https://tovholder.example/moeder/1",
    organizer=Attendee(name='Mette "M" Møde', email="mette@kommune.example"),
    attendees=(Attendee(name="Åse, Ærø", email="aase@kommune.example"),),
)


def read(text: str):
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    return event


def test_what_is_written_is_read_back_without_a_fault() -> None:
    calendar = Calendar.from_ical(calendar_text([MEETING], name="Ungeteam 1"))

    assert [part.errors for part in calendar.walk()] == [[] for _ in calendar.walk()]
    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "PUBLISH")


def test_special_letters_and_line_breaks_survive() -> None:
    event = read(calendar_text([MEETING]))

    assert str(event["SUMMARY"]) == MEETING.summary
    assert str(event["LOCATION"]) == MEETING.place
    assert str(event["DESCRIPTION"]) == MEETING.text
    assert event["ATTENDEE"].params["CN"] == "Åse, Ærø"
    assert event["ORGANIZER"].params["CN"] == "Mette 'M' Møde"


@pytest.mark.parametrize(("month", "hour"), [(1, 9), (3, 9), (7, 10), (12, 9)])
def test_an_instant_is_that_of_copenhagen_in_winter_and_in_summer(month: int, hour: int) -> None:
    at = datetime(2026, month, 20, 8, 0, tzinfo=UTC)
    same = {"uid": "a", "summary": "b", "changed_at": NOW}

    event = read(calendar_text([Event(starts=at, ends=at, **same)]))

    assert event["DTSTART"].dt.hour == hour
    assert event["DTSTART"].dt.astimezone(UTC) == at


def test_the_timezone_of_the_calendar_itself_says_the_same() -> None:
    (zone,) = Calendar.from_ical(calendar_text([MEETING])).walk("VTIMEZONE")
    copenhagen = zone.to_tz(lookup_tzid=False)

    for day, hours in ((date(2026, 3, 28), 1), (date(2026, 3, 30), 2), (date(2026, 10, 26), 1)):
        local = datetime(day.year, day.month, day.day, 12, tzinfo=copenhagen)
        assert local.utcoffset().total_seconds() == hours * 3600


def test_a_day_is_a_day_and_ends_on_the_next() -> None:
    starts, ends = all_day(date(2026, 3, 31))
    same = {"uid": "a", "summary": "b", "changed_at": NOW}

    event = read(calendar_text([Event(starts=starts, ends=ends, **same)]))

    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 3, 31), date(2026, 4, 1))
    assert event["TRANSP"] == "TRANSPARENT"


def test_lines_are_short_and_never_broken_within_a_letter() -> None:
    long = calendar_text([Event(**{**as_dict(MEETING), "summary": "æøå" * 60})])

    assert max(len(line.encode()) for line in long.split("\r\n")) <= 75
    assert str(read(long)["SUMMARY"]) == "æøå" * 60
    assert "\n" not in long.replace("\r\n", "")


def as_dict(event: Event) -> dict[str, object]:
    return {name: getattr(event, name) for name in Event.__slots__}
