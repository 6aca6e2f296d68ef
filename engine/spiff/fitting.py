"""Whether what has happened in an instance could have happened in another version of its diagram.

The finished and the running part of the tree must be one that the new version could have grown:
the same steps in the same places, joined by the same ways, and the same around every place where
it waits. Then the instance stands where one of the new version could stand, and everything ahead
may differ. Whatever else is refused: nobody can say where the case would stand.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from SpiffWorkflow.bpmn.specs.control import EventSplit
from SpiffWorkflow.bpmn.specs.defaults import SubWorkflowTask
from SpiffWorkflow.util.task import TaskState

from engine.ports import Json
from engine.spiff.joins import Each, Inclusive, Parallel
from engine.spiff.specs import Specification
from engine.spiff.timers import Choice
from engine.spiff.waits import Fault, Message, Stop

PREDICTED = TaskState.MAYBE | TaskState.LIKELY | TaskState.FUTURE
RUNNING = TaskState.WAITING | TaskState.READY | TaskState.STARTED
_MADE_BY_LIBRARY = (".BoundaryEventSplit", ".BoundaryEventJoin", " [child]")


class Row(NamedTuple):
    """One task of a stored state, as `state.save` writes it."""

    number: int
    name: str
    state: int
    parent: int
    triggered: int
    finished: int
    internal: dict[str, Json]
    changed: dict[str, Json]
    gone: list[str]


class Flow(NamedTuple):
    """The process, or a subprocess that runs, in both versions, with its rows."""

    old: Any
    new: Any
    rows: list[Row]

    @property
    def happened(self) -> list[Row]:
        """The rows of what is finished or runs; the others are only foreseen."""
        return [row for row in self.rows if not row.state & PREDICTED]

    @property
    def running(self) -> list[Row]:
        """The rows of what runs or waits."""
        return [row for row in self.rows if row.state & RUNNING]


def flows_of(old: Specification, new: Specification, stored: dict[str, Json]) -> Iterator[Flow]:
    """Yield the process and each subprocess that runs; a subprocess that is gone is left out."""
    yield Flow(old.main, new.main, [Row(*row) for row in stored["tasks"]])
    for _host, name, rows in stored["inner"]:
        if name in new.inner:
            yield Flow(old.inner[name], new.inner[name], [Row(*row) for row in rows])


def misfits(flow: Flow) -> Iterator[str]:
    """Yield, in Danish, each reason why what has happened does not fit the new version."""
    missing = [row for row in flow.happened if row.name not in flow.new.task_specs]
    for row in missing:
        where = "Sagen venter i" if row.state & RUNNING else "Sagen har været igennem"
        yield f"{where} »{_label(flow, row.name)}«, som den nye udgave ikke har på samme måde."
    if missing:
        return
    for rule in (_places, _ways, _forks, _joins, _foreseen):
        yield from rule(flow)


def _places(flow: Flow) -> Iterator[str]:
    for row in flow.happened:
        old, new = flow.old.task_specs[row.name], flow.new.task_specs[row.name]
        if _kind(old) != _kind(new):
            yield f"»{_label(flow, row.name)}« er en anden slags trin i den nye udgave."
        elif row.state & RUNNING and _waiting_for(old) != _waiting_for(new):
            yield f"»{_label(flow, row.name)}«, hvor sagen venter, venter på noget andet."


def _ways(flow: Flow) -> Iterator[str]:
    names = {row.number: row.name for row in flow.happened}
    for row in flow.happened:
        if row.parent not in names:
            continue  # the start, or below something only foreseen: see `_foreseen`
        before = flow.new.task_specs[names[row.parent]]
        leads_there = row.name in _names(before.outputs)
        is_item = isinstance(before, Each) and before.task_spec == row.name
        if not leads_there and not is_item:
            source, target = _label(flow, names[row.parent]), _label(flow, row.name)
            yield f"Vejen fra »{source}« til »{target}«, som sagen er gået, er lavet om."


def _forks(flow: Flow) -> Iterator[str]:
    for row in flow.happened:
        spec = flow.new.task_specs[row.name]
        if row.state == TaskState.COMPLETED and isinstance(spec, Parallel | EventSplit):
            begun = {each.name for each in flow.happened if each.parent == row.number}
            if begun != _names(spec.outputs):
                yield (
                    f"Det, der går i gang ved »{_label(flow, row.name)}«, er lavet om, "
                    "og sagen er nået dertil."
                )


def _joins(flow: Flow) -> Iterator[str]:
    reached = {row.name for row in flow.happened}
    alive = {row.name for row in flow.running}
    for name in sorted(reached):
        old, new = flow.old.task_specs[name], flow.new.task_specs[name]
        if not isinstance(old, Parallel | Inclusive):
            continue
        waits_for = [alive & spec.sources for spec in (old, new) if isinstance(spec, Inclusive)]
        if _names(old.inputs) != _names(new.inputs) or waits_for[:1] != waits_for[1:]:
            yield f"Vejene ind i »{_label(flow, name)}« er lavet om, og sagen er nået dertil."


def _foreseen(flow: Flow) -> Iterator[str]:
    """What is foreseen is foreseen anew below what runs; there must be nothing else."""
    finished = {row.number for row in flow.rows if row.state & TaskState.FINISHED_MASK}
    foreseen = {row.number for row in flow.rows if row.state & PREDICTED}
    for row in flow.rows:
        is_loose = row.state & PREDICTED and row.parent in finished
        if is_loose or (not row.state & PREDICTED and row.parent in foreseen):
            yield f"Det kan ikke afgøres, hvor sagen står ved »{_label(flow, row.name)}«."


def _kind(spec: Any) -> tuple[Any, ...]:
    """Return what a step that has happened must have in common with its other version."""
    return (type(spec), spec.bpmn_id, getattr(spec, "cancel_activity", None))


def _waiting_for(spec: Any) -> tuple[Any, ...]:
    """Return what a step that runs must have in common with its other version.

    What a timer says is not part of it: a clock that runs keeps its moment.
    """
    found: tuple[Any, ...] = tuple(_event(part) for part in parts_of(spec))
    if isinstance(spec, Stop):
        found = (spec.kind, spec.target)
    if isinstance(spec, SubWorkflowTask):
        found = (spec.spec,)
    if isinstance(spec, Each):
        collected = {k: v for k, v in spec.extensions.items() if k.startswith("collect.")}
        how = (spec.collection, spec.item, spec.is_sequential, spec.enough)
        found = (spec.task_spec, *how, tuple(sorted(collected.items())))
    return found


def _event(definition: Any) -> tuple[Any, ...]:
    found: tuple[Any, ...] = (type(definition),)
    if isinstance(definition, Message):
        key = definition.settings.get("message_key")
        return (*found, definition.name, definition.message, key)
    if isinstance(definition, Fault):
        return (*found, definition.name, definition.code)
    return (*found, definition.name)


def parts_of(spec: Any) -> tuple[Any, ...]:
    """Return the event definitions of a spec; those behind it, for an event gateway."""
    definition = getattr(spec, "event_definition", None)
    if isinstance(definition, Choice):
        return tuple(definition.event_definitions)
    return () if definition is None else (definition,)


def _names(specs: Any) -> set[str]:
    return {spec.name for spec in specs}


def _label(flow: Flow, name: str) -> str:
    """Return what people call the drawn element behind the spec of that name."""
    drawn = name
    for ending in _MADE_BY_LIBRARY:
        drawn = drawn.removesuffix(ending)
    spec = flow.old.task_specs.get(drawn, flow.old.task_specs[name])
    return str(spec.bpmn_name or spec.bpmn_id or flow.old.description or flow.old.name)
