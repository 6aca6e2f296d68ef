"""Whose answer from outside the house a task waits for, and what a consent is asked for."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from engine.storage.models import TaskRow
from engine.storage.work import Work
from web.cases.people import guardian
from web.i18n import _
from web.words import purpose
from workflows.consent.records import ConsentRow
from workflows.consent.rules import WAITING
from workflows.people.parties import GUARDIAN, UNKNOWN_GUARDIAN, YOUNG_PERSON
from workflows.people.records import GuardianRow, YoungPersonRow


def who_answers(work: Work, tasks: Collection[TaskRow]) -> Mapping[UUID, str]:
    """Return, by task, the sentence that names the one outside the house who must answer."""
    parties = {task.id: task.outside_party for task in tasks if task.outside_party}
    names = _names(work, {_guardian_id(each) for each in parties.values()} - {None})
    return {task_id: _sentence(party, names) for task_id, party in parties.items()}


def reach_of_answer(work: Work, task: TaskRow, person: YoungPersonRow) -> str:
    """Return who must answer and how to reach them; nothing when nobody outside must."""
    if not task.outside_party:
        return ""
    if task.outside_party == YOUNG_PERSON:
        return ", ".join(part for part in (person.first_name, person.phone) if part)
    row = work.session.get(GuardianRow, _guardian_id(task.outside_party))
    if row is None:
        return _("en forælder, der ikke er skrevet ind endnu")
    contact = guardian(row, work.today)
    return ", ".join(part for part in (contact.name, contact.role, contact.phone) if part)


def consent_asked(work: Work, task: TaskRow) -> str:
    """Return what the consent is for that the task collects an answer to; nothing for others."""
    query = (
        select(ConsentRow)
        .where(ConsentRow.case_id == task.case_id, ConsentRow.status.in_(WAITING))
        .order_by(ConsentRow.asked_at.desc())
    )
    if task.form != "consent_answer":
        return ""
    asked = (row for row in work.session.scalars(query) if task.outside_party in row.signatories)
    found = next(asked, None)
    return purpose(found.purpose) if found is not None else ""


def _sentence(party: str, names: Mapping[UUID, str]) -> str:
    if party == YOUNG_PERSON:
        return _("Den unge skal svare.")
    found = _guardian_id(party)
    if found is None or found not in names:
        return _("En forælder skal svare, men ingen er skrevet ind.")
    return _("%(name)s skal svare.", name=names[found])


def _names(work: Work, wanted: Collection[UUID | None]) -> Mapping[UUID, str]:
    if not wanted:
        return {}
    rows = work.session.scalars(select(GuardianRow).where(GuardianRow.id.in_(wanted)))
    return {row.id: f"{row.name} ({row.relation})" if row.relation else row.name for row in rows}


def _guardian_id(party: str) -> UUID | None:
    if party in (YOUNG_PERSON, UNKNOWN_GUARDIAN):
        return None
    return UUID(party.removeprefix(GUARDIAN))
