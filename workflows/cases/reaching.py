"""What happens when a case comes to a milestone: a task, a meeting, or something looked after."""

from collections.abc import Callable, Mapping
from uuid import UUID

from engine.services.definitions import newest_definition
from engine.services.tasks import open_task
from engine.storage.work import Work
from workflows.cases.milestones import Milestone
from workflows.consent.services import not_renewed_at_18
from workflows.forums.handlers import place_by_age
from workflows.handover.owners import PROCESS, check_owner

CHECKS: Mapping[str, Callable[[Work, UUID], object]] = {
    "handover_owner": check_owner,
    "adult_consent": not_renewed_at_18,
}


def reach(work: Work, case_id: UUID, name: str) -> None:
    """Do what the milestone `name` says. One that is no longer in force does nothing."""
    milestone = work.configuration.milestones.get(name, {})
    if "task" in milestone:
        _open(work, case_id, name, milestone)
    if forum := milestone.get("forum"):
        place_by_age(work, case_id, str(forum), name)
    if check := milestone.get("check"):
        CHECKS[str(check)](work, case_id)


def _open(work: Work, case_id: UUID, name: str, milestone: Milestone) -> None:
    open_task(
        work,
        case_id=case_id,
        element=name,
        title=str(milestone["task"]),
        role=str(milestone["role"]),
        why_now=str(milestone.get("why_now", "")),
        deadline=str(milestone["deadline"]),
        ladder=str(milestone["ladder"]),
        definition=newest_definition(work, PROCESS),
    )
