"""What every process of a case may know at its start, without being told."""

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.domain.errors import NotFound
from engine.ports import Variables
from engine.storage.models import InstanceRow
from engine.storage.work import Work
from workflows.cases.records import YouthCaseRow
from workflows.people.records import YoungPersonRow
from workflows.plans.handlers import FORM as PLAN
from workflows.plans.handlers import HAS_PLAN
from workflows.plans.records import PlanRow

# Asked whenever a process starts, so it is made once.
_WHO = (
    select(YouthCaseRow, YoungPersonRow, HAS_PLAN)
    .join(YoungPersonRow, YoungPersonRow.id == YouthCaseRow.young_person_id)
    .where(YouthCaseRow.case_id == bindparam("case_id"))
)


def facts_of(work: Work, case_id: UUID) -> Variables:
    """Return the facts by name, as JSON. Raises `NotFound` for a case of nobody."""
    if _waits_to_be_written(work.session):
        work.flush()
    found = work.session.execute(_WHO, {"case_id": case_id}).one_or_none()
    if found is None:
        raise NotFound("Sagen findes ikke.")
    case, person, has_plan = found
    return {
        "birth_date": person.birth_date.isoformat(),
        "schooling": person.schooling,
        "employment_case": case.employment_case,
        "social_case": case.social_case,
        "team": case.team,
        "has_plan": bool(has_plan),
        "has_coordinator": case.coordinator_id is not None,
    }


def _waits_to_be_written(session: Session) -> bool:
    """Say whether the query finds something else once the act is written.

    What has changed of a young person or a case is found as it is in memory.
    """
    new = any(isinstance(row, YoungPersonRow | YouthCaseRow | PlanRow) for row in session.new)
    return new or any(
        isinstance(row, InstanceRow) and row.process == PLAN
        for row in (*session.new, *session.dirty)
    )
