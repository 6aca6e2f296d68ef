"""What is written so that the case, and the walker, are as a relation has it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from engine.storage.models import TaskRow
from engine.storage.work import Work
from tests.access.crawl.house import ELSEWHERE, HERE, HOLDER, House
from tests.access.crawl.roles import (
    IN_A_FORUM,
    IN_HANDOVER,
    KEEPERS,
    LEADS_UNITS,
)
from tests.access.crawl.treatment import DRUGS
from tests.town import REFERRAL
from tests.web.conftest import act_as
from tests.workflows.conftest import MALTE, PARENTS
from workflows.access.records import AccessGrantRow
from workflows.cases.closing import close_case
from workflows.cases.records import YouthCaseRow
from workflows.cases.services import start_referral
from workflows.cases.thread import hand_over_thread
from workflows.consent.records import ConsentRow
from workflows.consent.services import withdraw_consent
from workflows.forums.items import decision_task
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.handover.records import HandoverRow
from workflows.municipalities.records import (
    AbsenceRow,
    ForumMemberRow,
    ForumRow,
    UnitRow,
)

TEAM, OTHER_TEAM = "team1", "team2"


def take_seat(work: Work, house: House, role: str, code: str) -> ForumRow:
    """Let the walker sit in the forum of this code."""
    forum = work.session.scalars(select(ForumRow).where(ForumRow.code == code)).one()
    work.session.add(ForumMemberRow(forum_id=forum.id, employee_id=house.walker, role=role))
    return forum


# -- Of the case: the same for every role ----------------------------------------------------


def _close(work: Work, house: House) -> None:
    work.reads_for("test")
    close_case(work, house.case_id, "done")


def _withdraw(work: Work, house: House) -> None:
    work.reads_for("test")
    withdraw_consent(work, house.ids["consent_id"], "oral")


def _plan(work: Work, house: House) -> None:
    """The cut-off is tomorrow, and the meeting in a week."""
    meeting, item = _meeting(work, house)
    meeting.state, item.status, item.released_at = "planned", "waiting", None
    meeting.held_on = work.today + timedelta(days=7)
    meeting.starts_at, meeting.ends_at = (
        each + timedelta(days=7) for each in (meeting.starts_at, meeting.ends_at)
    )
    meeting.cut_off_at = work.now + timedelta(days=1)
    meeting.cut_off_on = work.today + timedelta(days=1)


def _approve(work: Work, house: House) -> None:
    """The sixth working day after the meeting has begun: it was Wednesday 11 March."""
    meeting, item = _meeting(work, house)
    meeting.state, item.status = "minutes_approved", "decided"
    meeting.held_on = work.today - timedelta(days=8)


def _meeting(work: Work, house: House) -> tuple[MeetingRow, AgendaItemRow]:
    meeting = work.session.get_one(MeetingRow, house.ids["meeting_id"])
    return meeting, work.session.get_one(AgendaItemRow, house.ids["item_id"])


def _name_the_room(work: Work, house: House) -> None:
    """Existence only, with consent: it opens nothing that lies inside."""
    work.session.add(
        ConsentRow(
            case_id=house.case_id,
            purpose="drug_compartment",
            kind="disclose",
            giver="young_person",
            status="active",
            asked_at=work.now,
            compartment=DRUGS,
        )
    )


OF_THE_CASE: Mapping[str, Callable[[Work, House], None]] = {
    "agenda_before": _plan,
    "agenda_after": _approve,
    "withdrawn": _withdraw,
    "closed_stranger": _close,
    "compartment_known": _name_the_room,
}


def case_of_the_walker(house: House) -> dict[str, UUID]:
    """Open a case of the walker's own, with a task; return their ids by name."""

    def begin(work: Work) -> dict[str, UUID]:
        person = replace(MALTE, first_name="Freja")
        case = start_referral(work, person, PARENTS, REFERRAL)
        work.flush()
        hand_over_thread(work, case, house.walker, "workload")
        query = select(TaskRow).where(TaskRow.case_id == case.case_id)
        task = work.session.scalars(query).one()
        task.assignee_id = house.walker
        return {"case_id": case.case_id, "task_id": task.id}

    return act_as(house.casework, HOLDER, begin)


