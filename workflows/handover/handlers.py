"""What diagrams may do with the handover at 18: two phases, offered and then accepted."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from engine.domain.calendars import age_on
from engine.domain.errors import NotFound
from engine.domain.parameters import shift
from engine.domain.series import drawn_days
from engine.ports import Variables
from engine.services.definitions import decide, newest_definition
from engine.services.journal import record
from engine.services.reckonings import tell
from engine.storage.models import InstanceRow
from engine.storage.work import Work
from workflows.cases.coordination import own_plan
from workflows.cases.mails import mail_staff
from workflows.cases.records import YouthCaseRow
from workflows.cases.rules import ADULT_TEAM
from workflows.cases.services import team_forum
from workflows.cases.thread import hand_over_thread, move_tasks, open_youth_case
from workflows.consent.grounds import settle_access
from workflows.consent.services import not_renewed_at_18
from workflows.forums.explaining import why_drawn
from workflows.forums.meetings import cut_off_of, series_of_forum
from workflows.forums.rules import CUT_OFF, checklist_due, last_meeting_by
from workflows.handover.records import HandoverRow
from workflows.letters import day_in_words
from workflows.municipalities.directory import person_in, surroundings
from workflows.municipalities.records import ForumRow
from workflows.municipalities.staff import NobodyHas, person_for
from workflows.people.ages import day_of_age
from workflows.people.parties import young_person_of
from workflows.plans.handlers import reevaluate
from workflows.plans.rules import listed

OVER = ("accepted", "closed")


def open_handover(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Open the handover; the primary responsible is the sender and stays so until it is over.

    Gives `checklist_due` (ISO date), so early that the conference is held by 17½.
    """
    case = open_youth_case(work, instance.case_id)
    if earlier := _unfinished(work, case):
        earlier.status = "closed"
    due = _checklist_due(work, case)
    row = HandoverRow(
        case_id=case.case_id, sender_id=case.primary_id, checklist_due=due, opened_at=work.now
    )
    work.session.add(row)
    case.state = "handover"
    record(work, case.case_id, "handover_opened", handover=str(row.id), due=due.isoformat())
    work.flush()
    _tell_if_late(work, case, row)
    return {"checklist_due": due.isoformat(), "sender_role": "handover_sender"}


