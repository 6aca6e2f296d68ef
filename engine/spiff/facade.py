"""The process engine: (state, command, world) → Snapshot. Keeps nothing but parsed diagrams."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import UserTask
from SpiffWorkflow.util.task import TaskState

from engine.domain.errors import NotWaiting, StepFailed
from engine.ports import (
    Blueprint,
    Definition,
    PendingCall,
    Redated,
    Snapshot,
    StartMessage,
    Transfer,
    Variables,
    WaitingMessage,
    WaitingTask,
    WaitingTimer,
    World,
)
from engine.spiff.breaking import carried_through
from engine.spiff.expressions import Step, Task, as_json, element_of
from engine.spiff.moving import transferred
from engine.spiff.pinned import check_library
from engine.spiff.redating import redate
from engine.spiff.refusals import BIGGEST
from engine.spiff.running import (
    catch,
    is_too_large,
    raise_error,
    settle,
    waiting,
)
from engine.spiff.specs import Specifications
from engine.spiff.state import Instance, load, save
from engine.spiff.timers import Due
from engine.spiff.waits import Message, Stop, crossing

Numbers = dict[Any, int]


class SpiffEngine:
    """`ProcessEngine` over SpiffWorkflow. One may serve any number of threads.

    Making one raises `WrongLibrary` on another version of the library than the pinned.
    """

    def __init__(self) -> None:
        check_library()
        self._specifications = Specifications()

    def inspect(self, definition: Definition) -> Blueprint:
        """Read what the diagram declares. Raises `InvalidDefinition`."""
        return self._specifications.of(definition).blueprint

    def start(
        self,
        definition: Definition,
        inputs: Variables,
        world: World,
        message: StartMessage | None = None,
    ) -> Snapshot:
        """Start at the plain start event, or at that of `message`. All `inputs` cross."""
        name = message.name if message else None
        step = Step(world=world, start_message=name, at=definition.process)
        spec = self._specifications.of(definition)
        with carried_through(step, definition):
            instance = Instance(spec, step)
            instance.task_tree.data.update(as_json(inputs))
            settle_start(instance, message)
            return snapshot(instance)

    def complete(
        self, definition: Definition, state: bytes, key: int, answers: Variables, world: World
    ) -> Snapshot:
        """Complete the user task `key`; its answers become process data."""

        def act(instance: Instance) -> None:
            task = _waiting_user_task(instance, key)
            task.data.update(as_json(answers))
            task.run()

        return self._step(definition, state, world, act)

    def resume(
        self, definition: Definition, state: bytes, key: int, outputs: Variables, world: World
    ) -> Snapshot:
        """Go on after a call; only what its `out.` settings name crosses."""

        def act(instance: Instance) -> None:
            task = _pending_call(instance, key)
            given = as_json(outputs)
            task.data.update(crossing(task, given, task.task_spec.extensions, else_all=False))
            task.complete()

        return self._step(definition, state, world, act)

    def fail(
        self, definition: Definition, state: bytes, key: int, code: str, world: World
    ) -> Snapshot:
        """Let a call fail: its error boundary catches `code`, or the process ends with it."""

        def act(instance: Instance) -> None:
            raise_error(instance, _pending_call(instance, key), code)

        return self._step(definition, state, world, act)

    def deliver(
        self,
        definition: Definition,
        state: bytes,
        key: int,
        name: str,
        payload: Variables,
        world: World,
    ) -> Snapshot:
        """Give the message `name` to the wait `key`. Raises `NotWaiting`."""

        def act(instance: Instance) -> None:
            for task, wanted in waiting(instance):
                if task.id == key and isinstance(wanted, Message) and wanted.message == name:
                    return catch(task, wanted, as_json(payload))
            raise NotWaiting(f"Processen venter ikke længere på beskeden »{name}«.")

        return self._step(definition, state, world, act)

    def wake(self, definition: Definition, state: bytes, world: World) -> Snapshot:
        """Fire what is due at `world.now`, oldest first; without anything due, change nothing."""
        return self._step(definition, state, world, lambda instance: None)

    def look(self, definition: Definition, state: bytes, world: World) -> Snapshot:
        """Return what the instance waits for; nothing moves, also when something is due."""
        step = Step(world=world, at=definition.process)
        with carried_through(step, definition):
            return snapshot(load(self._specifications.of(definition), state, step))

    def redate(self, definition: Definition, state: bytes, new: Redated, world: World) -> Snapshot:
        """Let the instance have these dates; nothing runs, also when a timer is due by them."""
        step = Step(world=world, at=definition.process)
        with carried_through(step, definition):
            instance = load(self._specifications.of(definition), state, step)
            redate(instance, new)
            return snapshot(instance)

    def transfer(
        self,
        definition: Definition,
        state: bytes,
        to: Definition,
        world: World,
        signed: Collection[tuple[int, str]] = (),
    ) -> Transfer:
        """Return the instance as one of the version `to`, or why it cannot be; nothing moves."""
        step = Step(world=world, at=definition.process)
        old, new = self._specifications.of(definition), self._specifications.of(to)
        with carried_through(step, definition):
            return transferred(old, new, state, step, signed)

    def _step(
        self,
        definition: Definition,
        state: bytes,
        world: World,
        act: Callable[[Instance], None],
    ) -> Snapshot:
        step = Step(world=world, at=definition.process)
        spec = self._specifications.of(definition)
        with carried_through(step, definition):
            instance = load(spec, state, step)
            act(instance)
            settle(instance)
            return snapshot(instance)


def settle_start(instance: Instance, message: StartMessage | None) -> None:
    """Run from the start event that `message` names, or from the plain one.

    Raises `StepFailed` when the diagram has no such start.
    """
    settle(instance)
    if message is not None:
        for task, wanted in waiting(instance):
            if isinstance(wanted, Message) and wanted.message == message.name:
                catch(task, wanted, as_json(message.payload))
                return settle(instance)
        raise StepFailed(
            instance.step.at, f"Processen begynder ikke med beskeden »{message.name}«."
        )
    if not instance.reached:
        raise StepFailed(instance.step.at, "Processen begynder kun med en besked.")
    return None


def snapshot(instance: Instance) -> Snapshot:
    """Return what `instance` waits for now and what its command brought about."""
    numbers, step, done = instance.numbers(), instance.step, instance.completed
    tasks = () if done else tuple(_tasks(instance, numbers))
    timers = () if done else tuple(_timers(instance, numbers))
    waits = () if done else tuple(_messages(instance, numbers))
    calls = () if done else tuple(_calls(instance, numbers))
    return Snapshot(
        state=save(instance, numbers),
        tasks=tasks,
        timers=timers,
        waits=waits,
        calls=calls,
        messages=tuple(step.thrown),
        fired=tuple(step.fired),
        decided=tuple(step.decided),
        reached=tuple(instance.reached),
        finished=done,
        ended_at=tuple(_ends(instance)),
        result=as_json(instance.data) if done else {},
        error=step.error,
        incident=_incident(instance, bool(done or tasks or timers or waits or calls)),
    )


def _incident(instance: Instance, can_go_on: bool) -> str | None:
    if not instance.completed and is_too_large(instance):
        return (
            f"Processen er vokset til over {BIGGEST} trin og er standset. Den går i ring eller "
            "gentager noget for mange gange; tegn det, der gentages, som en proces for sig."
        )
    return None if can_go_on else "Processen er gået i stå: intet er i gang, og den er ikke slut."


def _tasks(instance: Instance, numbers: Numbers) -> Iterator[WaitingTask]:
    for task in _waiting_user_tasks(instance):
        yield WaitingTask(
            key=numbers[task.id],
            element=element_of(task),
            name=task.task_spec.bpmn_name or element_of(task),
            settings=dict(task.task_spec.extensions),
            data=as_json(task.data),
        )


def _timers(instance: Instance, numbers: Numbers) -> Iterator[WaitingTimer]:
    for task, definition in waiting(instance):
        if isinstance(definition, Due):
            yield WaitingTimer(
                key=numbers[task.id],
                element=str(definition.name),
                due_at=definition.due_at(task),
            )


def _messages(instance: Instance, numbers: Numbers) -> Iterator[WaitingMessage]:
    for task, definition in waiting(instance):
        if isinstance(definition, Message):
            yield WaitingMessage(
                key=numbers[task.id],
                element=str(definition.name),
                name=definition.message,
                correlation=definition.correlation(task),
                settings=dict(definition.settings),
            )


def _calls(instance: Instance, numbers: Numbers) -> Iterator[PendingCall]:
    for task in _pending_calls(instance):
        yield PendingCall(
            key=numbers[task.id],
            element=element_of(task),
            kind=task.task_spec.kind,
            target=task.task_spec.target,
            inputs=as_json(task.internal_data["inputs"]),
            settings=dict(task.task_spec.extensions),
        )


def _ends(instance: Instance) -> Iterator[str]:
    ends = instance.specification.ends
    return (element for element in instance.reached if element in ends)


def _waiting_user_task(instance: Instance, key: int) -> Task:
    for task in _waiting_user_tasks(instance):
        if task.id == key:
            return task
    raise NotWaiting("Opgaven venter ikke længere: den er løst eller bortfaldet.")


def _pending_call(instance: Instance, key: int) -> Task:
    for task in _pending_calls(instance):
        if task.id == key:
            return task
    raise NotWaiting("Processen venter ikke længere på dette kald.")


def _waiting_user_tasks(instance: Instance) -> list[Task]:
    ready = instance.in_state(TaskState.READY)
    return [task for task in ready if isinstance(task.task_spec, UserTask)]


def _pending_calls(instance: Instance) -> list[Task]:
    # A subprocess and a multi-instance are started too, while what is in them runs.
    started = instance.in_state(TaskState.STARTED)
    return [task for task in started if isinstance(task.task_spec, Stop)]
