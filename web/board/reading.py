"""Who turns 18 within a year, with what the rows know of their handover: one indexed query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from engine.storage.models import IncidentRow
from engine.storage.work import Work
from workflows.access.services import cases_visible_to
from workflows.cases.records import YouthCaseRow
from workflows.consent.records import ConsentRow
from workflows.handover.owners import ELEMENT, OVER
from workflows.handover.records import HandoverRow
from workflows.municipalities.records import EmployeeRow, UnitRow
from workflows.people.ages import born_by
from workflows.people.parties import YOUNG_PERSON
from workflows.people.records import YoungPersonRow
from workflows.plans.records import PlanRow, PlanVersionRow

ADULT = "adult_18"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turning:
    """One who turns 18, or has turned 18 while nobody has received them.

    `own_consent` and `adult_consent` are the states of the newest, "" where none was asked for;
    `planned_at` (UTC) is when the plan was last written. `alarm`: nobody has the handover.
    """

    case: YouthCaseRow
    born: date
    name: str
    holder: str
    unit: str
    handover: str
    receiver: str
    own_consent: str
    adult_consent: str
    planned_at: datetime | None
    alarm: bool


def turning_18(work: Work) -> Sequence[Turning]:
    """Return those whom the actor may see, the oldest first.

    Those past 18 are among them for a year, while nobody has received them. The cost follows
    the people of that age, never all open cases.
    """
    born, receiver = YoungPersonRow.birth_date, aliased(EmployeeRow)
    handover, unit = aliased(HandoverRow), aliased(UnitRow)  # need to know asks for its own
    still_ours = and_(handover.id.is_not(None), handover.status.not_in(OVER))
    query = (
        select(
            YouthCaseRow,
            YoungPersonRow,
            EmployeeRow.name,
            unit.name,
            func.coalesce(handover.status, ""),
            func.coalesce(receiver.name, ""),
            _own_consent(),
            _adult_consent(),
            _planned_at(),
            _alarm(),
        )
        .join(YouthCaseRow, YouthCaseRow.young_person_id == YoungPersonRow.id)
        .join(EmployeeRow, EmployeeRow.id == YouthCaseRow.primary_id)
        .join(unit, unit.id == YouthCaseRow.unit_id)
        .outerjoin(handover, handover.id == _newest_handover())
        .outerjoin(receiver, receiver.id == handover.receiver_id)
        .where(
            born > born_by(work, "handover.board_until"),
            born <= born_by(work, "handover.board"),
            or_(born > born_by(work, "handover.adult"), still_ours),
            YouthCaseRow.closed_at.is_(None),
            cases_visible_to(work, work.actor),
        )
        .order_by(born, YoungPersonRow.first_name, YouthCaseRow.case_id)
    )
    return [
        Turning(
            case=case,
            born=person.birth_date,
            name=person.name,
            holder=holder,
            unit=unit_name,
            handover=status,
            receiver=received_by,
            own_consent=own or "",
            adult_consent=adult or "",
            planned_at=planned_at,
            alarm=bool(alarm),
        )
        for case, person, holder, unit_name, status, received_by, own, adult, planned_at, alarm in (
            work.session.execute(query)
        )
    ]


def _newest_handover() -> ScalarSelect[UUID]:
    query = select(HandoverRow.id).where(HandoverRow.case_id == YouthCaseRow.case_id)
    newest = query.order_by(HandoverRow.opened_at.desc(), HandoverRow.id).limit(1)
    return newest.correlate(YouthCaseRow).scalar_subquery()


def _own_consent() -> ScalarSelect[str]:
    return _consent(ConsentRow.giver == YOUNG_PERSON, ConsentRow.purpose != ADULT)


def _adult_consent() -> ScalarSelect[str]:
    return _consent(ConsentRow.purpose == ADULT)


def _consent(*which: ColumnElement[bool]) -> ScalarSelect[str]:
    query = select(ConsentRow.status).where(ConsentRow.case_id == YouthCaseRow.case_id, *which)
    newest = query.order_by(ConsentRow.asked_at.desc(), ConsentRow.id).limit(1)
    return newest.correlate(YouthCaseRow).scalar_subquery()


def _planned_at() -> ScalarSelect[datetime]:
    query = (
        select(func.max(PlanVersionRow.written_at))
        .join(PlanRow, PlanRow.id == PlanVersionRow.plan_id)
        .where(PlanRow.case_id == YouthCaseRow.case_id)
    )
    return query.correlate(YouthCaseRow).scalar_subquery()


def _alarm() -> ColumnElement[bool]:
    return exists().where(
        IncidentRow.case_id == YouthCaseRow.case_id,
        IncidentRow.element == ELEMENT,
        IncidentRow.resolved_at.is_(None),
    )
