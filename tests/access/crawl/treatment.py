"""The treatment in the closed compartment, beside Malte's case: one of everything it can hold."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.storage.models import AnswersRow, DayRow, IncidentRow, InstanceRow, OutboxRow, TaskRow
from engine.storage.work import Casework, Work
from tests.web.conftest import act_as
from tests.workflows.conftest import MALTE
from workflows.cases.deadlines import rest_deadline
from workflows.cases.records import YouthCaseRow
from workflows.compartments.services import pass_in
from workflows.municipalities.records import EmployeeRow

CENTRE, DRUGS = "rusmiddelcenter", "drug_treatment"  # the unit, and its compartment
LEADER, ADVISERS = "leader_rusmiddelcenter", ("drug_adviser", "drug_adviser2")
WISH = {"asked_on": "2026-03-18", "passed_on": "yes", "reach": "Ring til mig."}
_IN_A_WEEK = date(2026, 3, 26)


def treated(casework: Casework, asker: str) -> dict[str, Any]:
    """Pass Malte's wish in; return the id of each thing inside, by its name in the routes."""
    case_id = act_as(casework, asker, _pass_in)
    act_as(casework, LEADER, lambda work: _rest(work, case_id))
    return act_as(casework, LEADER, lambda work: _ids(work, case_id))


def incident_of(work: Work, case_id: UUID) -> UUID:
    """Let something have gone wrong in the case."""
    row = IncidentRow(case_id=case_id, element="screening", cause="Den gik i stå.", at=work.now)
    work.session.add(row)
    work.flush()
    return row.id


def _pass_in(work: Work) -> UUID:
    work.reads_for("test")
    return pass_in(work, DRUGS, MALTE, WISH)


def _rest(work: Work, case_id: UUID) -> None:
    rest_deadline(work, _one(work, TaskRow, case_id).id, _IN_A_WEEK, "asked_by_family", "own")


def _ids(work: Work, case_id: UUID) -> dict[str, Any]:
    work.reads_for("test")
    holder = _one(work, YouthCaseRow, case_id).primary_id
    advisers = select(EmployeeRow.id).where(EmployeeRow.username.in_(ADVISERS))
    mails = select(OutboxRow.id).where(OutboxRow.case_id == case_id)
    return {
        "case_id": case_id,
        "instance_id": _one(work, InstanceRow, case_id).id,
        "task_id": _one(work, TaskRow, case_id).id,
        "line_id": _one(work, DayRow, case_id).id,
        "text": f"{_one(work, AnswersRow, case_id).id}.reach",
        "mail_id": work.session.scalars(mails).first(),
        "incident_id": incident_of(work, case_id),
        "holder": holder,
        "successor": next(each for each in work.session.scalars(advisers) if each != holder),
    }


def _one(work: Work, row: Any, case_id: UUID) -> Any:
    return work.session.scalars(select(row).where(row.case_id == case_id)).one()
