"""The one decision: what somebody may see of a case, because of what, and until when."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, ScalarSelect, Select, bindparam, select
from sqlalchemy.orm import aliased

from engine.domain.parameters import shift
from engine.ports import Actor
from engine.storage.work import Work
from workflows.access import relations
from workflows.access.grants import CONSENT, LEGAL_BASIS
from workflows.access.matrix import INSIDE, Cells, MatrixRow, matrix
from workflows.access.records import AccessGrantRow
from workflows.cases.records import YouthCaseRow
from workflows.forums.records import AgendaItemRow, MeetingRow

THREAD, TEAM, LEADER = "thread", "team", "leader"
_BY_CONSENT = (CONSENT, LEGAL_BASIS)
_BESIDE_CONSENT = {"holds", "own", "task", "unit"}
_HOLDERS = ("office:primary_responsible", "office:coordinator")
_NO: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Because:
    """Why a case is open to somebody: the grounds, and the office, task or grant behind them.

    `until` is the last local day it holds, None while it has no end.
    """

    row: str
    grounds: frozenset[str]
    behind: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What one grant opens to somebody."""

    classes: frozenset[str]
    compartments: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one person may see of one case now.

    `classes` are of K0 to K4; `compartments` are those they read in, `knows_of` those of which
    they may learn that there is something. `notes`: whether they read what others wrote. `cpr`:
    whether they may ask for it. `because` is never empty; the first is what a look is logged by.
    """

    case: YouthCaseRow
    classes: frozenset[str]
    compartments: frozenset[str]
    knows_of: frozenset[str]
    notes: bool
    cpr: bool
    because: tuple[Because, ...]

    def sees(self, data_class: str) -> bool:
        """Say whether a value of this class may be read."""
        return data_class in self.classes

    @property
    def behind(self) -> str:
        """What the look rests on: an office, a task, a meeting, a unit or a grant."""
        return self.because[0].behind

    @property
    def until(self) -> date | None:
        """The last local day on which the case is open; None while it has no end."""
        ends = [each.until for each in self.because]
        return None if None in ends else max(day for day in ends if day is not None)


def what_may(work: Work, actor: Actor, case_id: UUID) -> Sight | None:
    """Return what the actor may see of the case, or None when they may not know of it.

    One statement; a second where grants are open to them. Nothing is logged: see
    `services.read_case`.
    """
    if actor.id is None or matrix().reads_nothing(actor.roles):
        return None
    who = relations.asking(work, actor)
    query = _standing(is_chief=who.is_chief, may_be_granted=who.may_be_granted)
    found = work.session.execute(query, {**who.values, "case_id": case_id}).one_or_none()
    if found is None:
        return None
    reasons = [_inside(found[0], actor, why) for why in _reasons(work, actor, found)]
    return _sight(found, reasons, _granted(work, actor, found, who))


@cache  # every page of a case asks, and it takes longer to make than to run
def _standing(*, is_chief: bool, may_be_granted: bool) -> Select[*tuple[Any, ...]]:
    """Select the case `case_id` with every way in which one who asks may stand to it."""
    who = relations.by_name(is_chief=is_chief, may_be_granted=may_be_granted)
    task = relations.tasks(who)
    items = relations.items(who).order_by(MeetingRow.held_on.desc(), AgendaItemRow.id)
    item, meeting = aliased(AgendaItemRow), aliased(MeetingRow)
    return (
        select(
            YouthCaseRow,
            _one(relations.absences(who)).label("deputy_until"),
            _one(relations.led(who)).label("unit"),
            _one(task).label("task"),
            relations.roles_of(task).label("task_roles"),
            _one(relations.handovers(who)).label("handover"),
            relations.is_granted(who).label("granted"),
            relations.is_consented(who).label("consented"),
            relations.named_compartments(who).label("named"),
            relations.is_stopped().label("stopped"),
            item.id.label("item"),
            item.disciplines,
            meeting.held_on,
        )
        .select_from(YouthCaseRow)
        .outerjoin(item, item.id == _one(items))
        .outerjoin(meeting, meeting.id == item.meeting_id)
        .where(YouthCaseRow.case_id == bindparam("case_id"))
    )


def _one(query: Select[Any]) -> ScalarSelect[Any]:
    return query.limit(1).scalar_subquery()


def _reasons(work: Work, actor: Actor, found: Row[Any]) -> Iterator[Because]:
    """Yield why the case is open, the best reason first, but for grants."""
    case: YouthCaseRow = found[0]
    if actor.id == case.primary_id:
        yield Because(THREAD, frozenset({"holds", "own"}), "office:primary_responsible")
    if actor.id == case.coordinator_id:
        yield Because(THREAD, frozenset({"own"}), "office:coordinator")
    if actor.id == case.plan_owner_id:
        yield Because(THREAD, frozenset({"own"}), "office:plan_owner")
    yield from _by_task(found)
    if found.handover is not None:
        yield Because(THREAD, frozenset({"own"}), f"handover:{found.handover}")
    if found.deputy_until is not None:
        yield Because(THREAD, frozenset({"own"}), "office:deputy", found.deputy_until)
    if found.item is not None:
        yield _by_agenda(work, actor, found)
    if found.unit is not None:
        yield Because(LEADER, frozenset({"unit"}), f"unit:{found.unit}")


def _inside(case: YouthCaseRow, actor: Actor, why: Because) -> Because:
    """Return the reason as it counts in a compartment: by a row that enters it, and inside."""
    if case.compartment is None:
        return why
    rows = [
        matrix().rows[why.row],
        *(row for role in actor.roles if (row := matrix().row_of(role))),
    ]
    enters = sorted(row.name for row in rows if INSIDE in row.compartments[case.compartment])
    name = why.row if why.row in enters else enters[0]
    return replace(why, row=name, grounds=why.grounds | {INSIDE})


def _by_task(found: Row[Any]) -> Iterator[Because]:
    for role in sorted(set((found.task_roles or "").split(",")) - {""}):
        if row := matrix().row_of(role):
            yield Because(row.name, frozenset({"task"}), f"task:{found.task}")


def _by_agenda(work: Work, actor: Actor, found: Row[Any]) -> Because:
    needed = set(found.disciplines or ()) & actor.roles
    grounds = {"agenda", "discipline"} if needed else {"agenda"}
    after = work.parameters.period(relations.AGENDA_AFTER)
    until = shift(work.calendar, found.held_on, after)
    return Because(TEAM, frozenset(grounds), f"item:{found.item}", until)


def _granted(
    work: Work, actor: Actor, found: Row[Any], who: relations.Asking
) -> list[tuple[Because, Grant]]:
    """Return what is open by grants, within what the matrix allows the actor's roles."""
    if not found.granted:
        return []
    query = select(AccessGrantRow).where(
        AccessGrantRow.case_id == found[0].case_id, relations.grants(who)
    )
    rows = [row for role in actor.roles if (row := matrix().row_of(role)) and not row.counts_only]
    grants = work.session.scalars(query.order_by(AccessGrantRow.starts_at, AccessGrantRow.id))
    opened = [(_because(work, grant), _opened(grant, rows)) for grant in grants]
    return [(why, grant) for why, grant in opened if grant.classes]


