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


def uid_of(text: str) -> str:
    """Return the UID of the one event of a calendar that `calendar_text` made; "" without one."""
    return _value_of(text, "UID")


def is_cancellation(text: str) -> bool:
    """Say whether a calendar that `calendar_text` made calls its event off."""
    return _value_of(text, "METHOD") == "CANCEL"


def cancellation(text: str, changed_at: datetime) -> str:
    """Return the calendar that calls off the one event of `text`, which `calendar_text` made.

    The event keeps its UID; its sequence rises by one. `changed_at` is aware.
    """
    now = {
        "METHOD": "CANCEL",
        "STATUS": "CANCELLED",
        "SEQUENCE": str(int(_value_of(text, "SEQUENCE") or 0) + 1),
        "DTSTAMP": _utc(changed_at),
        "LAST-MODIFIED": _utc(changed_at),
    }
    lines = (line.partition(":") for line in text.removesuffix("\r\n").split("\r\n"))
    return "".join(f"{name}{colon}{now.get(name, value)}\r\n" for name, colon, value in lines)


def _value_of(text: str, name: str) -> str:
    found = (line for line in text.split("\r\n") if line.startswith(f"{name}:"))
    return next(found, "").partition(":")[2]


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
