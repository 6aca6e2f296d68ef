"""What a line may ask of a case, by the names that a file uses."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.domain.series import meetings_from
from engine.ports import Json
from engine.storage.models import JournalRow, TaskRow, TimerRow
from engine.storage.work import Work
from workflows.cases.mails import family
from workflows.cases.records import YouthCaseRow
from workflows.consent.records import ConsentRow
from workflows.forums.meetings import series_of_forum
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.forums.rules import CUT_OFF
from workflows.handover.records import HandoverRow
from workflows.municipalities.records import EmployeeRow, ForumRow
from workflows.plans.records import PlanRow
from workflows.scenarios.observing import addressed

Facts = Mapping[str, Any]


def facts_of(work: Work, case_id: UUID) -> Facts:
    """Return what a line may ask of the case, persons by username."""
    case = work.session.get_one(YouthCaseRow, case_id)
    names = {row.id: row.username for row in work.session.scalars(select(EmployeeRow))}
    return {
        "state": case.state,
        "team": case.team,
        "primary": names.get(case.primary_id),
        "coordinator": names.get(case.coordinator_id, "none") if case.coordinator_id else "none",
        "plan_owner": names.get(case.plan_owner_id) if case.plan_owner_id else "none",
        "outcome": case.outcome,
        "letters.to": [addressed(work, each) for each in family(work, case_id)],
        **_receipt(work, case_id),
        **_consents(work, case_id),
        **_plan(work, case_id),
        **_agenda(work, case_id),
        **_handover(work, case_id),
        **_tasks(work, case_id),
        **_milestones(work, case_id),
        **_meetings(work),
    }


def _receipt(work: Work, case_id: UUID) -> dict[str, Json]:
    row = work.session.scalar(
        select(JournalRow).where(JournalRow.case_id == case_id, JournalRow.act == "receipt_sent")
    )
    return {"receipt.due": row.data["due"]} if row else {}


def _consents(work: Work, case_id: UUID) -> dict[str, Json]:
    rows = work.session.scalars(
        select(ConsentRow).where(ConsentRow.case_id == case_id).order_by(ConsentRow.asked_at)
    )
    return {f"consent.{row.purpose}": row.status for row in rows}


def _plan(work: Work, case_id: UUID) -> dict[str, Json]:
    row = work.session.scalar(select(PlanRow).where(PlanRow.case_id == case_id))
    return {"plan": row.overarching, "plan.status": row.status} if row else {"plan": None}


def _agenda(work: Work, case_id: UUID) -> dict[str, Json]:
    rows = work.session.execute(
        select(AgendaItemRow, MeetingRow)
        .join(MeetingRow, MeetingRow.id == AgendaItemRow.meeting_id)
        .where(AgendaItemRow.case_id == case_id)
        .order_by(AgendaItemRow.placed_at)
    )
    return {
        key: value
        for item, meeting in rows
        for key, value in (
            (f"agenda.{item.reason}", meeting.held_on.isoformat()),
            (f"agenda.{item.reason}.cut_off", meeting.cut_off_on.isoformat()),
        )
    }


def _handover(work: Work, case_id: UUID) -> dict[str, Json]:
    row = work.session.scalar(select(HandoverRow).where(HandoverRow.case_id == case_id))
    return {"handover": row.status, "handover.outcome": row.outcome} if row else {}


def _tasks(work: Work, case_id: UUID) -> dict[str, Json]:
    """Return due day, legal limit and status of the newest task of each element."""
    query = select(TaskRow).where(TaskRow.case_id == case_id)
    rows = work.session.scalars(query.order_by(TaskRow.created_at, TaskRow.due_at))
    return {
        key: value
        for task in rows
        for key, value in (
            (f"due.{task.element}", str(task.due_on) if task.due_on else None),
            (f"limit.{task.element}", str(task.legal_limit_on) if task.legal_limit_on else None),
            (f"task.{task.element}", task.status),
        )
    }


def _milestones(work: Work, case_id: UUID) -> dict[str, Json]:
    """Return the local day of each milestone of the case that is ahead or has come."""
    query = select(TimerRow).where(
        TimerRow.case_id == case_id,
        TimerRow.kind.in_(("start", "milestone")),
        TimerRow.outcome.is_distinct_from("cancelled"),
    )
    rows = work.session.scalars(query.order_by(TimerRow.planned_at))
    return {
        f"milestone.{(row.start_key or '').split(':')[0]}": str(
            work.calendar.local_date(row.planned_at)
        )
        for row in rows
    }


def _meetings(work: Work) -> dict[str, Json]:
    """Return, of each forum with a series, the next meeting that an item of now can come on."""
    before = work.parameters.period(CUT_OFF)
    found: dict[str, Json] = {}
    for forum in work.session.scalars(select(ForumRow)):
        series = series_of_forum(work, forum)
        if series is None:
            continue
        meetings = meetings_from(work.calendar, series, before, work.today)
        following = next(each for each in meetings if work.now < each.cutoff_at)
        cut_off = work.calendar.local_date(following.cutoff_at)
        found[f"next.{forum.code}"] = following.meets_on.isoformat()
        found[f"next.{forum.code}.cut_off"] = cut_off.isoformat()
    return found
