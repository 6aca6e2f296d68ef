"""What diagrams may do with meetings."""

from uuid import UUID

from sqlalchemy import bindparam, select

from engine.domain.calendars import age_on
from engine.domain.errors import CaseworkError, NotFound
from engine.ports import Variables
from engine.services.journal import record
from engine.services.reckonings import tell
from engine.services.tasks import last_answers
from engine.storage.models import InstanceRow, TaskRow
from engine.storage.work import Work
from workflows.cases.mails import mail_staff
from workflows.cases.records import YouthCaseRow
from workflows.cases.rules import team_by_age
from workflows.cases.services import team_forum
from workflows.cases.thread import open_youth_case
from workflows.consent.grounds import may_share, settle_access
from workflows.forums.attendance import check_quorum
from workflows.forums.explaining import why_cut_off, why_held
from workflows.forums.meetings import leader_forum, next_meeting, place
from workflows.forums.passing_on import tell_of_wait
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.forums.states import ON_AGENDA, may_become, set_item
from workflows.letters import day_in_words
from workflows.municipalities.records import ForumMemberRow, ForumRow
from workflows.people.parties import young_person_of

TEAM = "team"
SCREENING, RELATION = "screening", "special_relation"
_BEFORE_MEETING = {"received", "screening", "awaiting_consent"}
_STATE_AFTER = {"multi": "offered"}
_OF_TASK = select(AgendaItemRow).where(
    AgendaItemRow.case_id == bindparam("case_id"),
    AgendaItemRow.task_id == bindparam("task_id"),
    AgendaItemRow.status.in_(ON_AGENDA),
)
_FORUM_CALLED = select(ForumRow).where(ForumRow.code == bindparam("code"))
_NEWEST_FIRST = (
    select(AgendaItemRow)
    .where(
        AgendaItemRow.case_id == bindparam("case_id"), AgendaItemRow.reason == bindparam("reason")
    )
    .order_by(AgendaItemRow.placed_at.desc(), AgendaItemRow.position.desc())
)
_SEATED = select(ForumMemberRow.role).where(ForumMemberRow.forum_id == bindparam("forum_id"))


