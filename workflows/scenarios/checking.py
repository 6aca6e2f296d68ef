"""Holding what happened against what the file says."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.ports import Json
from engine.storage.models import JournalRow, TaskRow
from engine.storage.work import Work
from workflows.cases.records import YouthCaseRow
from workflows.consent.records import ConsentRow
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.handover.records import HandoverRow
from workflows.municipalities.records import EmployeeRow
from workflows.plans.records import PlanRow
from workflows.scenarios.format import Line
from workflows.scenarios.observing import Observed

Facts = Mapping[str, Any]


def differences(work: Work, line: Line, actual: Observed, facts: Facts) -> list[str]:
    """Return one sentence for everything that was expected and did not come, or the reverse.

    Of a task it tells why it is due when it is.
    """
    problems = [
        f"{problem}{_explained(work, each)}"
        for each, problem in _compared("opgave", line.opens, actual.opens)
    ]
    problems += [problem for _, problem in _compared("trin", line.rungs, actual.rungs)]
    problems += [problem for _, problem in _compared("besked", line.mails, actual.mails)]
    return problems + [
        f"{key}: ventet {wanted!r}, fandt {facts.get(key)!r}"
        for key, wanted in line.then.items()
        if facts.get(key) != wanted
    ]


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
        **_receipt(work, case_id),
        **_consents(work, case_id),
        **_plan(work, case_id),
        **_agenda(work, case_id),
        **_handover(work, case_id),
    }


def _compared(kind: str, expected: Sequence[str], found: Sequence[str]) -> list[tuple[str, str]]:
    """Return (what it is about, sentence) for each difference; same name, other date, is one."""
    missing = list((Counter(expected) - Counter(found)).elements())
    surplus = list((Counter(found) - Counter(expected)).elements())
    told: list[tuple[str, str]] = []
    for each in missing:
        twin = next((other for other in surplus if _name(other) == _name(each)), None)
        if twin is None:
            told.append((each, f"{kind}: ventet {each}, fandt intet"))
        else:
            surplus.remove(twin)
            told.append((twin, f"{kind}: ventet {each}, fandt {twin}"))
    return told + [(each, f"{kind}: ventet intet, fandt {each}") for each in surplus]


def _name(written: str) -> str:
    return written.split(" → ")[0]


def _explained(work: Work, written: str) -> str:
    """Return why the task of this name and day is due then; of the newest when there is none."""
    element, due = _name(written).split("(")[0], written.split(" → ")[-1]
    query = select(TaskRow).where(TaskRow.element == element).order_by(TaskRow.created_at.desc())
    tasks = sorted(work.session.scalars(query), key=lambda task: str(task.due_on) != due)
    why = tasks[0].deadline.get("why") if tasks else None
    return f" [{why}]" if why else ""


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
    return {"handover": row.status} if row else {}