# -- Of the walker ---------------------------------------------------------------------------


def _own(work: Work, house: House, role: str) -> None:
    work.reads_for("test")
    case = work.session.get_one(YouthCaseRow, house.case_id)
    if role in IN_HANDOVER:
        _hand_over(work, house, role)
    elif role in ("coordinator", "plan_owner"):
        setattr(case, f"{role}_id", house.walker)
    else:
        hand_over_thread(work, case, house.walker, "workload")


def _hand_over(work: Work, house: House, role: str) -> None:
    sender, receiver = house.holder, house.walker
    if role == "handover_sender":
        sender, receiver = receiver, None
    work.session.add(
        HandoverRow(
            case_id=house.case_id,
            sender_id=sender,
            receiver_id=receiver,
            checklist_due=work.today,
            opened_at=work.now,
        )
    )


def _closed(work: Work, house: House, role: str) -> None:
    _own(work, house, role)
    work.flush()
    _close(work, house)


def _task(work: Work, house: House, role: str) -> None:
    """The task is free for the walker's role, where they hold it."""
    task = work.session.get_one(TaskRow, house.ids["task_id"])
    task.role, task.assignee_id, task.claimed_at = role, None, None
    if role in IN_A_FORUM:
        query = select(ForumRow.id).where(ForumRow.code == OTHER_TEAM)
        task.unit_id, task.forum_id = None, work.session.scalars(query).one()
    else:
        task.unit_id = house.units[ELSEWHERE]


def _treat(work: Work, house: House, role: str) -> None:
    """Have it as one who has changed work would: what is written does not ask who may."""
    within = house.within()
    case = work.session.get_one(YouthCaseRow, within.case_id)
    if role in ("coordinator", "plan_owner"):
        setattr(case, f"{role}_id", house.walker)
        return
    work.lock_case(case.case_id)
    case.primary_id = house.walker
    task = work.session.get_one(TaskRow, within.ids["task_id"])
    task.assignee_id, task.claimed_at = house.walker, work.now


def _know(work: Work, house: House, role: str) -> None:
    """Hold the ordinary case in every way at once, and stand in for who holds the treatment."""
    _own(work, house, role)
    _break(work, house, role)
    _stand_in(work, house.within(), role)
    if role not in KEEPERS:
        take_seat(work, house, "mandated_member", TEAM)
    if role in LEADS_UNITS:
        work.session.get_one(UnitRow, house.units[HERE]).leader_id = house.walker


def _stand_in(work: Work, house: House, _role: str) -> None:
    work.session.add(
        AbsenceRow(
            employee_id=house.holder,
            since=work.today,
            until=work.today,
            deputy_id=house.walker,
            registered_at=work.now,
        )
    )


def _break(work: Work, house: House, _role: str, hours: int = 4) -> None:
    work.session.add(
        AccessGrantRow(
            case_id=house.case_id,
            employee_id=house.walker,
            classes=["K0", "K1", "K2"],
            source="break_glass",
            source_id=uuid4(),
            starts_at=work.now - timedelta(hours=5),
            ends_at=work.now + timedelta(hours=hours),
        )
    )


def _broken_before(work: Work, house: House, role: str) -> None:
    _break(work, house, role, hours=0)


def _convene(work: Work, house: House, role: str) -> None:
    if role == "team_convenor":
        work.reads_for("test")
        task = decision_task(work, _meeting(work, house)[1])
        assert task is not None
        task.assignee_id = house.walker


OF_THE_WALKER: Mapping[str, Callable[[Work, House, str], None]] = {
    "own": _own,
    "closed": _closed,
    "task": _task,
    "deputy": _stand_in,
    "broken_glass": _break,
    "broken_glass_over": _broken_before,
    "agenda_within": _convene,
    "compartment_own": _treat,
    "compartment_known": _know,
}
