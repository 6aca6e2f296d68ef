"""Moving a running instance to another version of its diagram, without touching its clocks.

Only the foreseen part of the tree is thrown away and foreseen anew; what has happened and what
runs is kept row by row, with its numbers, its data and the moments its timers have worked out.
"""

from collections.abc import Collection, Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, SubWorkflowTask
from SpiffWorkflow.util.task import TaskState

from engine.ports import Ahead, Transfer
from engine.spiff.expressions import Step, Task, is_expression, reads
from engine.spiff.fitting import PREDICTED, RUNNING, Flow, flows_of, misfits, parts_of
from engine.spiff.joins import Each
from engine.spiff.retiming import Clock, moments_anew, set_moments
from engine.spiff.specs import Specification
from engine.spiff.state import Instance, load, read, save, write
from engine.spiff.timers import Due

_GIVEN = ("out.", "collect.")
# What the house knows of a deadline, not the process.
_NOT_DATA = frozenset({"created", "created_at"})


def transferred(
    old: Specification,
    new: Specification,
    state: bytes,
    step: Step,
    signed: Collection[Clock] = (),
) -> Transfer:
    """Return `state` as one of `new`, or the reasons why it cannot be one.

    What waits keeps its key and its moment, but for the timers that are `signed` for: those get
    the moment that `new` gives them. Nothing runs.
    """
    stored = read(state)
    if stored["completed"]:
        return Transfer(reasons=("Processen er slut.",))
    flows = list(flows_of(old, new, stored))
    reasons = list(dict.fromkeys(reason for flow in flows for reason in misfits(flow)))
    gone = [name for _host, name, _rows in stored["inner"] if name not in new.inner]
    reasons += [f"Delprocessen »{name}«, som sagen er i, findes ikke mere." for name in gone]
    if reasons:
        return Transfer(reasons=tuple(reasons))
    kept = {
        **stored,
        "definition": new.definition,
        "tasks": _happened(stored["tasks"]),
        "inner": [[host, name, _happened(rows)] for host, name, rows in stored["inner"]],
    }
    instance = load(new, write(kept), step)
    known = _known(instance)
    foresee(instance)
    anew = moments_anew(instance, old)
    set_moments(instance, {clock: moment for clock, moment in anew.items() if clock in signed})
    return Transfer(
        state=save(instance, instance.numbers()),
        known=known,
        anew=anew,
        standing=_standing(flows),
        before=_ahead(old, [(flow.old, flow) for flow in flows]),
        after=_ahead(new, [(flow.new, flow) for flow in flows]),
    )


def foresee(instance: Instance) -> None:
    """Grow what lies ahead of everything that runs, as the library does on the way there."""
    for task in instance.open_tasks():
        if task.has_state(RUNNING):
            _foresee(task)


def _foresee(task: Task) -> None:
    if isinstance(task.task_spec, BoundaryEvent):
        task._sync_children(task.task_spec.outputs, TaskState.MAYBE)  # it may never happen
    else:
        task.task_spec._predict_hook(task)
    for child in task.children:
        if child.has_state(PREDICTED):
            child.task_spec._predict(child, mask=PREDICTED)


def _happened(rows: list[list[Any]]) -> list[list[Any]]:
    return [row for row in rows if not row[2] & PREDICTED]


def _known(instance: Instance) -> frozenset[str]:
    """Return the names that every running step knows."""
    running = [set(task.data) for task in instance.open_tasks() if task.has_state(RUNNING)]
    return frozenset(set.intersection(*running)) if running else frozenset()


def _standing(flows: list[Flow]) -> frozenset[str]:
    specs = (flow.old.task_specs[row.name] for flow in flows for row in flow.running)
    return frozenset(str(spec.bpmn_id) for spec in specs if spec.bpmn_id)


def _ahead(version: Specification, standing: list[tuple[Any, Flow]]) -> Ahead:
    """Return what the instance can still reach in `version` from where it stands.

    What stands has evaluated its own settings; it still gives what its `out.` settings name.
    """
    here = [spec.task_specs[row.name] for spec, flow in standing for row in flow.running]
    ahead = list(_reachable(version, here))
    items = {spec.item for spec in (*here, *ahead) if isinstance(spec, Each)}
    texts = [text for spec in ahead for text in _texts(spec)]
    texts += [spec.enough for spec in here if isinstance(spec, Each) and spec.enough]
    return Ahead(
        elements=frozenset(str(spec.bpmn_id) for spec in ahead if spec.bpmn_id),
        reads=frozenset().union(*(reads(text) for text in texts)) - items - _NOT_DATA,
        writes=frozenset(name for spec in (*here, *ahead) for name in _writes(spec)),
    )


def _reachable(version: Specification, here: list[Any]) -> Iterator[Any]:
    seen: set[int] = set()
    waiting = [after for spec in here for after in spec.outputs]
    while waiting:
        spec = waiting.pop()
        if id(spec) in seen:
            continue
        seen.add(id(spec))
        yield spec
        waiting.extend(spec.outputs)
        if isinstance(spec, Each):
            waiting.append(spec._wf_spec.task_specs[spec.task_spec])
        if isinstance(spec, SubWorkflowTask):
            waiting.append(version.inner[spec.spec].start)


def _texts(spec: Any) -> Iterator[str]:
    """Yield the FEEL texts that need process data, but not those that only make it."""
    for name, text in getattr(spec, "extensions", {}).items():
        if is_expression(name, text) and not name.startswith(_GIVEN):
            yield text
    yield from (way.text for way, _to in getattr(spec, "cond_task_specs", ()) if way is not None)
    yield from (part.text for part in parts_of(spec) if isinstance(part, Due))
    if isinstance(spec, Each) and spec.enough:
        yield spec.enough


def _writes(spec: Any) -> Iterator[str]:
    for name in getattr(spec, "extensions", {}):
        for prefix in _GIVEN:
            if name.startswith(prefix):
                yield name.removeprefix(prefix)
