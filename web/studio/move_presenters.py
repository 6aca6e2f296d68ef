"""Moving running cases to another version, as the pages show it: no case by the name of anybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for
from sqlalchemy import select

from engine.domain.reckonings import Reckoning
from engine.services.clocks import RunningClock
from engine.services.definitions import as_definition
from engine.services.moving import Moved, Outcome, moves_of
from engine.services.trying import Verdict, preview
from engine.storage.models import DefinitionRow, InstanceRow
from engine.storage.work import Work
from web.explaining import Dated, dated
from web.i18n import N_, _
from web.inbox.presenters import pack_key, unpack_key
from web.inbox.reading import names_of
from web.reasons import CLOCK, as_options
from web.sentences import translated
from web.stops import moment
from web.studio.reading import running_by_version, versions

PAGE, SHOWN = 25, 100
_RUNGS = {
    "reminder": N_("Påmindelse"),
    "prewarning": N_("Varsel til lederen"),
    "E1": N_("Besked til mødelederen"),
    "E2": N_("Opgave til lederen"),
    "E3": N_("Lederforums dagsorden"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One line of the table of clocks. `id` is what its box is called, "" when it has none."""

    what: str
    before: str
    after: str
    anew: str
    dated: Dated | None
    dated_after: Dated | None
    dated_anew: Dated | None
    id: str
    key: str
    signed: bool
    reason: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One running case: whether it can move, and what that means for its clocks."""

    id: str
    name: str
    since: str
    standing: str
    reasons: Sequence[str]
    clocks: Sequence[Clock]
    seen: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version to choose."""

    number: int
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePage:
    """The page on which one chooses what to move."""

    process: str
    title: str
    sources: Sequence[Version]
    targets: Sequence[Version]
    source: int
    target: int
    can: Sequence[Candidate]
    cannot: Sequence[Candidate]
    further: str
    reasons: Sequence[Mapping[str, str]]
    errors: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One move that was made, or was not."""

    name: str
    text: str
    when: str = ""
    undo: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was chosen on the page: by instance, and by the box of each clock.

    `errors` are the sentences that say what to mend, by the box.
    """

    chosen: frozenset[str]
    signed: frozenset[str]
    reasons: Mapping[str, str]
    errors: Mapping[str, str]


def case_name(case_id: UUID) -> str:
    """Return what a case is called where nobody may see whose it is."""
    return _("Sag %(code)s", code=case_id.hex[:8].upper())


def box_of(instance_id: UUID | str, key: str) -> str:
    """Return what the box of a clock is called."""
    return f"skift-{instance_id}-{key}"


def move_page(
    work: Work, process: str, source: int, target: int, after: str | None, typed: Typed | None
) -> MovePage:
    """Return the page: every case that runs in version `source`, tried in a copy for `target`.

    Version 0 stands for the choice that is nearest at hand: the newest version, and the newest
    before it that cases run in. Raises `NotFound`.
    """
    found = {row.number: row for row in versions(work, process)}
    newest = found[max(found)]
    to = found.get(target, newest)
    running = running_by_version(work, process)
    sources = [row for row in found.values() if running.get(row.id) and row.id != to.id]
    fallback = sources[0] if sources else None
    of = next((row for row in sources if row.number == source), fallback)
    verdicts = _verdicts(work, process, of, to, after) if of else []
    shown = [_candidate(work, each, typed) for each in verdicts[:PAGE]]
    return MovePage(
        process=process,
        title=newest.title,
        sources=[_version(row, of, running.get(row.id, 0)) for row in sources],
        targets=[_version(row, to, running.get(row.id, 0)) for row in found.values()],
        source=of.number if of else 0,
        target=to.number,
        can=[each for each in shown if not each.reasons],
        cannot=[each for each in shown if each.reasons],
        further=_further(process, of, to, verdicts),
        reasons=as_options(CLOCK),
        errors=[{"id": box, "text": text} for box, text in typed.errors.items()] if typed else (),
    )


def outcome_lines(work: Work, process: str, outcomes: Sequence[Outcome]) -> list[Line]:
    """Return what came of each, those that stayed first."""
    ids = [each.instance_id for each in outcomes]
    query = select(InstanceRow.id, InstanceRow.case_id).where(InstanceRow.id.in_(ids))
    cases = dict(work.session.execute(query).all())
    return [
        Line(
            name=case_name(cases.get(each.instance_id, each.instance_id)),
            text="" if each.problem else _("flyttet"),
            problem=translated(each.problem) if each.problem else "",
            undo="" if each.problem else _undo(process, each.instance_id),
        )
        for each in sorted(outcomes, key=lambda each: not each.problem)
    ]


