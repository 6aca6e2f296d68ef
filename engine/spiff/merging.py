"""The data of branches that come together: what each of them changed, and nothing else.

The library merges the whole data of each branch, so that a branch which left a variable alone sets
it back to what it was at the fork. Here the last who wrote a variable wins, and nothing is lost.
"""

import json
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import EndEvent
from SpiffWorkflow.util.task import TaskState

from engine.ports import Json, Variables
from engine.spiff.expressions import Task

_GONE = object()


def gathered(join: Task) -> dict[str, Json]:
    """Return the data at `join`: that of the fork, and over it what each branch wrote last."""
    return _together(list(_ends(join)))


def gathered_at_stop(stop: Task) -> dict[str, Json]:
    """Return the data at a terminate end: what branches wrote that have ended before is kept.

    What the branches wrote that it takes away is gone with them.
    """
    ended = (each for each in stop.workflow.tasks.values() if isinstance(each.task_spec, EndEvent))
    before = [each for each in ended if each.state == TaskState.COMPLETED]
    return _together([*before, stop.parent])


def _together(ends: list[Task]) -> dict[str, Json]:
    fork = _fork(ends)
    written: dict[str, tuple[int, Any]] = {}
    for end in ends:
        for name, (finished, value) in _writes(end, fork).items():
            if name not in written or written[name][0] < finished:
                written[name] = (finished, value)
    data = {**fork.data, **{name: value for name, (_, value) in written.items()}}
    return {name: value for name, value in data.items() if value is not _GONE}


def same(one: Json, other: Json) -> bool:
    """Tell whether two JSON values are the same; `1`, `1.0` and `true` are three."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, dict | list):
        # the same order of keys is what there is nearly always, and asked at a quarter of the cost
        return repr(one) == repr(other) or _sorted(one) == _sorted(other)
    return bool(one == other)


def _sorted(value: Json) -> str:
    return json.dumps(value, sort_keys=True)


def changes(before: Variables, after: Variables) -> tuple[dict[str, Json], list[str]]:
    """Return what `after` changed or added, and the names that it no longer has."""
    changed = {
        name: value
        for name, value in after.items()
        if name not in before or not same(before[name], value)
    }
    return changed, [name for name in before if name not in after]


def _ends(join: Task) -> Iterator[Task]:
    """Yield the last task of each branch; in a drawn loop only those of this round."""
    round_start = next((t for t in _up(join.parent) if t.task_spec is join.task_spec), None)
    for other in join.workflow.tasks.values():
        is_arrival = other.task_spec is join.task_spec and other.has_state(TaskState.FINISHED_MASK)
        if not is_arrival or other is round_start or other.parent.state != TaskState.COMPLETED:
            continue
        if round_start is None or any(t is round_start for t in _up(other.parent)):
            yield other.parent
    yield join.parent


def _up(task: Task | None) -> Iterator[Task]:
    while task is not None:
        yield task
        task = task.parent


def _fork(ends: list[Task]) -> Task:
    shared = [{t.id for t in _up(end)} for end in ends[1:]]
    return next(t for t in _up(ends[0]) if all(t.id in ids for ids in shared))


def _writes(end: Task, fork: Task) -> dict[str, tuple[int, Any]]:
    """Return, for each name written between `fork` and `end`, when and what it was last."""
    written: dict[str, tuple[int, Any]] = {}
    for task in takewhile(lambda task: task is not fork, _up(end)):
        changed, gone = changes(task.parent.data, task.data)
        for name, value in (*changed.items(), *((name, _GONE) for name in gone)):
            written.setdefault(name, (task.internal_data["finished"], value))
    return written
