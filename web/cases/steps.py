"""Where a process stands, in words: before, here, next. The same as its diagram says."""

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.ports import Blueprint, Node
from web.explaining import Dated

DONE, HERE, OVERDUE, NEXT = "done", "here", "overdue", "next"

# What a person does or waits for; what the system does by itself is silent.
_WORDS = {
    "userTask",
    "manualTask",
    "task",
    "callActivity",
    "receiveTask",
    "intermediateCatchEvent",
    "endEvent",
}
_MOST_NEXT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: `state` is done, here, overdue or next; `when` and `whom` in words.

    Without a `text` of its own it is called what the diagram calls it.
    """

    text: str
    state: str
    when: str = ""
    whom: str = ""
    note: str = ""
    href: str = ""
    dated: Dated | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one process stands, by the ids of its elements.

    `done` are finished, `here` and `overdue` wait now; `steps` say more about some of them.
    """

    done: Collection[str]
    here: Collection[str]
    overdue: Collection[str] = ()
    steps: Mapping[str, Sequence[Step]]


def steps(blueprint: Blueprint, standing: Standing) -> list[Step]:
    """Return the steps in the order of the flow: those taken, those that wait, and what may come.

    What may come is the nearest named step behind each that waits, never a guess at the way
    further on. A step that several did at once stands there once for each of them.
    """
    by_id = {node.id: node for node in blueprint.nodes}
    waiting = [*standing.overdue, *standing.here]
    taken = [
        step
        for node in blueprint.nodes
        if node.id in standing.done and node.id not in waiting and _is_told(node)
        for step in standing.steps.get(node.id, [Step(text=node.name, state=DONE)])
    ]
    now = [
        step
        for node in blueprint.nodes
        if node.id in waiting
        for step in _named(node, standing.steps.get(node.id, [_waiting(node, standing)]))
    ]
    return [*taken, *now, *_next(by_id, waiting, standing.done)]


def _is_told(node: Node) -> bool:
    return node.type in _WORDS and bool(node.name)


def _named(node: Node, found: Sequence[Step]) -> Iterator[Step]:
    return (step if step.text else replace(step, text=node.name or node.id) for step in found)


def _waiting(node: Node, standing: Standing) -> Step:
    state = OVERDUE if node.id in standing.overdue else HERE
    return Step(text=node.name or node.id, state=state)


def _next(
    by_id: Mapping[str, Node], waiting: Sequence[str], done: Collection[str]
) -> Iterator[Step]:
    seen = {*waiting, *done}
    found: list[Node] = []
    queue = deque(each for key in waiting if key in by_id for each in by_id[key].following)
    while queue and len(found) < _MOST_NEXT:
        key = queue.popleft()
        if key in seen or key not in by_id:
            continue
        seen.add(key)
        node = by_id[key]
        if _is_told(node):
            found.append(node)
        else:
            queue.extend(node.following)
    return (Step(text=node.name, state=NEXT) for node in found)
