"""The worker's pass past the cases whose dates hang on changed settings, a few at a time."""

import logging
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from uuid import UUID

from sqlalchemy import func, select

from engine.domain.changes import (
    MILESTONE,
    PARAMETER,
    Change,
    changes,
    joined,
    milestones_that_differ,
    schools_that_differ,
)
from engine.domain.errors import DatabaseBusy, StaleCase
from engine.ports import SYSTEM
from engine.services.incidents import note_incident
from engine.services.journal import record
from engine.services.recounting import recount_case
from engine.storage.configurations import newest_number
from engine.storage.dependents import (
    Subjects,
    cases_that_hang_on,
    open_cases,
    tasks_that_hang_on,
)
from engine.storage.house import Configuration
from engine.storage.models import ConfigurationRow, RecountRow
from engine.storage.work import Casework, Work

log = logging.getLogger(__name__)

AT_ONCE, PAGE = 500, 20
SETTLES = timedelta(minutes=1)  # longer than an act that had begun with the settings of before
ELEMENT = "recount"
CAUSE = "Sagens frister kunne ikke regnes om efter de nye indstillinger. De står, som de stod."


def last_recount(work: Work) -> RecountRow | None:
    """Return the newest pass, which may be under way, or None before the first."""
    return work.session.scalar(select(RecountRow).order_by(RecountRow.number.desc()).limit(1))


def recount(casework: Casework, at_once: int = AT_ONCE, page_of: int = PAGE) -> int:
    """Go on recounting what hangs on the newest settings; return how many cases were looked at.

    However the settings came, the first call after it begins a pass; when there is none to make,
    that is one look-up. A case is one act under its lock, so nobody waits for the others. Where it
    has come to is kept after every page: another worker, or this one after a restart, goes on from
    there, and a case that is recounted twice does not change. A pass is made once more a minute
    after it began, for acts that were under way with the settings of before.
    """
    looked_at = 0
    while looked_at < at_once:
        row = casework.act(SYSTEM, _under_way)
        if row is None:
            break
        number, reached, second = row
        found, cases = casework.act(SYSTEM, partial(_page, number=number, reached=reached))
        page = list(cases[:page_of])
        moved = sum(_recount_one(casework, case_id, found) for case_id in page)
        ends = len(cases) <= page_of
        casework.act(SYSTEM, _reaching(number, reached, page, moved, ends=ends))
        looked_at += len(page)
        if ends and not second:
            break
    return looked_at


def changes_since(work: Work, former: int | None) -> list[Change]:
    """Return what has become otherwise in the settings since those of number `former`.

    What was changed and changed back is among them: something may have moved in between.
    """
    if former is None:
        return []
    later = select(ConfigurationRow.number).where(ConfigurationRow.number > former)
    numbers = [former, *work.session.scalars(later.order_by(ConfigurationRow.number))]
    settings = [work.casework.configuration(work.session, each) for each in numbers]
    return joined(
        each
        for old, new in pairwise(settings)
        for each in (
            *differences(old, new),
            *milestones_that_differ(old.milestones, new.milestones),
        )
    )


def differences(old: Configuration, new: Configuration) -> list[Change]:
    """Return what is otherwise in the calendars and the parameters of `new`."""
    return [
        *changes((old.calendar, old.parameters), (new.calendar, new.parameters)),
        *schools_that_differ((old.calendar, old.schools), (new.calendar, new.schools)),
    ]


def cases_concerned(
    work: Work, found: Sequence[Change], after: UUID | None = None
) -> Sequence[UUID]:
    """Return the open cases, behind `after`, with a date that hangs on one of these changes.

    Another milestone concerns every open case.
    """
    if any(each.what == MILESTONE for each in found):
        return open_cases(work.session, after)
    return cases_that_hang_on(work.session, _subjects(work, found), after) if found else []


def tasks_concerned(work: Work, settings: Configuration) -> int:
    """Return how many open tasks hang on what `settings` would change, were they in force."""
    found = differences(work.configuration, settings)
    return tasks_that_hang_on(work.session, _subjects(work, found)) if found else 0


def _subjects(work: Work, found: Sequence[Change]) -> Subjects:
    days: dict[str, set[date]] = {}
    for each in found:
        days.setdefault(each.school, set()).update(each.days(work.today))
    keys = {each.of for each in found if each.what == PARAMETER}
    return Subjects(days=days.pop("", set()), keys=keys, school_days=days)


def _under_way(work: Work) -> tuple[int, UUID | None, bool] | None:
    """Return the pass to go on with: its number, where it is, and whether it is the last."""
    number, last = newest_number(work.session), last_recount(work)
    if number is None:
        return None
    if last is None or last.number < number:
        last = _begun(work, number, last)
    waits = last.again_at is not None and last.again_at > work.now
    if last.ended_at is not None or waits:
        return None
    return last.number, last.reached_id, last.again_at is not None


def _begun(work: Work, number: int, last: RecountRow | None) -> RecountRow:
    """Begin the pass of the newest settings; one that is under way goes on as a part of it."""
    if last is None:
        former = work.session.scalar(select(func.min(ConfigurationRow.number)))
    elif last.ended_at is None:
        former, last.ended_at = last.former, work.now
    else:
        former = last.number
    row = RecountRow(number=number, former=former, began_at=work.now)
    if not changes_since(work, former):
        row.ended_at = work.now
    work.session.add(row)
    work.flush()
    return row


def _page(work: Work, number: int, reached: UUID | None) -> tuple[list[Change], Sequence[UUID]]:
    found = changes_since(work, work.session.get_one(RecountRow, number).former)
    return found, cases_concerned(work, found, reached)


def _recount_one(casework: Casework, case_id: UUID, found: Sequence[Change]) -> int:
    """Recount one case and return how many deadlines moved; what fails is an incident of it.

    Nobody is told the number of those in a compartment.
    """
    try:
        return casework.act(SYSTEM, partial(_moved_in, case_id=case_id, found=found))
    except (StaleCase, DatabaseBusy):
        raise  # the next call goes on from the page before
    except Exception:
        log.exception("case not recounted", extra={"case": str(case_id)})
        casework.act(SYSTEM, partial(_note, case_id=case_id))
    return 0


def _moved_in(work: Work, case_id: UUID, found: Sequence[Change]) -> int:
    moved = recount_case(work, case_id, found)
    return len(moved) if work.compartment_of(case_id) is None else 0


def _note(work: Work, case_id: UUID) -> None:
    work.lock_case(case_id)
    if note_incident(work, case_id=case_id, element=ELEMENT, cause=CAUSE):
        record(work, case_id, "incident", element=ELEMENT)


def _reaching(
    number: int, start: UUID | None, page: Sequence[UUID], moved: int, *, ends: bool
) -> Callable[[Work], None]:
    def act(work: Work) -> None:
        row = work.session.get_one(RecountRow, number, with_for_update=True)
        if row.reached_id != start or row.ended_at is not None:
            return  # another worker was first
        row.looked_at, row.moved = row.looked_at + len(page), row.moved + moved
        row.reached_id = page[-1] if page else start
        if ends and row.again_at is not None:
            row.ended_at = work.now
        elif ends:
            row.again_at, row.reached_id = row.began_at + SETTLES, None

    return act
