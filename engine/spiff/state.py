"""Running instances, and their state in a form of our own.

The library's serializer is not used: what is stored holds no specification, no class names and no
wall-clock times, so that the same history gives the same bytes. The names of the tasks and the
numbers of their states are the library's.
"""

import json
import logging
import zlib
from collections.abc import Iterator
from functools import cache
from typing import Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task as LibraryTask
from SpiffWorkflow.util.task import TaskState

from engine.domain.errors import StepFailed
from engine.domain.packing import canonical, squeezed
from engine.ports import Json
from engine.spiff.expressions import Step, Task, no_engine
from engine.spiff.joins import is_item
from engine.spiff.merging import changes
from engine.spiff.specs import Specification

# 1 foresaw what follows a join behind each of its ways in; 2 does not. Both are read alike.
FORM, READABLE = 2, frozenset({1, 2})

# The library's records carry the data of the process, which is about people.
for _name in ("spiff.task", "spiff.workflow", "spiff.data"):
    logging.getLogger(_name).setLevel(logging.WARNING)
# It words them even so, and each time puts together anew what the states are called.
TaskState.get_name = cache(TaskState.get_name)


class Instance(BpmnWorkflow):
    """One running process, for the length of one command.

    `reached` are the ids of the elements that are finished, in order. Tasks have numbers from the
    state; those that are new get theirs when it is saved (`numbers`), and none is used twice.
    """

    def __init__(self, spec: Specification, step: Step, *, deserializing: bool = False) -> None:
        self.step = step
        self.specification = spec
        self.reached: dict[str, None] = {}
        self.finished_count = 0
        self.last_number = 0
        super().__init__(
            spec.main, spec.inner, script_engine=no_engine(), deserializing=deserializing
        )
        self.task_removed_event.connect(self._forget)

    def create_subprocess(self, task: Task, spec_name: str) -> "Embedded":
        embedded = Embedded(self.subprocess_specs[spec_name], task.id, self)
        self.subprocesses[task.id] = embedded
        return embedded

    def note_finished(self, task: Task) -> None:
        """Number the finished task, and remember the element if one is drawn behind it."""
        self.finished_count += 1
        task.internal_data["finished"] = self.finished_count
        element = task.task_spec.bpmn_id
        if element is not None and not is_item(task):
            self.reached.setdefault(element)

    def open_tasks(self) -> list[Task]:
        """Return all tasks of the process and of its subprocesses that still run."""
        inner = (sub for sub in self.subprocesses.values() if not sub.completed)
        return [task for flow in (self, *inner) for task in flow.tasks.values()]

    def in_state(self, state: TaskState) -> list[Task]:
        """Return those of the open tasks that are in `state`."""
        return [task for task in self.open_tasks() if task._state == state]

    def numbers(self) -> dict[Any, int]:
        """Return {task id: number} of the open tasks; new ones are numbered as they came."""
        found: dict[Any, int] = {}
        for task in self.open_tasks():
            if not isinstance(task.id, int):
                self.last_number += 1
            found[task.id] = task.id if isinstance(task.id, int) else self.last_number
        return found

    def update_waiting_tasks(self) -> None:
        """Update them where there are any: the library walks the whole tree to look for them."""
        if _some_wait(self):
            super().update_waiting_tasks()

    def _task_completed_notify(self, task: Task) -> None:
        self.note_finished(task)
        super()._task_completed_notify(task)

    def _forget(self, workflow: Any, task: Task) -> None:
        # The library forgets the subprocess of a task that is dropped together with its parent.
        if embedded := self.subprocesses.pop(task.id, None):
            embedded.cancel()


class Embedded(BpmnSubWorkflow):
    """An embedded subprocess that runs."""

    def __init__(self, spec: Any, host: Any, top: Instance, *, deserializing: bool = False) -> None:
        super().__init__(spec, host, top, deserializing=deserializing)

    def update_waiting_tasks(self) -> None:
        """Update them where there are any, as `Instance` does."""
        if _some_wait(self):
            super().update_waiting_tasks()

    def _task_completed_notify(self, task: Task) -> None:
        self.top_workflow.note_finished(task)
        super()._task_completed_notify(task)