def _because(work: Work, grant: AccessGrantRow) -> Because:
    until = work.calendar.local_date(grant.ends_at) if grant.ends_at else None
    return Because("", frozenset({grant.source}), f"grant:{grant.id}", until)


def _opened(grant: AccessGrantRow, rows: Collection[MatrixRow]) -> Grant:
    """A consent opens what a row reads on any ground; other sources only what names them."""

    def within(named: Iterable[str], cells: Sequence[Cells]) -> frozenset[str]:
        return frozenset(
            name for name in named if any(allowed(each.get(name, _NO)) for each in cells)
        )

    def allowed(cell: frozenset[str]) -> bool:
        return bool(cell) if grant.source in _BY_CONSENT else grant.source in cell

    return Grant(
        classes=within(grant.classes, [row.classes for row in rows]),
        compartments=within(
            [grant.compartment] if grant.compartment else [], [row.compartments for row in rows]
        ),
    )


def _sight(
    found: Row[Any], reasons: Sequence[Because], granted: Sequence[tuple[Because, Grant]]
) -> Sight | None:
    because = (*reasons, *(why for why, _grant in granted))
    if not because:
        return None
    stood = [(matrix().rows[why.row], _with_consent(why, found)) for why in reasons]
    holds = any(why.behind in _HOLDERS for why in reasons)
    shares = found.consented or not found.stopped
    return Sight(
        case=found[0],
        classes=_union(row.reads(grounds) for row, grounds in stood)
        | _union(grant.classes for _why, grant in granted),
        compartments=_union(row.enters(grounds) for row, grounds in stood)
        | _union(grant.compartments for _why, grant in granted),
        knows_of=_union(_learns_of(found, why) for why in reasons),
        notes=holds or (shares and any(row.notes != "none" for row, _grounds in stood)),
        cpr=any(row.cpr == "masked" for row, _grounds in stood),
        because=because,
    )


def _learns_of(found: Row[Any], why: Because) -> frozenset[str]:
    """Return what a reason lets know of: by consent only what a consent of its own has named."""
    row, named = matrix().rows[why.row], set((found.named or "").split(","))
    beside = {"consent"} if why.grounds & _BESIDE_CONSENT else set()
    return row.learns_of(why.grounds) | (row.learns_of(frozenset(beside)) & named)


def _with_consent(why: Because, found: Row[Any]) -> frozenset[str]:
    beside = why.grounds & _BESIDE_CONSENT
    return why.grounds | {"consent"} if found.consented and beside else why.grounds


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)
