"""What the house keeps of dates itself, when the dates of a case are recounted."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from engine.services.journal import record
from engine.services.settling import settle
from engine.storage.work import Work
from workflows.cases.mails import mail_staff
from workflows.cases.milestones import Moved, move_milestones
from workflows.cases.records import YouthCaseRow
from workflows.consent.records import ConsentRow
from workflows.handover.records import HandoverRow
from workflows.letters import day_in_words

_ASKED = ("asked", "partly")
_GONE = "En dato, som kommunen har taget af alderslinjen"


def recount_records(work: Work, case_id: UUID, dates: Mapping[str, str]) -> None:
    """Move the milestones of the case, and what its records say of `dates` (new days by old).

    The people of the case are told which milestones, in one message, and never the days: they
    would tell the date of birth. A closed case has nothing ahead, and a case of nobody no
    milestones.
    """
    case = work.session.get(YouthCaseRow, case_id)
    if case is None or case.closed_at is not None:
        return
    moved = move_milestones(work, case_id)
    for each in moved:
        record(work, case_id, "milestone_moved", milestone=each.name, **moved_dates(each))
    settle(work)
    if moved:
        _tell_of_milestones(work, case, moved)
    _follow(work, case_id, {date.fromisoformat(old): new for old, new in dates.items()})


def people_of(work: Work, case: YouthCaseRow) -> set[UUID]:
    """Return who works with the case: its offices, and who receives it at 18; not the actor."""
    query = select(HandoverRow.receiver_id).where(
        HandoverRow.case_id == case.case_id, HandoverRow.status != "closed"
    )
    offices = (case.primary_id, case.coordinator_id, case.plan_owner_id)
    found = {*offices, *work.session.scalars(query)} - {work.actor.id}
    return {each for each in found if each is not None}


def _tell_of_milestones(work: Work, case: YouthCaseRow, moved: Sequence[Moved]) -> None:
    turn = work.lock_case(case.case_id).journal_length
    mail_staff(
        work,
        case.case_id,
        "milestones_moved",
        sorted(people_of(work, case), key=str),
        key=f"milestones_moved:{case.case_id}:{turn}",
        words={"moved": "\n".join(f"- {_title(each)}" for each in moved)},
    )


def _title(moved: Moved) -> str:
    return moved.title if moved.title != moved.name else _GONE


def tell_of_wait(work: Work, case_id: UUID, name: str, before: datetime, after: datetime) -> None:
    """Tell the one who holds the thread of the case that the wait `name` ends at another moment.

    A case of nobody has nobody to tell.
    """
    case = work.session.get(YouthCaseRow, case_id)
    if case is None:
        return
    turn = work.lock_case(case_id).journal_length
    moments = {"before": _in_words(work, before), "after": _in_words(work, after)}
    mail_staff(
        work,
        case_id,
        "wait_moved",
        [case.primary_id],
        key=f"wait_moved:{case_id}:{turn}",
        words={"what": name, **moments},
    )


def _in_words(work: Work, moment: datetime) -> str:
    local = moment.astimezone(work.calendar.timezone)
    return f"{day_in_words(local.date())} kl. {local:%H.%M}"


def moved_dates(moved: Moved) -> dict[str, str | None]:
    """Return the old and the new day of a milestone as the journal keeps them."""
    return {
        "old_date": moved.before.isoformat() if moved.before else None,
        "new_date": moved.after.isoformat() if moved.after else None,
    }


def _follow(work: Work, case_id: UUID, dates: Mapping[date, str]) -> None:
    """Let a consent that is asked for, and the checklist of a handover, be due on the new day."""
    if not dates:
        return
    asked = select(ConsentRow).where(
        ConsentRow.case_id == case_id,
        ConsentRow.status.in_(_ASKED),
        ConsentRow.answer_due.in_(list(dates)),
    )
    for consent in work.session.scalars(asked):
        if consent.answer_due is not None:
            consent.answer_due = date.fromisoformat(dates[consent.answer_due])
    begun = select(HandoverRow).where(
        HandoverRow.case_id == case_id, HandoverRow.checklist_due.in_(list(dates))
    )
    for handover in work.session.scalars(begun):
        handover.checklist_due = date.fromisoformat(dates[handover.checklist_due])
