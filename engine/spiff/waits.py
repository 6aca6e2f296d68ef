"""Service tasks, calls, messages, decisions and ends: every wait belongs to the façade.

None of these acts on its own. They stop, the façade lists them in the Snapshot, and they go on
when it is told to. The library only moves tokens.
"""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import EndEvent, StartEvent
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import (
    NoneEventDefinition,
    TerminateEventDefinition,
)
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.domain.errors import StepFailed
from engine.ports import Json, TakenDecision, ThrownMessage, Variables
from engine.spiff.expressions import (
    Task,
    as_json,
    correlation,
    element_of,
    is_true,
    mapped,
    step_of,
)
from engine.spiff.merging import gathered_at_stop
from engine.spiff.timers import Arriving


class Stop(BpmnSpecMixin):
    """A service task or a call: it keeps its inputs and stays started until it is resumed.

    A call is not the library's: the called process is an instance of its own. `kind` is "handler"
    or "process", `target` the name of the function or the called process.
    """

    kind = ""
    target = ""

    def _run_hook(self, task: Task) -> None:
        task.internal_data["inputs"] = mapped(task, "in.")


class Decision(BpmnSpecMixin):
    """A business rule task: asks the table, lets the outputs cross, and goes on."""

    def _run_hook(self, task: Task) -> bool:
        table, step = self.extensions["decisionRef"], step_of(task)
        taken = step.world.decide(table, mapped(task, "in."))
        outputs = as_json(taken.outputs)
        task.data.update(crossing(task, outputs, self.extensions, else_all=True))
        step.decided.append(
            TakenDecision(
                element=element_of(task), table=table, rows=tuple(taken.rows), outputs=outputs
            )
        )
        return True


class Message(Arriving):
    """A message thrown or awaited at `element`. `settings` are those of that element."""

    def __init__(self, element: str, message: str, settings: Mapping[str, str]) -> None:
        super().__init__(name=element)
        self.message = message
        self.settings = settings
        self.takes_all = False

    def arrive(self, task: Task) -> None:
        key = f"key:{self.name}"
        if key not in task.internal_data:
            task.internal_data[key] = correlation(task, self.settings)

    def correlation(self, task: Task) -> str | None:
        """Return the key that `task` waits for, or None when any message will do."""
        key: str | None = task.internal_data[f"key:{self.name}"]
        return key

    def throw(self, task: Task) -> None:
        step_of(task).thrown.append(
            ThrownMessage(
                element=str(self.name),
                name=self.message,
                correlation=correlation(task, self.settings),
                payload=mapped(task, "in.", settings=self.settings),
            )
        )

    def catch(self, task: Task, event: Any = None) -> None:
        task.internal_data["payload"] = event.payload
        super().catch(task, event)

    def update_task_data(self, task: Task) -> None:
        payload = task.internal_data.pop("payload", {})
        task.data.update(crossing(task, payload, self.settings, else_all=self.takes_all))


class Fault(EventDefinition):
    """An error: thrown by an end, caught at a boundary. A boundary without code catches all."""

    def __init__(self, element: str, code: str | None) -> None:
        super().__init__(name=element)
        self.code = code


class Terminate(TerminateEventDefinition):
    """A terminate end; the library ends the process on completing it, nothing is thrown."""

    def throw(self, task: Task) -> None:
        """Throw nothing."""


class End(EndEvent):
    """An end event. One with an error stays started; the façade looks for who catches it."""

    def _run_hook(self, task: Task) -> Any:
        if isinstance(self.event_definition, Fault):
            step_of(task).errors.append((task, self.event_definition.code or ""))
            return None
        if isinstance(self.event_definition, Terminate):
            task.data = gathered_at_stop(task)
        return super()._run_hook(task)


class Begin(StartEvent):
    """A start event. When a message starts the process, the plain start stands back for it."""

    def _update_hook(self, task: Task) -> Any:
        is_top = task.workflow is task.workflow.top_workflow
        is_plain = isinstance(self.event_definition, NoneEventDefinition)
        if is_top and is_plain and step_of(task).start_message is not None:
            task._set_state(TaskState.WAITING)
            return None
        return super()._update_hook(task)


class Condition:
    """The condition of a flow, with the method that the library's gateways ask for."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _matches(self, task: Task) -> bool:
        return is_true(task, self.text)


def crossing(
    task: Task, given: Variables, settings: Mapping[str, str], *, else_all: bool
) -> dict[str, Json]:
    """Return what of `given` becomes process data: what the `out.` settings make of it.

    Without any `out.` setting that is everything when `else_all`, and nothing otherwise.
    """
    if any(name.startswith("out.") for name in settings):
        return mapped(task, "out.", {**task.data, **given}, settings)
    return as_json(given) if else_all else {}


def no_way_out(task: Task) -> StepFailed:
    """Return the error of a gateway where no condition holds."""
    return StepFailed(
        element_of(task),
        "Ingen af betingelserne på vejene ud er opfyldt, og ingen vej er standard.",
    )
