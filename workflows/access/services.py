"""Need to know: who may open which case, and the log of every look.

Every page asks here. `matrix.toml` says which roles read what on which ground, `relations` how
somebody may stand to a case, `sight` puts the two together.
"""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from engine.domain.errors import NotFound
from engine.ports import Actor
from engine.storage.work import Work
from workflows.access import relations
from workflows.access.matrix import matrix
from workflows.access.records import ReadLogRow
from workflows.access.sight import Sight, what_may
from workflows.cases.records import YouthCaseRow


def cases_visible_to(work: Work, actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which a row of `youth_cases` may be shown to the actor.

    It holds exactly where `what_may` gives a sight. The system itself is shown nothing, nor are
    those whose roles read nothing.
    """
    if actor.id is None or matrix().reads_nothing(actor.roles):
        # not `false()`: that swallows the condition on the compartments, and is refused without
        return YouthCaseRow.case_id.is_(None)
    return or_(*relations.any_of(work, actor))


def read_case(work: Work, case_id: UUID, purpose: str, path: str = "") -> Sight:
    """Return what the actor may see of the case, and write down that they looked, and what for.

    What is read from here on is read for `purpose`, with what the look rests on behind it. Raises
    `NotFound` when there is no such case or the actor may not know of it; the two look the same
    from outside.
    """
    work.reads_for(purpose)
    sight = what_may(work, work.actor, case_id)
    if sight is None:
        raise NotFound("Sagen findes ikke, eller du har ikke adgang til den.")
    work.reads_for(purpose, sight.behind)
    log_read(work, [sight.case], path)
    return sight


def seen_of(work: Work, case_ids: Collection[UUID]) -> list[YouthCaseRow]:
    """Return those of the cases that the actor may know of. Nothing is logged."""
    if not case_ids:
        return []
    query = select(YouthCaseRow).where(
        YouthCaseRow.case_id.in_(list(case_ids)), cases_visible_to(work, work.actor)
    )
    return list(work.session.scalars(query))


def log_read(work: Work, cases: Iterable[YouthCaseRow], path: str = "") -> None:
    """Write down that the actor saw something of these cases, for the purpose that was stated.

    One row an act and compartment, as long as it is not yet written: what is seen later is added.
    Nothing for no cases.
    """
    shown = list(cases)
    for compartment in dict.fromkeys(case.compartment for case in shown):
        _log(work, [case for case in shown if case.compartment == compartment], path)


def _log(work: Work, shown: Sequence[YouthCaseRow], path: str) -> None:
    purpose, compartment = work.purpose, shown[0].compartment
    if purpose is None:
        return
    rows = (each for each in work.session.new if isinstance(each, ReadLogRow))
    row = next((each for each in rows if each.compartment == compartment), None)
    if row is None:
        row = ReadLogRow(
            at=work.now,
            actor_id=work.actor.id,
            case_ids=[],
            purpose=purpose.code,
            behind=purpose.behind,
            path=path[:300],
            compartment=compartment,
        )
        work.session.add(row)
    row.case_ids = _with(row.case_ids, (str(case.case_id) for case in shown))
    row.person_ids = _with(row.person_ids, (str(case.young_person_id) for case in shown))


def _with(known: Iterable[str], more: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*known, *more)))
