"""Who may ask for a consent in a case, or rest something on the law: those who answer for it."""

from sqlalchemy import exists, select

from engine.domain.errors import NotAllowed, NotPossible
from engine.storage.work import Work
from workflows.cases.passing_on import may_pass_on
from workflows.cases.records import YouthCaseRow
from workflows.municipalities.records import AbsenceRow


def may_answer_for(work: Work, case: YouthCaseRow) -> bool:
    """Say whether the actor has an office in the case, stands in for one today, or leads it.

    Nobody does in a closed compartment: consents belong to the ordinary case.
    """
    return case.compartment is None and answers_for(work, case)


def check_answers_for(work: Work, case: YouthCaseRow) -> None:
    """Raise `NotAllowed` unless the actor answers for the case; `Conflict` in a compartment."""
    if not answers_for(work, case):
        raise NotAllowed(
            "Det gør den, der holder tråden, tovholderen, den ansvarlige for planen eller lederen."
        )
    if case.compartment is not None:
        raise NotPossible(
            "I et lukket rum er der ingen samtykker: de hører til den almindelige sag."
        )


def answers_for(work: Work, case: YouthCaseRow) -> bool:
    """Say so of any case, also in a compartment."""
    offices = [each for each in (case.primary_id, case.coordinator_id, case.plan_owner_id) if each]
    if work.actor.id in offices or may_pass_on(work, case):
        return True
    stands_in = exists().where(
        AbsenceRow.deputy_id == work.actor.id,
        AbsenceRow.employee_id.in_(offices),
        AbsenceRow.since <= work.today,
        AbsenceRow.until >= work.today,
    )
    return work.actor.id is not None and bool(work.session.scalar(select(stands_in)))
