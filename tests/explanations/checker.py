"""Works a date out from its explanation alone: no calendar, no parameters, none of our code.

It knows weekdays and the lengths of months. Which days did not count it must be told, each with a
reason; where a count starts it must be told by name.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

Step = Mapping[str, Any]

# Dates of record: what a person wrote down or did. Nothing else may stand without a way to it.
OF_RECORD = {
    "anchor",  # the first meeting of a series, set by the municipality
    "appointed_on",
    "asked_on",  # of a wish for treatment: the day it was said
    "birth_date",
    "called",  # a meeting outside any series
    "created",
    "created_at",
    "decided_on",
    "declined_on",
    "follow_up_on",  # agreed at the meeting
    "start_from",  # the day the plan begins: appointed, or declined
    "today",
}
FREE = {
    "WD": {6, 7}, "WORKING": {6, 7}, "SD": {6, 7}, "SCHOOL": {6, 7},
    "HD": {7}, "WEEKDAY_SAT": {7}, "CD": set(), "CALENDAR": set(), "D": set(),
}  # fmt: skip
COUNTED = re.compile(r"(\d+) ?([A-Za-z_]+)")
SPELLED = re.compile(r"P?(?:(\d+)[Yy])?(?:(\d+)[Mm])?(?:(\d+)W)?(?:(\d+)D)?(?:T(\d+)H)?", re.ASCII)


class Unfounded(AssertionError):
    """The explanation does not lead to the date."""


def worked_out(steps: Sequence[Step]) -> str:
    """Return the ISO date or instant that the steps lead to."""
    if not steps or steps[0]["by"] != "given":
        raise Unfounded(f"no start: {steps}")
    if steps[0].get("name") not in OF_RECORD:
        raise Unfounded(f"starts from a date of no record: {steps[0]}")
    at = str(steps[0]["to"])
    for step in steps[1:]:
        at = _went(at, step, steps)
        if at != step["to"]:
            raise Unfounded(f"{step} leads to {at}")
    return at


def _went(at: str, step: Step, steps: Sequence[Step]) -> str:
    by = step["by"]
    off = {date.fromisoformat(day) for day, reason in step.get("off", ()) if reason}
    if by == "moved":
        return str(step["to"])
    if by == "lasts":
        _months, days, _kind, hours = _length(step["period"])
        return (datetime.fromisoformat(at) + timedelta(days=days, hours=hours)).isoformat()
    if by in ("back", "forward"):
        return _rolled(date.fromisoformat(at), -1 if by == "back" else 1, off).isoformat()
    if by == "series":
        return _in_series(at, step)
    if by in ("rested", "extended"):
        return _in_the_ledger(at, step, off)
    months, days, kind, hours = _length(step["period"])
    sign = -1 if by == "before" else 1
    if hours:
        return (datetime.fromisoformat(at) + timedelta(hours=sign * hours)).isoformat()
    begun = _months_on(date.fromisoformat(at[:10]), sign * months)
    if by == "age" and at.endswith("-02-29") and (begun.month, begun.day) == (2, 28):
        begun += timedelta(days=step["leap"] == "03-01")
    return _counted(begun, sign * days, kind, off).isoformat()


def _in_the_ledger(at: str, step: Step, off: set[date]) -> str:
    """Go on by as many days as the deadline rested, or was extended by; each has a name to it."""
    if not (step.get("reason") and step.get("source")):
        raise Unfounded(f"no reason or no source: {step}")
    months, days, kind, _ = _length(step["period"])
    if step["by"] == "rested":
        since, until = date.fromisoformat(step["since"]), date.fromisoformat(step["until"])
        free = {date.fromisoformat(day) for day, reason in step.get("rest_off", ()) if reason}
        rest = (since + timedelta(number) for number in range(1, (until - since).days + 1))
        counted = sum(day.isoweekday() not in FREE[kind] and day not in free for day in rest)
        if counted != days:
            raise Unfounded(f"{counted} days rested, {days} told: {step}")
    return _counted(_months_on(date.fromisoformat(at), months), days, kind, off).isoformat()


def _length(period: str) -> tuple[int, int, str, int]:
    if (found := COUNTED.fullmatch(period)) and found[2] in (*FREE, "h", "HOURS"):
        number = int(found[1])
        return (0, 0, "D", number) if found[2] in ("h", "HOURS") else (0, number, found[2], 0)
    found = SPELLED.fullmatch(period)
    if not found:
        raise Unfounded(f"no period: {period}")
    years, months, weeks, days, hours = (int(each or 0) for each in found.groups())
    return years * 12 + months, weeks * 7 + days, "D", hours


def _months_on(day: date, number: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise Unfounded("a month without a 28th")


def _counted(day: date, number: int, kind: str, off: set[date]) -> date:
    left, step = abs(number), timedelta(days=1 if number > 0 else -1)
    while left:
        day += step
        left -= day.isoweekday() not in FREE[kind] and day not in off
    return day


def _rolled(day: date, step: int, off: set[date]) -> date:
    while day.isoweekday() >= 6 or day in off:
        day += timedelta(days=step)
    return day


def _in_series(at: str, step: Step) -> str:
    if "rule" in step:
        return str(step["to"]) if _fits(step["rule"], date.fromisoformat(step["to"])) else "nothing"
    months, days, _, _ = _length(step["period"])
    first, wanted = date.fromisoformat(at), date.fromisoformat(step["to"])
    for turn in range(2_000):
        day = _months_on(first, turn * months) + timedelta(days=turn * days)
        if day >= wanted:
            return day.isoformat()
    return "nothing"


def _fits(rule: str, day: date) -> bool:
    """Say whether `day` is the so-manieth weekday of one of the months that the rule names."""
    words = rule.lower().replace(",", " ").split()
    nth = ("first", "second", "third", "fourth").index(words[0])
    named = {word for word in words[2:] if word not in ("in", "and")}
    return (
        f"{day:%A}".lower() == words[1]
        and (day.day - 1) // 7 == nth
        and (not named or f"{day:%B}".lower() in named)
    )
