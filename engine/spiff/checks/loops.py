"""Rules about the diagram as a graph: ways that go round, and joins that wait in vain."""

from collections.abc import Iterator
from functools import partial

from engine.spiff.checks.findings import Finding
from engine.spiff.checks.flow import next_of, undoes
from engine.spiff.checks.package import Package, Rule, kind_of, setting
from engine.spiff.refusals import CONDITIONAL
from engine.spiff.settings import Element, tag_of

Graph = dict[str, list[str]]


def endless_loop(package: Package) -> Iterator[Finding]:
    """A way that goes round without waiting for anybody never ends."""
    passing = {node.get("id", "") for node in package.nodes if not _waits(package, node)}
    graph = _graph(package)
    hasty = {name: [to for to in graph[name] if to in passing] for name in graph if name in passing}
    for circle in circles(hasty):
        yield package.error(
            _first(package, circle),
            "endless_loop",
            "Vejen går i ring uden at vente på nogen, så den aldrig bliver færdig. Sæt en opgave "
            "eller et ur ind i ringen, eller tegn en vej ud.",
            "The flow goes in a circle without waiting for anybody, so it never ends. Put a task "
            "or a timer into the circle, or draw a way out.",
        )


def drawn_loop(package: Package) -> Iterator[Finding]:
    """A way that goes round says why it ends soon: what repeats for years is a new process."""
    for circle in circles(_graph(package)):
        around = [package.by_id[name] for name in circle]
        is_short = any(setting(node, "few_rounds_because") for node in around)
        if not is_short and any(_waits(package, node) for node in around):
            yield package.error(
                _first(package, circle),
                "drawn_loop",
                "Vejen går i ring uden en grænse, og en gentagelse over år får sagen til at gå i "
                "stå. Lad slutningen sende en besked, der starter processen igen, eller skriv på "
                "et trin i ringen, hvorfor der kun bliver få omgange (few_rounds_because).",
                "The flow goes in a circle without a limit, and repeating for years makes the "
                "case stop. Let the end send a message that starts the process again, or write on "
                "a step of the circle why there will be few rounds (few_rounds_because).",
            )


def parallel_in_loop(package: Package) -> Iterator[Finding]:
    """A fork or join inside a circle multiplies with each round."""
    for circle in circles(_graph(package)):
        gateways = (node for node in package.of_type("parallelGateway") if node.get("id") in circle)
        if (gateway := next(gateways, None)) is not None:
            yield package.error(
                gateway,
                "parallel_in_loop",
                "En parallel gateway inde i en ring giver flere og flere opgaver for hver "
                "omgang. Læg den parallelle del i en delproces eller en proces for sig.",
                "A parallel gateway inside a circle gives more and more tasks with each "
                "round. Move the parallel part into a subprocess or a process of its own.",
            )


def join_waits_in_vain(package: Package) -> Iterator[Finding]:
    """A parallel join waits for all its ways; a choice before it may send only one of them."""
    for join in package.of_type("parallelGateway"):
        ways = package.entering.get(join.get("id", ""), [])
        if len(ways) > 1 and (choice := _splits_ways(package, join)) is not None:
            label = " ".join((choice.get("name") or choice.get("id") or "").split())
            danish, english = _gathering(package, choice)
            yield package.error(
                join,
                "join_waits_in_vain",
                f"Her ventes på alle vejene ind, men »{label}« sender måske kun én af dem, så "
                f"sagen går i stå. Saml vejene med en {danish} gateway.",
                f"This waits for all its ways in, but “{label}” may send only one of them, so "
                f"the case stops. Join the ways with an {english} gateway.",
            )


def _gathering(package: Package, choice: Element) -> tuple[str, str]:
    """Return the gateway that gathers what `choice` sends on, and waits where ways run at once."""
    forks = package.of_type("parallelGateway", "inclusiveGateway")
    is_forked = any(len(package.leaving.get(fork.get("id", ""), ())) > 1 for fork in forks)
    takes_one = tag_of(choice) in {"exclusiveGateway", "eventBasedGateway"}
    exclusive = takes_one and not is_forked
    return ("eksklusiv", "exclusive") if exclusive else ("inklusiv", "inclusive")


