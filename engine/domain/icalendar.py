"""Calendars as text, RFC 5545: events with VTIMEZONE, folded and escaped.

Nothing here knows what a meeting is. Lines end with CRLF and are at most 75 octets.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = "Europe/Copenhagen"
PRODUCT = "-//Tovholder//Tovholder//DA"
_OCTETS = 75
# The rule of the European Union since 1996; what lies before is in nobody's calendar.
_TIMEZONE = (
    "BEGIN:VTIMEZONE",
    f"TZID:{ZONE}",
    "BEGIN:DAYLIGHT",
    "TZNAME:CEST",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "DTSTART:19960331T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "TZNAME:CET",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "DTSTART:19961027T030000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """Who is invited, or who invites."""

    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something in a calendar, known by `uid` for as long as it lives.

    `starts` and `ends` are both aware instants, or both days (`ends` is the first day after).
    `sequence` rises with each change that those who come must know of. `changed_at` is aware.
    """

    uid: str
    summary: str
    starts: datetime | date
    ends: datetime | date
    changed_at: datetime
    sequence: int = 0
    cancelled: bool = False
    place: str = ""
    text: str = ""
    link: str = ""
    organizer: Attendee | None = None
    attendees: tuple[Attendee, ...] = ()


def calendar_text(events: Iterable[Event], *, name: str = "", method: str = "PUBLISH") -> str:
    """Return a calendar of these events. `method` is PUBLISH, REQUEST or CANCEL."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    lines.append(f"METHOD:{method}")
    if name:
        lines += [f"NAME:{_text(name)}", f"X-WR-CALNAME:{_text(name)}"]
    lines += _TIMEZONE
    for event in events:
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{_utc(event.changed_at)}"
    yield f"LAST-MODIFIED:{_utc(event.changed_at)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTART{_when(event.starts)}"
    yield f"DTEND{_when(event.ends)}"
    yield f"SUMMARY:{_text(event.summary)}"
    yield f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}"
    yield f"TRANSP:{'OPAQUE' if isinstance(event.starts, datetime) else 'TRANSPARENT'}"
    if event.place:
        yield f"LOCATION:{_text(event.place)}"
    if event.text:
        yield f"DESCRIPTION:{_text(event.text)}"
    if event.link:
        yield f"URL:{event.link}"
    if event.organizer is not None:
        yield f"ORGANIZER;CN={_quoted(event.organizer.name)}:mailto:{event.organizer.email}"
    for each in event.attendees:
        asked = "ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE"
        yield f"ATTENDEE;CN={_quoted(each.name)};{asked}:mailto:{each.email}"
    yield "END:VEVENT"


def all_day(day: date) -> tuple[date, date]:
    """Return `starts` and `ends` of an event that is that day."""
    return day, day + timedelta(days=1)


def _when(moment: datetime | date) -> str:
    if isinstance(moment, datetime):
        return f";TZID={ZONE}:{moment.astimezone(ZoneInfo(ZONE)):%Y%m%dT%H%M%S}"
    return f";VALUE=DATE:{moment:%Y%m%d}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(escaped.splitlines())


def _quoted(words: str) -> str:
    """Return the value of a parameter: it may hold neither a quote nor a control."""
    bare = "".join(" " if ord(char) < ord(" ") else char for char in words)
    return '"' + bare.replace('"', "'") + '"'


def _folded(line: str) -> str:
    """Return the line in pieces of at most 75 octets, never within a letter."""
    pieces, piece, octets = [], "", 0
    for char in line:
        size = len(char.encode())
        if octets + size > _OCTETS:
            pieces.append(piece)
            piece, octets = " ", 1
        piece, octets = piece + char, octets + size
    return "\r\n".join([*pieces, piece])