def _some_wait(workflow: Any) -> bool:
    return any(task._state == TaskState.WAITING for task in workflow.tasks.values())


def save(instance: Instance, numbers: dict[Any, int]) -> bytes:
    """Return the state of `instance`; `numbers` are those of its tasks."""
    inner = [
        [numbers[host], sub.spec.name, list(_rows(sub, numbers, instance.get_task_from_id(host)))]
        for host, sub in instance.subprocesses.items()
        if not sub.completed
    ]
    state = {
        "form": FORM,
        "definition": instance.specification.definition,
        "last_number": instance.last_number,
        "finished_count": instance.finished_count,
        "reached": list(instance.reached),
        "completed": instance.completed,
        "data": instance.data if instance.completed else {},
        "error": instance.step.error,
        "tasks": list(_rows(instance, numbers, None)),
        "inner": inner,
    }
    return write(state)


def load(spec: Specification, state: bytes, step: Step) -> Instance:
    """Return the instance that `state` is of. Raises `StepFailed` if it is of another version."""
    stored = read(state)
    if stored["form"] not in READABLE or stored["definition"] != spec.definition:
        raise StepFailed(spec.process, "Tilstanden hører til en anden udgave af processen.")
    instance = Instance(spec, step, deserializing=True)
    instance.last_number = stored["last_number"]
    instance.finished_count = stored["finished_count"]
    instance.reached = dict.fromkeys(stored["reached"])
    instance.completed, instance.data = stored["completed"], stored["data"]
    step.error = stored["error"]
    _fill(instance, stored["tasks"], None)
    for host, name, rows in stored["inner"]:  # outer before inner
        _fill_inner(instance, host, name, rows)
    return instance


def read(state: bytes) -> dict[str, Json]:
    """Return what `state` holds, as plain JSON values."""
    stored: dict[str, Json] = json.loads(zlib.decompress(state))
    return stored


def write(stored: dict[str, Json]) -> bytes:
    """Return the bytes of what `read` gave."""
    return squeezed(canonical(stored))


def _rows(workflow: Any, numbers: dict[Any, int], host: Task | None) -> Iterator[list[Json]]:
    """Yield a row a task, parents before children. Data is what differs from the parent's."""
    for task in workflow.tasks.values():
        parent, state = task.parent, task.state
        above = parent or host
        changed, gone = changes(above.data if above else {}, task.data)
        yield [
            numbers[task.id],
            task.task_spec.name,
            state,
            numbers[parent.id] if parent else 0,
            int(task.triggered),
            task.internal_data.get("finished", 0),
            {} if state & TaskState.FINISHED_MASK else task.internal_data,
            changed,
            gone,
        ]


def _fill(workflow: Any, rows: list[list[Json]], host: Task | None) -> None:
    for number, name, state, parent, triggered, finished, internal, changed, gone in rows:
        task = LibraryTask.__new__(LibraryTask)
        task.id, task.workflow, task.task_spec = number, workflow, workflow.spec.task_specs[name]
        task._parent, task._children, task._state = parent or None, [], state
        task.triggered, task.thread_id, task.last_state_change = bool(triggered), 0, 0.0
        task.internal_data = {**internal, **({"finished": finished} if finished else {})}
        above = workflow.tasks.get(parent) or host
        task.data = {**(above.data if above else {}), **changed}
        for absent in gone:
            del task.data[absent]
        workflow.tasks[number] = task
        if parent:
            workflow.tasks[parent]._children.append(number)
        else:
            workflow.task_tree = task


def _fill_inner(instance: Instance, host: int, name: str, rows: list[list[Json]]) -> None:
    embedded = Embedded(instance.specification.inner[name], host, instance, deserializing=True)
    instance.subprocesses[host] = embedded
    task = instance.get_task_from_id(host)
    _fill(embedded, rows, task)
    embedded.completed_event.connect(task.task_spec._on_subworkflow_completed, task)
