"""Items decided at a meeting: a decision completes the task of its case, agreements follow."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import CaseworkError, Conflict
from engine.domain.forms import Raw
from engine.ports import Actor
from engine.services.held_answers import noting_failures
from engine.services.journal import record
from engine.services.tasks import complete_task
from engine.storage.models import TaskRow
from engine.storage.work import Casework, Work
from workflows.cases.covering import take_over_for
from workflows.forums.agreements import NewAgreement, check_agreements, in_lines, make
from workflows.forums.attendance import quorum
from workflows.forums.holding import Told
from workflows.forums.items import decision_task, item_to_lead, records_decision
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.forums.states import may_become, set_item

AGREEMENTS = "agreements"  # the field of a decision form that the letter quotes


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a meeting decides of an item: the form of the case's task, and what was agreed."""

    answers: Raw = field(default_factory=dict)
    agreements: Collection[NewAgreement] = ()


def decide_item(work: Work, item_id: UUID, decision: Decision) -> AgendaItemRow:
    """Record what the meeting decided: the task of the case is completed by the convenor.

    Where the item has no task of its own (an overdue task before the leaders), it is noted as
    dealt with. Raises `NotFound`, `NotAllowed` for others than the convenor, `InvalidAnswers`,
    and `Conflict` when the meeting is not being held, when nobody may decide for a discipline
    that the item needs, and when the item is decided, withdrawn or not released.
    """
    item = item_to_lead(work, item_id)
    if not may_become(item, "decided"):
        set_item(item, "decided")  # says why not
    check_quorum(work, item)
    check_agreements(work, decision.agreements)
    task = decision_task(work, item)
    if task is not None:
        _complete(work, task, decision)
        work.session.refresh(item)
    elif item.task_id is not None:
        _deal_with(work, item)
    else:
        raise Conflict("Sagens opgave er ikke åben endnu. Den åbner klokken 8 på mødedagen.")
    make(work, item, decision.agreements, task)
    return item


def decide_items(
    casework: Casework, actor: Actor, decisions: Mapping[UUID, Decision]
) -> list[Told]:
    """Decide several items, each case in an act of its own; one that fails does not stop others.

    What was written to one that failed is held with an incident, as when a task is completed.
    """
    return [_one(casework, actor, item_id, decision) for item_id, decision in decisions.items()]


def check_quorum(work: Work, item: AgendaItemRow) -> None:
    """Raise `Conflict` unless those who came may decide the item."""
    meeting = work.session.get_one(MeetingRow, item.meeting_id)
    if not quorum(work, meeting, item).is_met:
        raise Conflict(
            "Der mangler nogen, der kan beslutte punktet. Skriv fremmødet ind, eller udsæt punktet."
        )


def check_decided(work: Work, task: TaskRow) -> None:
    """Raise `Conflict` when the task, completed in this act, decided what no quorum could.

    Whoever completes it outside the meeting's own page is held to the same rule. Asks the
    database only of a task that decides an item.
    """
    if not records_decision(work, task):
        return
    work.flush()
    query = select(AgendaItemRow).where(
        AgendaItemRow.case_id == task.case_id, AgendaItemRow.decided_at == work.now
    )
    for item in work.session.scalars(query).all():
        check_quorum(work, item)


def _one(casework: Casework, actor: Actor, item_id: UUID, decision: Decision) -> Told:
    def find(work: Work) -> tuple[UUID, UUID | None]:
        item = work.session.get_one(AgendaItemRow, item_id)
        task = decision_task(work, item)
        return item.case_id, task.id if task else None

    case_id, task_id = casework.act(actor, find)
    try:
        if task_id is None:
            casework.act(actor, lambda work: decide_item(work, item_id, decision))
        else:
            with noting_failures(casework, actor, task_id, decision.answers):
                casework.act(actor, lambda work: decide_item(work, item_id, decision))
    except CaseworkError as problem:
        return Told(item_id=item_id, case_id=case_id, problem=str(problem))
    return Told(item_id=item_id, case_id=case_id)


def _complete(work: Work, task: TaskRow, decision: Decision) -> None:
    take_over_for(work, task.id)
    raw = dict(decision.answers)
    if decision.agreements:
        said = str(raw.get(AGREEMENTS) or "")
        raw[AGREEMENTS] = "\n".join(
            part for part in (said, in_lines(work, decision.agreements)) if part
        )
    complete_task(work, task.id, raw)
    work.flush()


def _deal_with(work: Work, item: AgendaItemRow) -> None:
    set_item(item, "decided")
    item.decided_at, item.result = work.now, "dealt_with"
    record(work, item.case_id, "decision_recorded", item=str(item.id), result=item.result)
    work.flush()
