"""What lies in a closed compartment about one who was erased outside follows at its own date.

Nothing is queued: whoever erases outside does and learns the same, whether or not there is
something inside. The house itself looks, once a day, for those whose outer person is gone.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, and_, or_, select, true, update
from sqlalchemy.orm import aliased

from engine.storage.models import CaseRow
from engine.storage.work import Work
from workflows.access.matrix import COMPARTMENTS
from workflows.cases.records import YouthCaseRow
from workflows.compartments.services import mark_inside
from workflows.erasing.retention import held_by, passed_rule, said_of
from workflows.people.records import YoungPersonRow


def find_inside(work: Work, person: YoungPersonRow) -> None:
    """Let everybody inside who is this person say so, before their name is gone.

    Who was passed in before they were known outside had nobody to name.
    """
    inner = YoungPersonRow
    same = and_(
        inner.first_name == person.first_name,
        inner.last_name == person.last_name,
        inner.birth_date == person.birth_date,
        true() if person.cpr is None else inner.cpr_mark.is_(None),
    )
    marks = [mark_inside(work, each, person.cpr) for each in COMPARTMENTS]
    anew = update(inner).where(
        inner.compartment.is_not(None),
        inner.known_as_id.is_(None),
        or_(same, inner.cpr_mark.in_([each for each in marks if each])),
    )
    work.session.execute(
        anew.values(known_as_id=person.id), execution_options={"synchronize_session": False}
    )


def erased_outside(work: Work, case_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Return those of these cases in a compartment whose person has been erased outside."""
    query = _left_behind().where(YouthCaseRow.case_id.in_(case_ids))
    return frozenset(work.session.scalars(query.with_only_columns(YouthCaseRow.case_id)))


def who_follow(work: Work) -> Sequence[UUID]:
    """Return the persons inside whose own time has passed, and nothing holds back.

    What the archive is to have waits for two of those who enter.
    """
    found: dict[UUID, bool] = {}
    for case, person in work.session.execute(_left_behind()):
        rule = passed_rule(work, case, person.birth_date) if case.closed_at else None
        free = rule is not None and not rule.preserve and not held_by(said_of(work, case.case_id))
        found[person.id] = found.get(person.id, True) and free
    return sorted(person_id for person_id, goes in found.items() if goes)


def _left_behind() -> Select[YouthCaseRow, YoungPersonRow]:
    outer, its_case = aliased(YouthCaseRow), aliased(CaseRow)
    gone = (
        select(outer.young_person_id)
        .join(its_case, its_case.id == outer.case_id)
        .where(its_case.erased_at.is_not(None))
    )
    return (
        select(YouthCaseRow, YoungPersonRow)
        .join(CaseRow, CaseRow.id == YouthCaseRow.case_id)
        .join(YoungPersonRow, YoungPersonRow.id == YouthCaseRow.young_person_id)
        .where(
            YoungPersonRow.compartment.is_not(None),
            YoungPersonRow.known_as_id.in_(gone),
            CaseRow.erased_at.is_(None),
        )
    )
