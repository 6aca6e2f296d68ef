"""What every way into a case shares: its row, its answers, and information that comes later."""

from collections.abc import Mapping
from uuid import UUID

from engine.ports import Json
from engine.services.instances import open_case
from engine.services.journal import record
from engine.storage.models import AnswersRow, DefinitionRow
from engine.storage.work import Work
from workflows.cases import enforcement  # noqa: F401  # no case without the guard
from workflows.cases.mails import mail_staff
from workflows.cases.records import YouthCaseRow
from workflows.municipalities.packs import pack_name
from workflows.municipalities.records import UnitRow
from workflows.people.records import YoungPersonRow
from workflows.people.services import calendar_name


def open_for(
    work: Work,
    person: YoungPersonRow,
    unit: UnitRow,
    *,
    state: str,
    primary_id: UUID,
    social_case: bool = False,
    employment_case: bool = False,
) -> YouthCaseRow:
    """Open a case about the person, where the person is on record, and return it.

    Somebody is primary responsible from its first instant.
    """
    work.flush()
    bare = open_case(work, key_id=person.key_id, compartment=person.compartment)
    bare.calendar = calendar_name(person)
    case = YouthCaseRow(
        case_id=bare.id,
        young_person_id=person.id,
        state=state,
        pack=pack_name(work),
        unit_id=unit.id,
        primary_id=primary_id,
        primary_since=bare.touched_at,
        social_case=social_case,
        employment_case=employment_case,
        opened_at=work.now,
        compartment=person.compartment,
    )
    work.session.add(case)
    work.flush()
    record(work, bare.id, "case_opened", primary=str(primary_id), state=state)
    return case


def keep_answers(
    work: Work, case_id: UUID, definition: DefinitionRow, form: str, answers: Mapping[str, Json]
) -> None:
    """Keep the answers to a start form, as given by the actor now."""
    work.session.add(
        AnswersRow(
            case_id=case_id,
            definition_id=definition.id,
            form=form,
            author_id=work.actor.id,
            at=work.now,
            data=dict(answers),
        )
    )
    work.flush()


def add_information(
    work: Work,
    case: YouthCaseRow,
    definition: DefinitionRow,
    form: str,
    answers: Mapping[str, Json],
) -> None:
    """Let the answers join a case that is open, and tell its primary responsible."""
    work.lock_case(case.case_id)
    keep_answers(work, case.case_id, definition, form, answers)
    record(work, case.case_id, "information_added", form=form)
    key = f"new_information:{case.case_id}:{work.lock_case(case.case_id).journal_length}"
    mail_staff(work, case.case_id, "new_information", [case.primary_id], key=key)
