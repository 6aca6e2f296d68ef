"""Joins that take from each branch what it changed, and activities done once per item of a list."""

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import SimpleBpmnTask, _EndJoin
from SpiffWorkflow.bpmn.specs.defaults import (
    ExclusiveGateway,
    InclusiveGateway,
    ParallelGateway,
)
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.util.task import TaskState

from engine.domain.errors import StepFailed
from engine.ports import Json
from engine.spiff.expressions import Task, as_json, element_of, evaluate, is_true, mapped
from engine.spiff.merging import gathered
from engine.spiff.waits import no_way_out

_ALIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED


class Exclusive(ExclusiveGateway):
    """An exclusive gateway that says so when no way is open."""

    def _run_hook(self, task: Task) -> Any:
        try:
            return super()._run_hook(task)
        except WorkflowException as cause:
            raise no_way_out(task) from cause


class Parallel(ParallelGateway):
    """A parallel gateway: waits for every way in."""

    def _predict_hook(self, task: Task) -> None:
        if not is_join(self):
            super()._predict_hook(task)

    def _run_hook(self, task: Task) -> bool:
        task.data = gathered(task)
        if is_join(self):
            _go_on(task, self.outputs)
        return True


class Inclusive(InclusiveGateway):
    """An inclusive gateway: waits for every token that can still reach it.

    The library overlooks a token that stands in a subprocess, a call or a service task.
    `sources`, filled after parsing, are the names of the specs from which it can be reached.
    """

    sources: frozenset[str] = frozenset()

    def _check_threshold_unstructured(self, task: Task) -> bool:
        return not any(
            other.task_spec.name in self.sources and _is_alive(other)
            for other in task.workflow.tasks.values()
        )

    def _predict_hook(self, task: Task) -> None:
        if not is_join(self):
            super()._predict_hook(task)

    def _run_hook(self, task: Task) -> bool:
        task.data = gathered(task)
        matches, defaults = self._get_matching_outputs(task)
        if not matches and not defaults:
            raise no_way_out(task)
        _go_on(task, matches or defaults)
        return True


class EndJoin(_EndJoin):
    """The library's last join, before its End."""

    def _run_hook(self, task: Task) -> bool:
        task.data = gathered(task)
        task.workflow.data.update(task.data)
        return True


class ProcessSpec(BpmnProcessSpec):
    """A process whose last join is ours."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in (f"{self.name}.EndJoin", "End"):
            del self.task_specs[name]
        self.end: Any = EndJoin(self, f"{self.name}.EndJoin")
        self.end.connect(SimpleBpmnTask(self, "End"))


class Each(BpmnSpecMixin):
    """A multi-instance: the inner activity once per item, at once or one after the other.

    The collection is read once, on arrival. Only what the `collect.` settings name leaves an item,
    as lists in the order of the items. `task_spec` is the name of the inner spec.
    """

    def __init__(
        self,
        wf_spec: Any,
        bpmn_id: str,
        *,
        collection: str,
        item: str | None,
        is_sequential: bool,
        enough: str | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.task_spec = ""
        self.collection = collection
        self.item = item
        self.is_sequential = is_sequential
        self.enough = enough

    def _update_hook(self, task: Task) -> bool:
        super()._update_hook(task)
        items = self._items(task)
        task.internal_data.update(items=items, done=[])
        task.data.update(self._lists(task))
        if items:  # first: behind a boundary event it is only foreseen, and may have no children
            task._set_state(TaskState.STARTED)
        for index in range(len(items))[: 1 if self.is_sequential else None]:
            self._begin(task, index)
        return not items

    def merge_child(self, workflow: Any, child: Task) -> None:
        """Take what the finished item gives, and go on. Called by the library."""
        task = child.parent
        task.internal_data["done"].append([child.internal_data["index"], mapped_item(task, child)])
        task.data.update(self._lists(task))
        done, wanted = len(task.internal_data["done"]), len(task.internal_data["items"])
        if done == wanted or (self.enough and is_true(task, self.enough)):
            for other in task.children:
                if other.task_spec.name == self.task_spec:
                    other.cancel()
            task._set_state(TaskState.READY)
        elif self.is_sequential:
            self._begin(task, done)

    def _items(self, task: Task) -> list[Json]:
        items = evaluate(task, self.collection)
        if not isinstance(items, list):
            raise StepFailed(element_of(task), f"»{self.collection}« gav ikke en liste.")
        if self.item is not None and self.item in task.data:
            raise StepFailed(
                element_of(task),
                f"Navnet »{self.item}« er optaget: processen har allerede en værdi.",
            )
        return items

    def _lists(self, task: Task) -> dict[str, Json]:
        done = sorted(task.internal_data["done"], key=lambda pair: pair[0])
        names = [name for name in self.extensions if name.startswith("collect.")]
        return {name.removeprefix("collect."): [given[name] for _, given in done] for name in names}

    def _begin(self, task: Task, index: int) -> None:
        child = task._add_child(task.workflow.spec.task_specs[self.task_spec], TaskState.WAITING)
        child.triggered = True
        child.internal_data["index"] = index
        if self.item is not None:
            child.data.update(as_json({self.item: task.internal_data["items"][index]}))
        child.task_spec._update(child)


def mapped_item(task: Task, child: Task) -> dict[str, Json]:
    """Return {setting: value} of the `collect.` settings of `task` over the data of `child`."""
    given = mapped(child, "collect.", settings=task.task_spec.extensions)
    return {f"collect.{name}": value for name, value in given.items()}


def is_item(task: Task) -> bool:
    """Tell whether `task` is one item of a multi-instance."""
    parent = task.parent
    return (
        parent is not None
        and isinstance(parent.task_spec, Each)
        and task.task_spec.name == parent.task_spec.task_spec
    )


def is_join(gateway: Any) -> bool:
    """Tell whether `gateway` has several ways in, so that nothing is foreseen behind it.

    One of it is foreseen on every way in. If what follows stood behind each, the tree would double
    at every fork, and a row of twenty of them would fill the memory.
    """
    return len(gateway.inputs) > 1


def _go_on(task: Task, following: Any) -> None:
    task._sync_children(following, TaskState.FUTURE)
    for child in task.children:
        child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)


def _is_alive(task: Task) -> bool:
    is_next = task.state == TaskState.FUTURE and task.parent.state == TaskState.COMPLETED
    return bool(is_next or task.has_state(_ALIVE))
