"""What a timer that runs would be in another version of its diagram, and setting it to that."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from engine.domain.errors import StepFailed
from engine.spiff.expressions import Task, evaluate_instant, step_of
from engine.spiff.fitting import parts_of
from engine.spiff.running import waiting
from engine.spiff.specs import Specification
from engine.spiff.state import Instance
from engine.spiff.timers import Due

Clock = tuple[int, str]  # the number of the task that waits, and the id of the drawn timer


def moments_anew(instance: Instance, old: Specification) -> Mapping[Clock, datetime]:
    """Return the moment (UTC) of each timer that its version words otherwise than `old` does.

    A length of time counts from where the running one began to. One whose beginning nobody can
    tell, or that cannot be worked out, is left out: it keeps its moment.
    """
    texts = dict(_texts(old))
    found: dict[Clock, datetime] = {}
    for task, definition in waiting(instance):
        former = texts.get(str(definition.name))
        if isinstance(definition, Due) and former is not None and former != definition.text:
            moment = _moment(task, definition, former)
            if moment is not None:
                found[task.id, str(definition.name)] = moment
    return found


def set_moments(instance: Instance, moments: Mapping[Clock, datetime]) -> None:
    """Let these timers be due at these moments."""
    for task, definition in waiting(instance):
        moment = moments.get((task.id, str(definition.name)))
        if moment is not None:
            task.internal_data[f"due:{definition.name}"] = moment.isoformat()


def _moment(task: Task, definition: Due, former: str) -> datetime | None:
    try:
        value = evaluate_instant(task, definition.text)
        if not isinstance(value, timedelta):
            return definition.instant(value, step_of(task).world)
        length = evaluate_instant(task, former)
    except StepFailed:
        return None
    return definition.due_at(task) - length + value if isinstance(length, timedelta) else None


def _texts(version: Specification) -> Iterator[tuple[str, str]]:
    for spec in (version.main, *version.inner.values()):
        for task_spec in spec.task_specs.values():
            for part in parts_of(task_spec):
                if isinstance(part, Due):
                    yield str(part.name), part.text