def move_lines(work: Work, process: str) -> list[Line]:
    """Return the last moves, newest first, each with its way back or why there is none."""
    found = moves_of(work, process, SHOWN)
    names = names_of(work, [each.moved_by_id for each in found])
    return [
        Line(
            name=case_name(each.case_id),
            text=_moved_in_words(each, names),
            when=moment(work, each.moved_at),
            undo="" if each.obstacle else _undo(process, each.instance_id),
            problem=translated(each.obstacle) if each.obstacle else "",
        )
        for each in found
    ]


def _moved_in_words(moved: Moved, names: Mapping[UUID, str]) -> str:
    who = names.get(moved.moved_by_id, "") if moved.moved_by_id else ""
    said = _(
        "fra udgave %(before)d til udgave %(after)d af %(who)s",
        before=moved.before,
        after=moved.after,
        who=who,
    )
    return said + (_(", med skiftede frister") if moved.signed else "")


def _verdicts(
    work: Work, process: str, of: DefinitionRow, to: DefinitionRow, after: str | None
) -> list[Verdict]:
    place = unpack_key(after)
    return preview(work, process, to.id, source=of.id, after=place, limit=PAGE + 1)


def _further(
    process: str, of: DefinitionRow | None, to: DefinitionRow, verdicts: Sequence[Verdict]
) -> str:
    if of is None or len(verdicts) <= PAGE:
        return ""
    last = verdicts[PAGE - 1]
    after = pack_key((last.started_at, last.instance_id))
    return url_for("studio.move", process=process, fra=of.number, til=to.number, efter=after)


def _version(row: DefinitionRow, chosen: DefinitionRow | None, cases: int) -> Version:
    text = _("udgave %(number)d, %(cases)d i gang", number=row.number, cases=cases)
    return Version(number=row.number, text=text, chosen=chosen is not None and row.id == chosen.id)


def _candidate(work: Work, verdict: Verdict, typed: Typed | None) -> Candidate:
    labels = _labels(work, verdict)
    return Candidate(
        id=str(verdict.instance_id),
        name=case_name(verdict.case_id),
        since=moment(work, verdict.started_at),
        standing=", ".join(dict.fromkeys(labels.get(each, each) for each in verdict.standing)),
        reasons=[translated(each) for each in verdict.reasons],
        clocks=[_clock(work, verdict, each, labels, typed) for each in verdict.clocks],
        seen=verdict.seen,
        chosen=str(verdict.instance_id) in typed.chosen if typed else True,
    )


def _labels(work: Work, verdict: Verdict) -> Mapping[str, str]:
    instance = work.session.get_one(InstanceRow, verdict.instance_id)
    row = work.definition(instance.definition_id)
    nodes = work.processes.inspect(as_definition(row)).nodes
    return {node.id: node.name or node.id for node in nodes}


def _clock(
    work: Work,
    verdict: Verdict,
    clock: RunningClock,
    labels: Mapping[str, str],
    typed: Typed | None,
) -> Clock:
    may_sign = clock.anew is not None and clock.what in ("deadline", "timer")
    box = box_of(verdict.instance_id, clock.key) if may_sign else ""
    return Clock(
        what=_what(clock, labels),
        before=moment(work, clock.before),
        after=moment(work, clock.after),
        anew=moment(work, clock.anew) if clock.anew else "",
        dated=_dated(work, clock.before, clock.why),
        dated_after=_dated(work, clock.after, clock.why),
        dated_anew=_dated(work, clock.anew, clock.why_anew),
        id=box,
        key=clock.key,
        signed=typed is not None and box in typed.signed,
        reason=typed.reasons.get(box, "") if typed else "",
        error=typed.errors.get(box, "") if typed else "",
    )


def _dated(work: Work, at: datetime | None, steps: Reckoning) -> Dated | None:
    """Return the day of a clock with its reason, where the steps are known and lead to it."""
    day = work.calendar.local_date(at) if at else None
    return dated(day, steps) if day and steps and steps[-1]["to"] == day.isoformat() else None


def _what(clock: RunningClock, labels: Mapping[str, str]) -> str:
    name = clock.title or labels.get(clock.element, clock.element)
    match clock.what:
        case "deadline":
            return _("Fristen for »%(name)s«", name=name)
        case "timer":
            return _("Uret »%(name)s«", name=name)
    return _("%(rung)s for »%(name)s«", rung=_(_RUNGS.get(clock.what, clock.what)), name=name)


def _undo(process: str, instance_id: UUID) -> str:
    return url_for("studio.undo", process=process, instance_id=instance_id)
