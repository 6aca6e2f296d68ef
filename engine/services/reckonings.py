"""How the dates of an act came about: what its calendar words did, and what is kept of it."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.domain.parameters import is_length, lasted
from engine.domain.reckonings import LASTS, Kept, Known, Moved, Reckoning, as_kept, reckoning_of
from engine.ports import Variables
from engine.storage.models import InstanceRow, TimerRow
from engine.storage.work import Work

NOTHING: Known = {}
_ASKS_ONE = re.compile(r"""(?:duration\()?\s*param\(\s*"([^"]+)"\s*\)\s*\)?""")


def reckoning(
    work: Work,
    value: date,
    given: Variables = NOTHING,
    reads: Iterable[str] = (),
    known: Known = NOTHING,
    *,
    since: int = 0,
) -> list[Kept]:
    """Return how `value` came about in this act, by what the words did after the first `since`.

    It may set out from a day that is `known`, or one that a handler told of; else from the first
    of the names `reads` that holds that day in `given`, or from today.
    """

    def named(written: str) -> str:
        names = (name for name in sorted(reads) if str(given.get(name)) == written)
        return next(names, "today" if written == work.today.isoformat() else "")

    return reckoning_of(work.calendar, value, work.moves[since:], named, {**known, **work.told})


def remember(work: Work, instance: InstanceRow, values: Variables, known: Known = NOTHING) -> None:
    """Let the instance keep how the dates among `values` came about, as far as this act knows."""
    found = dates_explained(work, values, {**known, **instance.reckoned})
    if found and not found.items() <= instance.reckoned.items():
        instance.reckoned = {**instance.reckoned, **found}


def dates_explained(work: Work, values: Variables, known: Known = NOTHING) -> dict[str, Any]:
    """Return, by ISO date, how those of `values` that are reckoned dates came about."""
    landed = {move.landed.isoformat(): move.landed for move in work.moves}
    explained: dict[str, Any] = {}
    for written in values.values():
        if not isinstance(written, str):
            continue
        if written in work.told or written in known:
            explained[written] = list(work.told.get(written, ()) or known[written])
        elif written in landed:
            explained[written] = reckoning(work, landed[written], values, values, known)
    return explained


def dates_of_case(work: Work, case_id: UUID) -> Known:
    """Return how the dates in the processes of the case, and those ahead of it, came about.

    The days that were passed on the way to one of them are among them.
    """
    kept = work.session.scalars(select(InstanceRow.reckoned).where(InstanceRow.case_id == case_id))
    planned = work.session.scalars(
        select(TimerRow.payload).where(TimerRow.case_id == case_id, TimerRow.kind == "start")
    )
    found: dict[str, Any] = {}
    passed: dict[str, Any] = {}
    for dates in (*kept, *(payload.get("dates", {}) for payload in planned)):
        found |= dates
        for steps in dates.values():
            passed |= {str(steps[n]["to"]): steps[: n + 1] for n in range(1, len(steps) - 1)}
    return {**passed, **found}


def tell(work: Work, steps: Reckoning) -> None:
    """Let this act know how the date that `steps` lead to came about."""
    if steps:
        work.told[str(steps[-1]["to"])] = steps


def end_of(work: Work, moment: datetime, instance: InstanceRow, rule: str) -> Mapping[str, Any]:
    """Return how a drawn timer that waits from now to `moment` came about, "why".

    It is a day that was reckoned, or the length of time of the one parameter that `rule` asks
    for. Nothing where nobody knows.
    """
    found = day_of(work, moment, instance)
    key = _ASKS_ONE.fullmatch(rule.strip())
    if found or key is None or key[1] not in work.parameters:
        return found
    entry = work.parameters.entry(key[1])
    if not is_length(str(entry.value)) or moment != lasted(work.now, str(entry.value)):
        return found
    lasts = Moved(
        by=LASTS,
        start=work.now,
        landed=moment,
        period=str(entry.value),
        key=entry.key,
        source=entry.source,
    )
    start = {"by": "given", "name": "created_at", "to": work.now.isoformat()}
    return {"why": [start, as_kept(work.calendar, lasts)]}


def day_of(work: Work, moment: datetime, instance: InstanceRow) -> Mapping[str, Any]:
    """Return how the local day of a drawn timer came about; nothing where nobody knows.

    A day gives its midnight or its 08:00; any other moment came from a length of time, and is on
    its day by chance.
    """
    day = work.calendar.local_date(moment)
    if moment not in (work.calendar.midnight(day), work.calendar.opens(day)):
        return {}
    steps = reckoning(work, day, known=instance.reckoned)
    told = len(steps) > 1 or bool(steps[0].get("name"))
    return {"why": steps} if told else {}