def offer_handover(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Offer the handover to somebody of `receiver_role` among the adults' team.

    `keep_coordinator` is yes unless said otherwise. Who has said no is not asked again while
    there is another. The sender stays responsible. Raises `NobodyHas`.
    """
    case, handover = _open(work, instance)
    role, adults = str(inputs["receiver_role"]), team_forum(work, ADULT_TEAM)
    receiver = person_for(
        work, case, role, but=(handover.rejected_by_id,), forum_id=adults.id if adults else None
    )
    if receiver is None:
        raise NobodyHas(role)
    handover.receiver_id, handover.receiver_role = receiver, role
    handover.keep_coordinator = inputs.get("keep_coordinator") not in ("no", False)
    handover.status, handover.offered_at = "offered", work.now
    record(work, case.case_id, "handover_offered", handover=str(handover.id), to=str(receiver))
    work.flush()
    mail_staff(
        work,
        case.case_id,
        "handover_offered",
        [receiver],
        key=f"handover_offered:{handover.id}:{handover.offered_at.isoformat()}",
        words={"due_on": day_in_words(_accept_by(work, case))},
    )
    return {}


def reject_handover(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Note that the receiver said no, and the `reason`; the sender stays responsible."""
    case, handover = _open(work, instance)
    handover.status, handover.rejected_at = "rejected", work.now
    handover.rejected_by_id, handover.rejection = handover.receiver_id, str(inputs["reason"] or "")
    record(work, case.case_id, "handover_rejected", handover=str(handover.id))
    work.flush()
    return {}


def settle_handover(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Note whom the leader forum has decided on: somebody of `receiver_role`."""
    case, handover = _open(work, instance)
    role, adults = str(inputs["receiver_role"]), team_forum(work, ADULT_TEAM)
    handover.receiver_id = (
        person_for(work, case, role, forum_id=adults.id if adults else None) or handover.receiver_id
    )
    handover.receiver_role, handover.status = role, "settled"
    record(work, case.case_id, "handover_settled", handover=str(handover.id))
    work.flush()
    return {}


def complete_handover(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Carry an accepted handover through. Gives `outcome`.

    accepted_same_coordinator: the coordinator is kept and holds the thread, the receiver owns
    the plan from 18. accepted_new_coordinator: the receiver coordinates and holds the thread.
    Without a coordinator the receiver holds the thread alone.
    """
    case, handover = _open(work, instance)
    receiver = handover.receiver_id or case.primary_id
    kept = handover.keep_coordinator and case.coordinator_id is not None
    handover.status, handover.accepted_at = "accepted", work.now
    handover.outcome = "accepted_same_coordinator" if kept else "accepted_new_coordinator"
    handover.overlap_until = shift(
        work.calendar_of(case.case_id),
        work.today,
        work.parameters.period("handover.overlap"),
    )
    if not kept and not handover.keep_coordinator:
        case.coordinator_id = receiver
        move_tasks(work, case.case_id, "coordinator", receiver)
    holder = case.coordinator_id if kept and case.coordinator_id else receiver
    record(
        work,
        case.case_id,
        "handover_accepted",
        handover=str(handover.id),
        receiver=str(receiver),
        outcome=handover.outcome,
    )
    hand_over_thread(work, case, holder, "handover_accepted")
    if _is_adult(work, case):
        own_plan(work, case, receiver)
    case.state = "active_multi"
    work.flush()
    return {"outcome": handover.outcome}


def turn_adult(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Change what an 18th birthday changes, at 00:00 of it: team, plan, owner of the plan.

    The coordinator is kept, and the primary responsible changes only by an accepted handover.
    Consents that the adult has been asked for and not given again are suspended.
    """
    case = open_youth_case(work, instance.case_id)
    forum = team_forum(work, ADULT_TEAM)
    case.team = ADULT_TEAM
    if forum is not None:
        case.forum_id, case.unit_id = forum.id, forum.unit_id or case.unit_id
    record(work, case.case_id, "turned_adult", team=ADULT_TEAM)
    work.flush()
    _reevaluate_plan(work, case)
    if owner := _adult_plan_owner(work, case):
        own_plan(work, case, owner)
    not_renewed_at_18(work, case.case_id)
    settle_access(work, case.case_id, "team_changed")
    return {}


def _unfinished(work: Work, case: YouthCaseRow) -> HandoverRow | None:
    """Return the handover that is neither accepted nor closed; there is at most one."""
    work.flush()
    query = select(HandoverRow).where(
        HandoverRow.case_id == case.case_id, HandoverRow.status.not_in(OVER)
    )
    return work.session.scalars(query.order_by(HandoverRow.opened_at.desc())).first()


def _open(work: Work, instance: InstanceRow) -> tuple[YouthCaseRow, HandoverRow]:
    case = open_youth_case(work, instance.case_id)
    handover = _unfinished(work, case)
    if handover is None:
        raise NotFound("Der er ingen åben overdragelse i sagen.")
    return case, handover


def _tell_if_late(work: Work, case: YouthCaseRow, handover: HandoverRow) -> None:
    """Tell the leader, once, of a handover that begins after 17½: its steps get days of their own.

    Source: domain, handover, exceptions.
    """
    if work.today <= _reaches(work, case, "handover.decided"):
        return
    leader = person_in(work, surroundings(work, case.case_id, "chief_consultant"), "unit_leader")
    late = work.parameters.period("handover.late").in_danish()
    words = {"late": late, "checklist_due": day_in_words(handover.checklist_due)}
    key = f"handover_late:{handover.id}"
    mail_staff(work, case.case_id, "handover_late", [leader], key=key, words=words)


def _checklist_due(work: Work, case: YouthCaseRow) -> date:
    forum = work.session.get(ForumRow, case.forum_id) if case.forum_id else None
    _tell_of_ways(work, case, forum)
    opens_on = work.calendar.roll_back(_reaches(work, case, "handover.prestart"))
    return checklist_due(
        work.calendar_of(case.case_id),
        series_of_forum(work, forum) if forum else None,
        today=work.today,
        opened_late=work.today > opens_on,
        decided_by=_reaches(work, case, "handover.decided"),
        cut_off=cut_off_of(work.parameters, forum),
        late=work.parameters.period("handover.late"),
    )


def _tell_of_ways(work: Work, case: YouthCaseRow, forum: ForumRow | None) -> None:
    """Let the calendar words go every way that `checklist_due` may take: so it is explained."""
    words, born = work.functions_for(case.case_id), young_person_of(work, case.case_id).birth_date
    decided_by = words["age_date"](born, words["param"]("handover.decided"))
    words["before"](decided_by, "10 WD")
    words["after"](work.today, words["param"]("handover.late"))
    series = series_of_forum(work, forum) if forum else None
    last = last_meeting_by(work.calendar, series, decided_by) if series else None
    if forum is not None and series is not None and last is not None:
        ((drawn_on, _),) = drawn_days(work.calendar, series, since=last, until=last)
        tell(work, why_drawn(work.configuration, forum, drawn_on))
        cut_off = forum.cut_off or words["param"](CUT_OFF)
        words["before"](words["before"](last, cut_off), "1 WD")


def _reaches(work: Work, case: YouthCaseRow, age: str) -> date:
    """Return the day on which the young person reaches the age of the parameter `age`."""
    return day_of_age(work, young_person_of(work, case.case_id).birth_date, age)


def _accept_by(work: Work, case: YouthCaseRow) -> date:
    adult = _reaches(work, case, "handover.adult")
    day = shift(
        work.calendar_of(case.case_id), adult, work.parameters.period("handover.accept"), -1
    )
    return work.calendar.roll_back(day)


def _is_adult(work: Work, case: YouthCaseRow) -> bool:
    return work.today >= _reaches(work, case, "handover.adult")


def _reevaluate_plan(work: Work, case: YouthCaseRow) -> None:
    inputs = {
        "age": age_on(young_person_of(work, case.case_id).birth_date, work.today),
        "employment_case": case.employment_case,
        "ungeplan": False,
        "holistic": False,
    }
    decided = decide(
        work, newest_definition(work, "plan"), "overarching_plan", inputs, case.case_id
    ).outputs
    reevaluate(work, case.case_id, str(decided["overarching"]), listed(decided.get("sector_plans")))


def _adult_plan_owner(work: Work, case: YouthCaseRow) -> UUID | None:
    """Return who owns the plan from 18: the receiver who has accepted, else a job adviser."""
    work.flush()
    query = select(HandoverRow.receiver_id).where(
        HandoverRow.case_id == case.case_id, HandoverRow.status == "accepted"
    )
    receiver = work.session.scalars(query.order_by(HandoverRow.accepted_at.desc())).first()
    if receiver is not None:
        return receiver
    return person_for(work, case, "job_adviser") if case.employment_case else None
