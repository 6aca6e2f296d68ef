"""Timers that learn their instant on arrival and fire only when the façade says so.

The library's own timers are not used: they read the clock of the machine, count in UTC days, fire
late ones in the order of the tree and keep one instant for all timers behind a gateway.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import EventBasedGateway
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition

from engine.domain.errors import StepFailed
from engine.ports import World
from engine.spiff.expressions import Task, evaluate_instant, step_of


class Arriving(EventDefinition):
    """What waits for the façade: `arrive` is called at every look and must do its work once.

    `name` is the id of the drawn element, and the identity: a gateway takes the definitions away
    from its events.
    """

    def arrive(self, task: Task) -> None:
        """Work out what the wait is for, unless `task` already knows."""
        raise NotImplementedError

    def has_fired(self, task: Task) -> bool:
        self.arrive(task)
        return bool(super().has_fired(task))

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.name == getattr(other, "name", None)


class Due(Arriving):
    """A timer whose FEEL text gives a date, a moment or a duration, once, on arrival."""

    def __init__(self, element: str, text: str) -> None:
        super().__init__(name=element)
        self.text = text

    def arrive(self, task: Task) -> None:
        key = f"due:{self.name}"
        if key not in task.internal_data:
            value = evaluate_instant(task, self.text)
            task.internal_data[key] = self.instant(value, step_of(task).world).isoformat()

    def due_at(self, task: Task) -> datetime:
        """Return the instant it fires, in UTC."""
        return datetime.fromisoformat(task.internal_data[f"due:{self.name}"])

    def instant(self, value: Any, world: World) -> datetime:
        """Return the moment (UTC) that `value` names. Raises `StepFailed` when it names none."""
        if isinstance(value, timedelta):
            return world.now.astimezone(UTC) + value
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.astimezone(UTC)
        if isinstance(value, date):
            return world.local_start(value).astimezone(UTC)
        raise StepFailed(
            str(self.name),
            f"Tidspunktet »{self.text}« skal give en dato, et tidspunkt eller en varighed i dage "
            f"eller timer, men gav {value!r}.",
        )


class Choice(MultipleEventDefinition):
    """What an event gateway waits for: each part arrives, the first that is caught wins."""

    def has_fired(self, task: Task) -> bool:
        for part in self.event_definitions:
            part.arrive(task)
        return bool(task.internal_data.get("seen_events"))


class ChoiceGateway(EventBasedGateway):
    """An event gateway that leaves no event objects behind in the state."""

    def _run_hook(self, task: Task) -> Any:
        done = super()._run_hook(task)
        task.internal_data.pop("seen_events", None)
        return done


def parts(task: Task) -> tuple[EventDefinition, ...]:
    """Return the definitions that `task` waits for: its own, or those behind its gateway."""
    definition = task.task_spec.event_definition
    return tuple(definition.event_definitions) if isinstance(definition, Choice) else (definition,)
