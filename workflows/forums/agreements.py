"""What a meeting agreed: a goal, who does what, and by when. Each is a task of its owner."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import InvalidAnswers
from engine.domain.parameters import shift
from engine.services.journal import record
from engine.services.tasks import open_task
from engine.storage.models import DefinitionRow, TaskRow
from engine.storage.work import Work
from workflows.forums.records import AgendaItemRow, AgreementRow
from workflows.letters import day_in_words
from workflows.municipalities.records import EmployeeRow

ELEMENT = "agreement"
DEFAULT = "agreement"  # the parameter
_TITLE_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAgreement:
    """A line of the minutes. Without `due_on` it is due after the parameter `agreement`."""

    goal: str
    agreement: str
    owner_id: UUID
    due_on: date | None = None


def check_agreements(work: Work, agreements: Collection[NewAgreement]) -> None:
    """Raise `InvalidAnswers`, keyed `goal_1`, `due_on_2` …, for a line that cannot be kept."""
    problems: dict[str, str] = {}
    for number, one in enumerate(agreements, 1):
        owner = work.session.get(EmployeeRow, one.owner_id)
        if not one.goal.strip():
            problems[f"goal_{number}"] = "Skriv målet med aftalen."
        if not one.agreement.strip():
            problems[f"agreement_{number}"] = "Skriv, hvad der er aftalt."
        if owner is None or not owner.active:
            problems[f"owner_{number}"] = "Vælg en kollega, der gør det."
        if one.due_on is not None and one.due_on < work.today:
            problems[f"due_on_{number}"] = "Vælg en dag, der ikke er gået."
    if problems:
        raise InvalidAnswers(problems)


def make(
    work: Work,
    item: AgendaItemRow,
    agreements: Collection[NewAgreement],
    decided_in: TaskRow | None = None,
) -> list[AgreementRow]:
    """Write the agreements into the minutes of the item; each becomes a task with ladder A.

    Its ladder is that of the version that `decided_in` belongs to, else of the overdue task that
    put the item before the leaders. Nothing is checked here.
    """
    definition = _definition(work, item, decided_in) if agreements else None
    return [_made(work, item, one, definition) for one in agreements]


def agreements_of(work: Work, item_ids: Collection[UUID]) -> list[AgreementRow]:
    """Return the agreements of these items, in the order they were made."""
    work.flush()
    query = select(AgreementRow).where(AgreementRow.item_id.in_(list(item_ids)))
    return list(work.session.scalars(query.order_by(AgreementRow.agreed_at, AgreementRow.due_on)))


def in_lines(work: Work, agreements: Collection[NewAgreement]) -> str:
    """Return the agreements as lines of a letter: what, who, and by when."""
    return "\n".join(_line(work, one) for one in agreements)


def due_on_of(work: Work, agreement: NewAgreement) -> date:
    """Return when the agreement is to be done: its own day, else after the parameter."""
    if agreement.due_on is not None:
        return agreement.due_on
    return shift(work.calendar, work.today, work.parameters.period(DEFAULT))


def _line(work: Work, one: NewAgreement) -> str:
    owner = work.session.get_one(EmployeeRow, one.owner_id).name
    return f"{one.agreement.strip()} – {owner}, senest {day_in_words(due_on_of(work, one))}"


def _made(
    work: Work, item: AgendaItemRow, one: NewAgreement, definition: DefinitionRow | None
) -> AgreementRow:
    day = due_on_of(work, one)
    agreed = f'date("{day.isoformat()}")' if one.due_on else f'after(created, param("{DEFAULT}"))'
    task = open_task(
        work,
        case_id=item.case_id,
        element=ELEMENT,
        title=_title(one.agreement),
        role="primary_responsible",
        deadline=agreed,
        ladder="A",
        why_now="Det blev aftalt på mødet.",
        definition=definition,
    )
    task.assignee_id, task.unit_id, task.claimed_at = one.owner_id, None, work.now
    work.flush()
    row = AgreementRow(
        item_id=item.id,
        case_id=item.case_id,
        goal=one.goal.strip(),
        agreement=one.agreement.strip(),
        owner_id=one.owner_id,
        due_on=task.due_on or day,
        task_id=task.id,
        agreed_at=work.now,
    )
    work.session.add(row)
    record(
        work,
        item.case_id,
        "agreement_made",
        item=str(item.id),
        task=str(task.id),
        employee=str(one.owner_id),
    )
    work.flush()
    return row


def _title(text: str) -> str:
    first = text.strip().splitlines()[0]
    return first if len(first) <= _TITLE_LENGTH else f"{first[: _TITLE_LENGTH - 1]}…"


def _definition(
    work: Work, item: AgendaItemRow, decided_in: TaskRow | None
) -> DefinitionRow | None:
    task = decided_in
    if task is None and item.task_id is not None:
        task = work.session.get_one(TaskRow, item.task_id)
    return work.definition(task.definition_id) if task and task.definition_id else None