def circles(graph: Graph) -> list[set[str]]:
    """Return the sets of nodes that reach each other, those of one node only with a way to itself.

    Tarjan's algorithm without recursion, for a diagram may be long.
    """
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[set[str]] = []
    for start in graph:
        if start in order:
            continue
        work = [(start, iter(graph[start]))]
        order[start] = low[start] = len(order)
        stack.append(start)
        while work:
            name, following = work[-1]
            for other in following:
                if other not in graph:
                    continue
                if other not in order:
                    order[other] = low[other] = len(order)
                    stack.append(other)
                    work.append((other, iter(graph[other])))
                    break
                if other in stack:
                    low[name] = min(low[name], order[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == order[name]:
                    circle = _popped(stack, name)
                    if len(circle) > 1 or name in graph[name]:
                        found.append(circle)
    return found


def _popped(stack: list[str], until: str) -> set[str]:
    taken = set()
    while True:
        name = stack.pop()
        taken.add(name)
        if name == until:
            return taken


def _graph(package: Package) -> Graph:
    return {name: next_of(package, name) for name in package.by_id}


def _first(package: Package, names: set[str]) -> Element:
    """Return the node of `names` that stands first in the file."""
    return next(node for node in package.nodes if node.get("id") in names)


def _waits(package: Package, node: Element) -> bool:
    """Tell whether time passes at `node`: a person, a message or a timer comes in between."""
    if tag_of(node) == "subProcess":
        return any(_waits(package, inner) for inner in node if inner.get("id") in package.by_id)
    return tag_of(node) in {"userTask", "receiveTask", "intermediateCatchEvent"}


def _splits_ways(package: Package, join: Element) -> Element | None:
    """Return a choice of which one way out starves `join` while another of its ways is fed."""
    full = _fed(package, join, None, None)
    for node, branches in _choices(package):
        for branch in branches:
            name = node.get("id", "")
            fed = _fed(package, join, name, branch)
            comes_back = partial(_reaches, package, branch)
            if (
                fed
                and fed != full
                and not comes_back(name)
                and not _is_final(package, branch, join.get("id", ""))
            ):
                return node
    return None


def _choices(package: Package) -> Iterator[tuple[Element, list[str]]]:
    """Yield each node that takes one of several ways, with the first node of every way."""
    for node in package.nodes:
        name = node.get("id", "")
        along = [flow.get("targetRef", "") for flow in package.leaving.get(name, ())]
        if tag_of(node) in CONDITIONAL | {"eventBasedGateway"} and len(along) > 1:
            yield node, along
        cutting = [
            event.get("id", "")
            for event in package.boundaries.get(name, ())
            if event.get("cancelActivity") != "false" and not undoes(event)
        ]
        if cutting:
            yield node, along + cutting


def _fed(package: Package, join: Element, choice: str | None, branch: str | None) -> set[str]:
    """Return the ways into `join` that are reached when `choice` takes only `branch`."""
    goal = join.get("id", "")
    fed: set[str] = set()
    waiting = [
        start.get("id", "")
        for start in package.of_type("startEvent")
        if start.getparent() is join.getparent()
    ]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen or name == goal:
            continue
        seen.add(name)
        for flow in package.leaving.get(name, ()):
            target = flow.get("targetRef", "")
            if name == choice and target != branch:
                continue
            if target == goal:
                fed.add(flow.get("id", ""))
            waiting.append(target)
        for event in package.boundaries.get(name, ()):
            is_cut = name == choice and event.get("cancelActivity") != "false"
            if not is_cut or event.get("id") == branch:
                waiting.append(event.get("id", ""))
    return fed


def _reaches(package: Package, start: str, goal: str) -> bool:
    waiting, seen = [start], set()
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            waiting.extend(next_of(package, name))
    return False


def _is_final(package: Package, start: str, join: str) -> bool:
    """Tell whether every way from `start` that goes past `join` stops all, the join included."""
    waiting, seen, kinds = [start], {join}, set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(next_of(package, name))
            if tag_of(node := package.by_id[name]) == "endEvent":
                kinds.add(kind_of(node))
    return bool(kinds) and kinds <= {"terminate", "error"}


RULES: tuple[Rule, ...] = (endless_loop, drawn_loop, parallel_in_loop, join_waits_in_vain)
