"""An item that goes to another day: with its meeting, or to the next one."""

from uuid import UUID

from sqlalchemy import select

from engine.domain.parameters import shift
from engine.services.instances import cancel_process
from engine.services.journal import record
from engine.services.messages import publish
from engine.services.reckonings import tell
from engine.services.settling import settle
from engine.services.tasks import open_task
from engine.storage.models import OutboxRow
from engine.storage.work import Work
from workflows.cases.mails import mail_staff
from workflows.cases.thread import open_youth_case
from workflows.explanations import sentences
from workflows.forums.explaining import why_cut_off, why_held
from workflows.forums.items import (
    ITEM_PLACED,
    assessment_of,
    decision_task,
    item_of,
    item_to_lead,
)
from workflows.forums.meetings import last_position, next_meeting
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.forums.states import set_item
from workflows.letters import day_in_words
from workflows.municipalities.records import ForumRow

ITEM_MOVED = "item_moved"
MOST_MOVES = 1  # domain: an item moves once for want of somebody; then it is the leader's


def put_off(work: Work, item_id: UUID) -> AgendaItemRow:
    """Put an item off that the meeting cannot decide: to the next meeting, but only once.

    The second time the leader of the unit gets a task to find who may decide. Returns the item
    as it now stands: the new one, or this one with the leader. Raises `NotFound`, `NotAllowed`
    for others than the convenor, and `Conflict` when the meeting is not being held.
    """
    item = item_to_lead(work, item_id)
    if item.moved_count < MOST_MOVES:
        return pass_to_next(work, item_id)
    set_item(item, "with_leader")
    task = decision_task(work, item)
    open_task(
        work,
        case_id=item.case_id,
        element="missing_mandate",
        title="Find en, der kan beslutte for fagområdet",
        role="unit_leader",
        deadline='after(created, param("leaders.decision"))',
        ladder="A",
        why_now="Punktet er udsat én gang, fordi et fagområde manglede på mødet.",
        definition=work.definition(task.definition_id) if task and task.definition_id else None,
    )
    record(work, item.case_id, "item_with_leader", item=str(item.id))
    work.flush()
    return item


def pass_to_next(work: Work, item_id: UUID) -> AgendaItemRow:
    """Let the item wait for the next meeting, as ready as it was; its preparation begins again.

    When the wait grows longer than `agenda.max_wait` the convenor is told, once for the item.
    Raises `NotFound`, and `Conflict` when it is no longer on the agenda.
    """
    item = item_of(work, item_id)
    old = work.session.get_one(MeetingRow, item.meeting_id)
    forum = work.session.get_one(ForumRow, old.forum_id)
    set_item(item, "moved")
    meeting = next_meeting(work, forum, work.now, after=old.held_on)
    new = AgendaItemRow(
        meeting_id=meeting.id,
        case_id=item.case_id,
        task_id=item.task_id,
        reason=item.reason,
        position=last_position(work, meeting.id) + 1,
        ready_at=item.ready_at,
        placed_at=work.now,
        disciplines=list(item.disciplines),
        moved_count=item.moved_count + 1,
    )
    work.session.add(new)
    work.flush()
    record(work, item.case_id, "item_moved", item=str(new.id), meets_on=meeting.held_on.isoformat())
    _begin_again(work, item, meeting)
    tell_of_wait(work, forum, meeting, new)
    settle(work)
    return new


def ask_again(work: Work, item_id: UUID) -> AgendaItemRow:
    """Let the item follow its meeting to another day: it is released and prepared again.

    Who holds the thread is told. One that follows its meeting already stays as it is. Raises
    `NotFound`, and `Conflict` when it is no longer on the agenda.
    """
    item = item_of(work, item_id)
    meeting = work.session.get_one(MeetingRow, item.meeting_id)
    if _follows(work, item, meeting):
        return item
    if item.status != "held_back":  # its process asks for the consent, whatever the day
        set_item(item, "waiting")
        _begin_again(work, item, meeting)
    record(
        work, item.case_id, "item_moved", item=str(item.id), meets_on=meeting.held_on.isoformat()
    )
    forum = work.session.get_one(ForumRow, meeting.forum_id)
    tell_of_wait(work, forum, meeting, item)
    _tell_of_move(work, forum, meeting, item)
    settle(work)
    return item


def tell_of_wait(work: Work, forum: ForumRow, meeting: MeetingRow, item: AgendaItemRow) -> None:
    """Tell the convenor at once when an item waits longer than `agenda.max_wait`; once an item.

    The wait is counted from the day it was ready, however often it is moved.
    """
    longest = work.parameters.period("agenda.max_wait")
    ready_on = work.calendar.local_date(item.ready_at)
    key = f"meeting_wait:{item.case_id}:{item.reason}:{item.ready_at.isoformat()}"
    waits_long = meeting.held_on > shift(work.calendar, ready_on, longest)
    if not waits_long or _is_told(work, item.case_id, key):
        return
    record(work, item.case_id, "wait_too_long", item=str(item.id))
    mail_staff(
        work,
        item.case_id,
        "meeting_wait",
        [forum.convenor_id],
        key=key,
        words={
            "forum": forum.name,
            "ready_on": day_in_words(ready_on),
            "meets_on": day_in_words(meeting.held_on),
            "why_meets": " ".join(sentences(why_held(work, forum, meeting))),
            "max_wait": longest.in_danish(),
        },
    )
    work.flush()


def _follows(work: Work, item: AgendaItemRow, meeting: MeetingRow) -> bool:
    """Say whether the process of the item waits for the meeting as it is."""
    found = assessment_of(work, item)
    if found is None:
        return False
    told = (str(found[1]["meets_on"]), str(found[1]["cut_off"]))
    return told == (meeting.held_on.isoformat(), meeting.cut_off_on.isoformat())


def _tell_of_move(work: Work, forum: ForumRow, meeting: MeetingRow, item: AgendaItemRow) -> None:
    """Tell who holds the thread of the case; members learn it from their invitation."""
    mail_staff(
        work,
        item.case_id,
        "meeting_moved",
        [open_youth_case(work, item.case_id).primary_id],
        key=f"meeting_moved:{item.id}:{meeting.sequence}",
        words={
            "forum": forum.name,
            "moved_from": day_in_words(meeting.moved_from or meeting.drawn_on),
            "meets_on": day_in_words(meeting.held_on),
            "closes_on": day_in_words(meeting.cut_off_on),
        },
    )


def _is_told(work: Work, case_id: UUID, key: str) -> bool:
    work.flush()
    query = select(OutboxRow.id).where(
        OutboxRow.case_id == case_id, OutboxRow.key.startswith(f"{key}:", autoescape=True)
    )
    return work.session.scalar(query.limit(1)) is not None


def _begin_again(work: Work, item: AgendaItemRow, meeting: MeetingRow) -> None:
    """Let the assessment of the item wait for the day of `meeting` from its agenda on.

    A process that is not begun by the agenda, as the handover is, keeps its own dates.
    """
    found = assessment_of(work, item)
    if found is None:
        return
    instance, payload = found
    cancel_process(work, instance, ITEM_MOVED)
    forum = work.session.get_one(ForumRow, meeting.forum_id)
    tell(work, why_held(work, forum, meeting))
    tell(work, why_cut_off(work, forum, meeting))
    publish(
        work,
        item.case_id,
        ITEM_PLACED,
        {
            **payload,
            "meeting_id": str(meeting.id),
            "meets_on": meeting.held_on.isoformat(),
            "cut_off": meeting.cut_off_on.isoformat(),
        },
        source=f"item:{item.id}",
    )
