"""The run loop, in place of the library's: automatic steps, errors on their way out, due timers."""

from collections.abc import Iterator
from datetime import datetime

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.util.task import TaskState

from engine.ports import FiredTimer, Variables
from engine.spiff.expressions import Task, element_of
from engine.spiff.joins import is_item
from engine.spiff.refusals import BIGGEST
from engine.spiff.state import Instance
from engine.spiff.timers import Arriving, Due, parts
from engine.spiff.waits import Fault, Stop


def settle(instance: Instance) -> None:
    """Run on to the next waiting point, then fire what is due, one at a time in planned order."""
    run(instance)
    while late := _late(instance):
        _, _, definition, task = min(late, key=lambda timer: timer[:2])
        instance.step.fired.append(
            FiredTimer(element=str(definition.name), planned_at=definition.due_at(task))
        )
        catch(task, definition)
        run(instance)


def run(instance: Instance) -> None:
    """Run every step that needs nobody. Stops early when the tree is too large."""
    step = instance.step
    while not is_too_large(instance):
        if step.errors:
            raise_error(instance, *step.errors.pop(0))
            continue
        ready = [task for task in instance.in_state(TaskState.READY) if is_automatic(task)]
        if not ready:
            return
        for task in ready:
            # An earlier one may have cancelled or removed it.
            if task.state == TaskState.READY and task.id in task.workflow.tasks and not step.errors:
                step.at = element_of(task)
                task.run()


def catch(task: Task, definition: Arriving | Fault, payload: Variables | None = None) -> None:
    """Let `task` catch its event and run at once, before anything that it may interrupt."""
    task.workflow.top_workflow.step.at = str(definition.name)
    task.task_spec.catch(task, BpmnEvent(definition, payload=payload))
    task.task_spec._update(task)
    if task.state == TaskState.READY:
        task.run()


def raise_error(instance: Instance, source: Task, code: str) -> None:
    """Send an error outwards from `source`: to the nearest boundary, else it ends the process."""
    if not isinstance(source.task_spec, Stop):
        instance.note_finished(source)
    at = source if isinstance(source.task_spec, Stop) else _host(instance, source)
    while at is not None:
        if boundary := _boundary(at.parent if is_item(at) else at, code):
            return catch(boundary, boundary.task_spec.event_definition)
        at = _host(instance, at)
    instance.step.error, instance.data = code, dict(source.data)
    instance.cancel()
    return None


def is_automatic(task: Task) -> bool:
    """Tell whether `task` runs without a person."""
    return not task.task_spec.manual


def is_too_large(instance: Instance) -> bool:
    """Tell whether the tree has grown beyond what may safely run."""
    return len(instance.open_tasks()) > BIGGEST


def waiting(instance: Instance) -> Iterator[tuple[Task, Arriving]]:
    """Yield each wait for a timer or a message: the task, and what it waits for."""
    for task in instance.in_state(TaskState.WAITING):
        if isinstance(task.task_spec, CatchingEvent):
            for definition in parts(task):
                if isinstance(definition, Arriving):
                    yield task, definition


def _late(instance: Instance) -> list[tuple[datetime, int, Due, Task]]:
    if is_too_large(instance):
        return []
    return [
        (definition.due_at(task), place, definition, task)
        for place, (task, definition) in enumerate(waiting(instance))
        if isinstance(definition, Due) and definition.due_at(task) <= instance.step.world.now
    ]


def _host(instance: Instance, task: Task) -> Task | None:
    """Return the task of the subprocess that `task` is in, or None at the top."""
    if task.workflow is instance:
        return None
    return instance.get_task_from_id(task.workflow.parent_task_id)


def _boundary(activity: Task, code: str) -> Task | None:
    """Return the boundary that catches `code`: one that names it before one that takes all."""
    if not isinstance(activity.parent.task_spec, BoundaryEventSplit):
        return None
    sides = [side for side in activity.parent.children if side.state == TaskState.WAITING]
    for wanted in (code, None):
        for side in sides:
            definition = side.task_spec.event_definition
            if isinstance(definition, Fault) and definition.code == wanted:
                return side
    return None