def place_on_agenda(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Put the case on the next meeting of `forum` ("team" or a forum's code) for `reason`.

    It is the first meeting whose agenda is open now. Gives `meeting_id`, and as ISO dates
    `meets_on` and `cut_off`. When the wait is longer than `agenda.max_wait`, the convenor is
    told at once. Raises `CaseworkError` when the forum has no meetings.
    """
    case = open_youth_case(work, instance.case_id)
    reason = str(inputs["reason"])
    forum = _forum(work, case, str(inputs.get("forum") or TEAM))
    meeting, item = _place_on_next(work, case, forum, reason)
    if case.state in _BEFORE_MEETING:
        case.state = "on_agenda"
    tell_of_wait(work, forum, meeting, item)
    tell(work, why_held(work, forum, meeting))
    tell(work, why_cut_off(work, forum, meeting))
    work.flush()
    return {
        "meeting_id": str(meeting.id),
        "meets_on": meeting.held_on.isoformat(),
        "cut_off": meeting.cut_off_on.isoformat(),
    }


def place_by_age(work: Work, case_id: UUID, forum: str, reason: str) -> None:
    """Put the case on the next meeting of `forum` because the young person has come to an age.

    Nobody waits for an answer: a meeting twice a year is no wait that is told of. Raises as
    `place_on_agenda`.
    """
    case = open_youth_case(work, case_id)
    _place_on_next(work, case, _forum(work, case, forum), reason)
    work.flush()


def release_material(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Let the members of the meeting read the case, if a consent carries it.

    Gives `released`, and `members`: the roles that prepare, none when it is held back. The
    convenor of an item that is held back learns only that it is not released.
    """
    item = _item(work, instance, inputs)
    meeting = work.session.get_one(MeetingRow, item.meeting_id)
    forum = work.session.get_one(ForumRow, meeting.forum_id)
    if item.status == "waiting" and may_share(work, instance.case_id, forum):
        set_item(item, "released")
        item.released_at = work.now
        record(work, instance.case_id, "material_released", item=str(item.id))
        work.flush()
        return {"released": True, "members": _members(work, forum)}
    if item.status == "waiting":
        set_item(item, "held_back")
    record(work, instance.case_id, "material_held_back", item=str(item.id))
    _tell_of_holding_back(work, instance.case_id, forum, meeting, item)
    work.flush()
    return {"released": False, "members": []}


def record_decision(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Keep what the meeting decided: `result` for `reason`. Gives `decided_on` (ISO date).

    The day is that of the meeting, from which letter and offer count. An item that has left the
    agenda meanwhile stays off it; what was decided of the case stands in the journal. Raises
    `Conflict` when nobody may decide for a discipline that the item needs, wherever the task
    before it is completed.
    """
    item, result = _item(work, instance, inputs), str(inputs["result"])
    if may_become(item, "decided"):
        check_quorum(work, item)
        set_item(item, "decided")
        item.decided_at, item.result = work.now, result
    case = open_youth_case(work, instance.case_id)
    if inputs.get("reason") != RELATION and result in _STATE_AFTER:
        case.state = _STATE_AFTER[result]
    record(work, case.case_id, "decision_recorded", item=str(item.id), result=result)
    work.flush()
    return {"decided_on": str(inputs["meets_on"])}


def put_before_leaders(work: Work, task: TaskRow) -> None:
    """Put the case of an overdue task before the next leader forum, named by the task alone.

    Raises `CaseworkError` when there is no leader forum, or it has no meetings.
    """
    forum = leader_forum(work)
    if forum is None:
        raise CaseworkError("Kommunen har intet lederforum.")
    meeting = next_meeting(work, forum, work.now)
    item = place(work, meeting, task.case_id, f"overdue:{task.element}"[:40], task_id=task.id)
    _record_placed(work, meeting, item, reason="overdue", task=str(task.id))


def take_off_leaders(work: Work, task: TaskRow) -> None:
    """Take what its ladder put before the leaders off their agenda: the task is done."""
    asked = {"case_id": task.case_id, "task_id": task.id}
    for item in work.session.scalars(_OF_TASK, asked):
        set_item(item, "withdrawn")
        record(work, task.case_id, "agenda_item_withdrawn", item=str(item.id), task=str(task.id))


def _place_on_next(
    work: Work, case: YouthCaseRow, forum: ForumRow, reason: str
) -> tuple[MeetingRow, AgendaItemRow]:
    meeting = next_meeting(work, forum, work.now)
    item = place(work, meeting, case.case_id, reason, needs=_needed(work, case, forum, reason))
    _record_placed(work, meeting, item, reason=reason)
    return meeting, item


def forum_of_case(work: Work, case: YouthCaseRow) -> ForumRow:
    """Return the team of the case; one whom the table gave no team gets one by age.

    Raises `CaseworkError` when the municipality has no such team.
    """
    if case.forum_id is not None:
        return work.session.get_one(ForumRow, case.forum_id)
    born = young_person_of(work, case.case_id).birth_date
    team = case.team or team_by_age(age_on(born, work.today))
    forum = team_forum(work, team)
    if forum is None:
        raise CaseworkError(f"Kommunen har intet team {team}.")
    case.team, case.forum_id = team, forum.id
    record(work, case.case_id, "team_placed", team=team, by="age")
    settle_access(work, case.case_id, "team_changed")
    return forum


def _forum(work: Work, case: YouthCaseRow, code: str) -> ForumRow:
    if code == TEAM:
        return forum_of_case(work, case)
    forum = work.session.scalars(_FORUM_CALLED, {"code": code}).first()
    if forum is None:
        raise NotFound(f"Forummet »{code}« findes ikke.")
    return forum


def _record_placed(work: Work, meeting: MeetingRow, item: AgendaItemRow, **why: str) -> None:
    record(
        work,
        item.case_id,
        "item_placed",
        item=str(item.id),
        meeting=str(meeting.id),
        meets_on=meeting.held_on.isoformat(),
        **why,
    )


def _item(work: Work, instance: InstanceRow, inputs: Variables) -> AgendaItemRow:
    """Return the item of this case on the meeting, the newest for the reason.

    One that was put off is followed to the meeting where it stands now.
    """
    work.flush()
    asked = {"case_id": instance.case_id, "reason": str(inputs["reason"])}
    items = work.session.scalars(_NEWEST_FIRST, asked).all()
    meeting = UUID(str(inputs["meeting_id"]))
    item = next((each for each in items if each.meeting_id == meeting), None)
    if item is None:
        raise NotFound("Sagen er ikke på dagsordenen for mødet.")
    if item.status == "moved":
        return next((each for each in items if each.status in ON_AGENDA), item)
    return item


def _needed(work: Work, case: YouthCaseRow, forum: ForumRow, reason: str) -> list[str]:
    """Return the disciplines without which the forum cannot decide: those of the screening.

    A wish for a person needs none of them.
    """
    written = last_answers(work, case.case_id, SCREENING) if reason != RELATION else None
    wanted = written.data.get("disciplines") or [] if written else []
    return [role for role in forum.disciplines if role in wanted]


def _members(work: Work, forum: ForumRow) -> list[str]:
    """Return the disciplines that somebody sits there for, in the order of the pack."""
    taken = set(work.session.scalars(_SEATED, {"forum_id": forum.id}))
    return [role for role in forum.disciplines if role in taken]


def _tell_of_holding_back(
    work: Work, case_id: UUID, forum: ForumRow, meeting: MeetingRow, item: AgendaItemRow
) -> None:
    mail_staff(
        work,
        case_id,
        "not_released",
        [forum.convenor_id],
        key=f"not_released:{item.id}",
        words={"forum": forum.name, "meets_on": day_in_words(meeting.held_on)},
    )
