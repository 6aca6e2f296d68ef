"""What happens at a meeting that the case is on: who came, what was decided, another day."""

from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import InvalidDefinition
from engine.ports import SYSTEM, Actor
from engine.storage.models import TaskRow
from engine.storage.work import Work
from workflows.forums.attendance import ABSENT, PRESENT, chairs, record_attendance
from workflows.forums.deciding import Decision, decide_item
from workflows.forums.holding import hold_meeting, move_meeting
from workflows.forums.items import decision_task
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.forums.states import ON_AGENDA
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import ForumRow
from workflows.scenarios.acting import filled
from workflows.scenarios.format import Line
from workflows.scenarios.stage import Stage, given_of


def attend(stage: Stage, line: Line) -> None:
    """Open the meeting on which the case stands for `reason`, and note who of each chair came.

    `absent` are the disciplines of which nobody came, `no_mandate` those that may not decide.
    """
    given = given_of(line, "reason", may=("absent", "no_mandate"))
    absent, unable = given.get("absent", ()), given.get("no_mandate", ())

    def note(work: Work) -> None:
        meeting = _meeting(work, _item(work, stage.case, given["reason"]))
        work.actor = _convenor(work, meeting)
        hold_meeting(work, meeting.id)
        for chair in chairs(work, meeting):
            status = ABSENT if chair.role in absent else PRESENT
            able = chair.role not in unable
            who = (meeting.id, chair.employee_id, chair.role)
            record_attendance(work, *who, status, has_mandate=able)

    stage.casework.act(SYSTEM, note)


def decide(stage: Stage, line: Line) -> None:
    """Let the convenor decide the item of the case for `reason`, with the answers of the line."""
    given = given_of(line, "reason")
    with stage.casework.work(SYSTEM) as work:
        item = _item(work, stage.case, given["reason"])
        convenor, task = _convenor(work, _meeting(work, item)), decision_task(work, item)
        answers = {**stage.scenario.answers.get("decide", {}), **line.answers}
        raw = filled(work, task, answers) if isinstance(task, TaskRow) else {}
    stage.casework.act(convenor, lambda work: decide_item(work, item.id, Decision(answers=raw)))


def move(stage: Stage, line: Line) -> None:
    """Move the meeting on which the case stands for `reason` to another day, `to`."""
    given = given_of(line, "reason", "to")
    with stage.casework.work(SYSTEM) as work:
        meeting = _meeting(work, _item(work, stage.case, given["reason"]))
        convenor = _convenor(work, meeting)
    move_meeting(stage.casework, convenor, meeting.id, given["to"])


def _item(work: Work, case_id: UUID, reason: str) -> AgendaItemRow:
    query = select(AgendaItemRow).where(
        AgendaItemRow.case_id == case_id,
        AgendaItemRow.reason == reason,
        AgendaItemRow.status.in_(ON_AGENDA),
    )
    found = work.session.scalars(query.order_by(AgendaItemRow.placed_at.desc())).first()
    if found is None:
        raise InvalidDefinition(f"Sagen står ikke på nogen dagsorden for »{reason}«.")
    return found


def _meeting(work: Work, item: AgendaItemRow) -> MeetingRow:
    return work.session.get_one(MeetingRow, item.meeting_id)


def _convenor(work: Work, meeting: MeetingRow) -> Actor:
    forum = work.session.get_one(ForumRow, meeting.forum_id)
    if forum.convenor_id is None:
        raise InvalidDefinition(f"{forum.name} har ingen mødeleder.")
    return actor_of(work, forum.convenor_id)
