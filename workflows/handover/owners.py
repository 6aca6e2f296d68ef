"""No open case passes 17½ without an owner of the handover: looked after by date and by night.

The owner is the sender of a handover whose process runs, as long as that person works here, or
who has received it. Between 17½ and 18 there must be one. Source: domain, process P5.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select

from engine.domain.errors import NotAllowed, NotPossible
from engine.ports import SYSTEM
from engine.services.definitions import newest_definition
from engine.services.incidents import note_incident, open_where, resolve
from engine.services.instances import start_process
from engine.services.journal import record
from engine.services.rounds import night_of
from engine.services.settling import settle
from engine.services.tasks import open_task
from engine.storage.models import IncidentRow, InstanceRow
from engine.storage.work import Casework, Work
from workflows.cases.passing_on import may_pass_on
from workflows.cases.records import YouthCaseRow
from workflows.cases.thread import move_tasks, open_youth_case, youth_case
from workflows.handover.records import HandoverRow
from workflows.municipalities.records import EmployeeRow
from workflows.people.ages import born_by, day_of_age
from workflows.people.parties import young_person_of
from workflows.people.records import YoungPersonRow

PROCESS = "handover"  # its version also lends its ladders to tasks outside any process
OVER = ("accepted", "closed")
ELEMENT = "handover_owner"
TITLE = "Find en, der har overgangen til 18 år"
WHY = "Den unge er snart eller over 17 ½ år, og ingen har overgangen. Ingen må slippes her."
CAUSE = "Den unge når 17 ½ år, uden at nogen har overgangen til 18 år. Lederen har fået en opgave."
PAGE = 200


def is_owned() -> ColumnElement[bool]:
    """Return the condition under which the handover of a row of `youth_cases` has an owner.

    A case in a closed compartment is never handed over, and needs none.
    """
    runs = exists().where(
        InstanceRow.case_id == HandoverRow.case_id,
        InstanceRow.process == PROCESS,
        InstanceRow.closed_at.is_(None),
    )
    under_way = and_(HandoverRow.status.not_in(OVER), EmployeeRow.active, runs)
    owner = exists().where(
        HandoverRow.case_id == YouthCaseRow.case_id,
        EmployeeRow.id == HandoverRow.sender_id,
        or_(HandoverRow.status == "accepted", under_way),
    )
    return or_(YouthCaseRow.compartment.is_not(None), owner)


def without_owner(
    work: Work, after: tuple[date, UUID] | None = None, limit: int = PAGE
) -> Sequence[tuple[date, UUID]]:
    """Return the first `limit` open cases from 17½ to 18 without an owner, behind `after`.

    Each is (birth date, case), in that order; the cost follows those of that age, never all
    open cases. Changes nothing.
    """
    key = YoungPersonRow.birth_date, YouthCaseRow.case_id
    query = (
        select(*key)
        .join(YouthCaseRow, YouthCaseRow.young_person_id == YoungPersonRow.id)
        .where(
            YoungPersonRow.birth_date > born_by(work, "handover.adult"),
            YoungPersonRow.birth_date <= born_by(work, "handover.decided"),
            YouthCaseRow.closed_at.is_(None),
            ~is_owned(),
        )
        .order_by(*key)
        .limit(limit)
    )
    if after is not None:
        born, case_id = after
        later = YoungPersonRow.birth_date > born
        same = and_(YoungPersonRow.birth_date == born, YouthCaseRow.case_id > case_id)
        query = query.where(YoungPersonRow.birth_date >= born, or_(later, same))
    return [(born, case_id) for born, case_id in work.session.execute(query)]


def check_owner(work: Work, case_id: UUID) -> bool:
    """Look whether the handover of the case has an owner, and return whether it has.

    Without one it becomes an incident and a task for the leader by the statutory ladder, once
    however often this is asked; with one the incident is over. A closed case needs none.
    """
    case = youth_case(work, case_id)
    work.flush()
    query = select(YouthCaseRow.case_id).where(YouthCaseRow.case_id == case_id)
    owned = case.closed_at is not None or work.session.scalar(query.where(is_owned())) is not None
    if owned:
        _end_alarm(work, case_id)
    elif _incident(work, case_id) is None:
        _raise_alarm(work, case_id)
    return owned


def find_owner(work: Work, case_id: UUID) -> None:
    """Let the one who holds the thread have the handover from now on; the alarm is over.

    A handover that is under way passes to them; without one it begins. Raises `NotAllowed` for
    others than the leader of the unit, the chief consultant and the one who holds the thread,
    and `Conflict` in a closed compartment.
    """
    work.reads_for("handover", f"case:{case_id}")
    case = open_youth_case(work, case_id)
    if not may_find_owner(work, case):
        raise NotAllowed("Kun lederen og den, der holder tråden, kan begynde overgangen.")
    if case.compartment is not None:
        raise NotPossible("En sag i et lukket rum går ikke over til voksenområdet.")
    handover = _under_way(work, case_id)
    if handover is None:
        start_process(work, case_id, PROCESS, {})
        settle(work)
    elif handover.sender_id != case.primary_id:
        former, handover.sender_id = handover.sender_id, case.primary_id
        move_tasks(work, case_id, "handover_sender", case.primary_id)
        told = {"to": str(case.primary_id), "former": str(former)}
        record(work, case_id, "handover_passed_on", handover=str(handover.id), **told)
    check_owner(work, case_id)


def may_find_owner(work: Work, case: YouthCaseRow) -> bool:
    """Say whether the actor may begin the handover, or give it to who holds the thread."""
    return case.primary_id == work.actor.id or may_pass_on(work, case)


def prove_owners(casework: Casework, limit: int = PAGE) -> int:
    """Raise the alarm for every open case past 17½ without an owner; return how many there are.

    Those whose alarm has lost its reason are looked at too. A transaction a case.
    """
    found = 0
    for case_id in _alarmed(casework):
        casework.act(SYSTEM, partial(check_owner, case_id=case_id))
    for case_id in _all_without(casework, limit):
        found += not casework.act(SYSTEM, partial(check_owner, case_id=case_id))
    return found


def prove_tonight(casework: Casework, proven: set[date]) -> int:
    """Prove it once a night; `proven` are the nights that are done. To do it twice harms nobody."""
    with casework.work(SYSTEM) as work:
        night = night_of(work)
    if night in proven:
        return 0
    found = prove_owners(casework)
    proven.add(night)
    return found


def _all_without(casework: Casework, limit: int) -> Iterator[UUID]:
    after = None
    while True:
        with casework.work(SYSTEM) as work:
            page = without_owner(work, after, limit)
        yield from (case_id for _, case_id in page)
        if len(page) < limit:
            return
        after = page[-1]


def _alarmed(casework: Casework) -> Sequence[UUID]:
    with casework.work(SYSTEM) as work:
        incidents = work.session.scalars(open_where(IncidentRow.element == ELEMENT))
        return [each.case_id for each in incidents if each.case_id is not None]


def _under_way(work: Work, case_id: UUID) -> HandoverRow | None:
    """Return the handover whose process runs."""
    work.flush()
    query = (
        select(HandoverRow)
        .join(InstanceRow, InstanceRow.case_id == HandoverRow.case_id)
        .where(HandoverRow.case_id == case_id, HandoverRow.status.not_in(OVER))
        .where(InstanceRow.process == PROCESS, InstanceRow.closed_at.is_(None))
    )
    return work.session.scalars(query.order_by(HandoverRow.opened_at.desc())).first()


def _raise_alarm(work: Work, case_id: UUID) -> None:
    note_incident(work, case_id=case_id, element=ELEMENT, process=PROCESS, cause=CAUSE)
    open_task(
        work,
        case_id=case_id,
        element=ELEMENT,
        title=TITLE,
        role="unit_leader",
        why_now=WHY,
        deadline='after(created, param("handover.owner"))',
        ladder="B",
        definition=newest_definition(work, PROCESS),
    )
    born = young_person_of(work, case_id).birth_date
    record(
        work,
        case_id,
        "handover_without_owner",
        decided_by=day_of_age(work, born, "handover.decided").isoformat(),
    )


def _end_alarm(work: Work, case_id: UUID) -> None:
    if (incident := _incident(work, case_id)) is not None:
        resolve(work, incident)
        record(work, case_id, "handover_owned")


def _incident(work: Work, case_id: UUID) -> IncidentRow | None:
    work.flush()
    mine = IncidentRow.case_id == case_id, IncidentRow.element == ELEMENT
    return work.session.scalars(open_where(*mine)).first()
