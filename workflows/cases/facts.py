"""What every process of a case may know at its start, without being told."""

from uuid import UUID

from sqlalchemy import bindparam, select

from engine.domain.errors import NotFound
from engine.ports import Variables
from engine.storage.work import Work
from workflows.cases.records import YouthCaseRow
from workflows.people.records import YoungPersonRow
from workflows.plans.handlers import has_plan

# Asked whenever a process starts, so it is made once.
_WHO = (
    select(YouthCaseRow, YoungPersonRow)
    .join(YoungPersonRow, YoungPersonRow.id == YouthCaseRow.young_person_id)
    .where(YouthCaseRow.case_id == bindparam("case_id"))
)


def facts_of(work: Work, case_id: UUID) -> Variables:
    """Return the facts by name, as JSON. Raises `NotFound` for a case of nobody."""
    work.flush()
    found = work.session.execute(_WHO, {"case_id": case_id}).one_or_none()
    if found is None:
        raise NotFound("Sagen findes ikke.")
    case, person = found
    return {
        "birth_date": person.birth_date.isoformat(),
        "schooling": person.schooling,
        "employment_case": case.employment_case,
        "social_case": case.social_case,
        "team": case.team,
        "has_plan": has_plan(work, case_id),
        "has_coordinator": case.coordinator_id is not None,
    }
