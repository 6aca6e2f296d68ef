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

# Asked whenever a process starts, so it is made once: these columns alone, the rest is sealed.
_WHO = (
    select(
        YoungPersonRow.birth_date,
        YoungPersonRow.schooling,
        YouthCaseRow.employment_case,
        YouthCaseRow.social_case,
        YouthCaseRow.team,
        YouthCaseRow.coordinator_id,
        HAS_PLAN.label("has_plan"),
    )
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
    return {
        "birth_date": found.birth_date.isoformat(),
        "schooling": found.schooling,
        "employment_case": found.employment_case,
        "social_case": found.social_case,
        "team": found.team,
        "has_plan": bool(found.has_plan),
        "has_coordinator": found.coordinator_id is not None,
    }


def _waits_to_be_written(session: Session) -> bool:
    """Say whether the query finds something else once the act is written."""
    return any(
        isinstance(row, YoungPersonRow | YouthCaseRow | PlanRow)
        or (isinstance(row, InstanceRow) and row.process == PLAN)
        for row in (*session.new, *session.dirty)
    )
