"""Escalation ladders: which rungs a task gets, and the instant at which each fires.

The rows come from a decision table. Offsets are working days from the day the task is due,
whatever the deadline's own day type, and fire at 08:00 local. A ladder by the hour counts elapsed
hours from the start; its rungs in working days count from the day of its last rung in hours.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from engine.domain.calendars import WorkingCalendar
from engine.domain.errors import InvalidDefinition

Row = Mapping[str, object]


class RungKind(StrEnum):
    """What a rung does when it fires."""

    NOTICE = "notice"  # a message
    TASK = "task"  # a task of the recipient's own
    FORUM = "forum"  # an item on the next meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of a ladder.

    It lies `offset_working_days` from the day the task is due (negative: before), or, when
    `offset_hours` is set, that many elapsed hours after the start. `pre` marks what only makes
    sense ahead of time: a reminder or a pre-warning.
    """

    rung: str
    offset_working_days: int
    kind: RungKind
    to: tuple[str, ...]
    pre: bool
    offset_hours: int | None = None


class Rest(NamedTuple):
    """A time in which a deadline rests: from the day after `since` to and with `until`."""

    since: date
    until: date


class Planned(NamedTuple):
    """A rung and the instant at which it fires (UTC)."""

    rung: Rung
    fires_at: datetime


def read_rungs(rows: Iterable[Row]) -> tuple[Rung, ...]:
    """Read the rows of a ladder table, in their order.

    Columns: `rung`, `kind`, `to` (a list, or a text with commas), `pre`, and one of
    `offset_working_days` and `offset_hours`. Raises `InvalidDefinition` naming the rung.
    """
    rungs = tuple(_rung(row) for row in rows)
    names = [each.rung for each in rungs]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InvalidDefinition(f"Trinnet »{twice[0]}« står to gange i samme stige.")
    return rungs


def counts_hours(rungs: Iterable[Rung]) -> bool:
    """Say whether a ladder is one by the hour: any of its rungs counts hours."""
    return any(rung.offset_hours is not None for rung in rungs)


def rungs_of(
    calendar: WorkingCalendar, rungs: Iterable[Rung], due_on: date, created_on: date
) -> list[Planned]:
    """Return the rungs of a task due on `due_on`, earliest first.

    A reminder or pre-warning that would fall on or before the day of creation is left out. Raises
    `InvalidDefinition` for a rung in hours.
    """
    planned = [(rung, calendar.add_days(due_on, _working_days(rung))) for rung in rungs]
    return _in_order(
        Planned(rung, calendar.opens(day))
        for rung, day in planned
        if not (rung.pre and day <= created_on)
    )


def rungs_by_the_hour(
    calendar: WorkingCalendar, rungs: Collection[Rung], started_at: datetime
) -> list[Planned]:
    """Return the rungs of a task whose clock started at `started_at` (UTC), earliest first.

    None is left out, and hours run on every day. Raises `InvalidDefinition` for a ladder
    without any rung in hours.
    """
    hours = [rung.offset_hours for rung in rungs if rung.offset_hours is not None]
    if not hours:
        raise InvalidDefinition("En stige i timer skal have mindst ét trin i timer.")
    last_day = calendar.local_date(started_at + timedelta(hours=max(hours)))
    return _in_order(
        Planned(
            rung,
            calendar.opens(calendar.add_days(last_day, rung.offset_working_days))
            if rung.offset_hours is None
            else started_at + timedelta(hours=rung.offset_hours),
        )
        for rung in rungs
    )


def rungs_after_change(
    calendar: WorkingCalendar,
    planned: Iterable[Planned],
    *,
    fired: Collection[str],
    now: datetime,
) -> list[Planned]:
    """Return the rungs still to fire after a deadline was counted anew, earliest first.

    `planned` is the whole ladder of the new deadline. What has `fired` (by name) never fires
    again. Of the rungs whose new moment is past, those that belong ahead of time are left out
    and the others fire at 08:00 on the next working day.
    """
    return _in_order(
        each if each.fires_at > now else Planned(each.rung, next_opening(calendar, now))
        for each in planned
        if each.rung.rung not in fired and (each.fires_at > now or not each.rung.pre)
    )


def awake(
    calendar: WorkingCalendar, planned: Iterable[Planned], rests: Collection[Rest]
) -> list[Planned]:
    """Return the ladder with no rung in a time in which its deadline rests, earliest first.

    One that would fire then waits for 08:00 on the first working day after.
    """
    return _in_order(
        Planned(each.rung, _after_rest(calendar, each.fires_at, rests)) for each in planned
    )


def _after_rest(calendar: WorkingCalendar, fires_at: datetime, rests: Collection[Rest]) -> datetime:
    day = calendar.local_date(fires_at)
    ends = [until for since, until in rests if since < day <= until]
    return calendar.opens(calendar.add_days(max(ends), 1)) if ends else fires_at


def next_opening(calendar: WorkingCalendar, now: datetime) -> datetime:
    """Return the first 08:00 local after `now` on a working day: no weekend burns a rung."""
    today = calendar.local_date(now)
    opens = calendar.opens(calendar.roll_forward(today))
    return opens if opens > now else calendar.opens(calendar.add_days(today, 1))


def _in_order(planned: Iterable[Planned]) -> list[Planned]:
    return sorted(planned, key=lambda each: each.fires_at)


def _working_days(rung: Rung) -> int:
    if rung.offset_hours is not None:
        raise InvalidDefinition(f"Trinnet »{rung.rung}« er i timer og kan ikke regnes fra en dag.")
    return rung.offset_working_days


def _rung(row: Row) -> Rung:
    name = row.get("rung")
    if not isinstance(name, str) or not name:
        raise InvalidDefinition("Et trin i en stige mangler sit navn (»rung«).")
    hours, days = (_whole(name, row, key) for key in ("offset_hours", "offset_working_days"))
    if (hours is None) == (days is None):
        raise InvalidDefinition(f"Trinnet »{name}« skal have enten arbejdsdage eller timer.")
    return Rung(
        rung=name,
        offset_working_days=days or 0,
        kind=_kind(name, row.get("kind")),
        to=_recipients(name, row.get("to")),
        pre=_yes_or_no(name, row.get("pre")),
        offset_hours=hours,
    )


def _whole(name: str, row: Row, key: str) -> int | None:
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or value % 1:
        raise InvalidDefinition(f"Trinnet »{name}«: »{key}« skal være et helt tal.")
    return int(value)


def _kind(name: str, value: object) -> RungKind:
    try:
        return RungKind(str(value))
    except ValueError:
        allowed = ", ".join(RungKind)
        raise InvalidDefinition(f"Trinnet »{name}«: »kind« skal være en af {allowed}.") from None


def _recipients(name: str, value: object) -> tuple[str, ...]:
    given = value.split(",") if isinstance(value, str) else value
    if isinstance(given, list | tuple) and all(isinstance(each, str) for each in given):
        recipients = tuple(each.strip() for each in given if each.strip())
        if recipients:
            return recipients
    raise InvalidDefinition(f"Trinnet »{name}« mangler modtagere (»to«).")


def _yes_or_no(name: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise InvalidDefinition(f"Trinnet »{name}«: »pre« skal være true eller false.")
