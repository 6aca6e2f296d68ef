"""Items decided at a meeting: a decision completes the task of its case, agreements follow."""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from engine.domain.errors import TooEarly
from engine.domain.forms import Raw
from engine.services.journal import record
from engine.services.tasks import complete_task
from engine.storage.models import TaskRow
from engine.storage.work import Work
from workflows.cases.covering import take_over_for
from workflows.forums.agreements import NewAgreement, check_agreements, in_lines, make
from workflows.forums.attendance import check_quorum
from workflows.forums.items import decision_task, item_to_lead
from workflows.forums.records import AgendaItemRow
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
        raise TooEarly("Sagens opgave er ikke åben endnu. Den åbner klokken 8 på mødedagen.")
    make(work, item, decision.agreements, task)
    return item


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
