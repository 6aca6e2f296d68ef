"""What an expression takes from outside: names, functions, and numbers written into it."""

from collections.abc import Iterator

from engine.feel.syntax import (
    Call,
    ContextOf,
    Filter,
    Lambda,
    Literal,
    Loop,
    Name,
    Node,
    parts,
)
from engine.feel.temporal import is_temporal

NOTHING: frozenset[str] = frozenset()


def reads_of(trees: tuple[Node, ...], names: frozenset[str]) -> frozenset[str]:
    """Return the free names.

    Inside a filter a name can be a part of the item. When `names` are told, those alone are
    taken to come from outside there; when none are, every name is.
    """
    found: set[str] = set()
    for tree in trees:
        found.update(_free(tree, NOTHING, names or None))
    return frozenset(found)


def calls_of(trees: tuple[Node, ...]) -> frozenset[str]:
    """Return the names of the functions that are called by name."""
    return frozenset(
        node.function.name
        for tree in trees
        for node in _all(tree)
        if isinstance(node, Call) and isinstance(node.function, Name) and node.function.name != "@"
    )


def literals_of(trees: tuple[Node, ...]) -> tuple[str, ...]:
    """Return the numbers, and the texts of dates and durations, in the order written."""
    return tuple(
        str(node.value) if isinstance(node.value, str) else node.text
        for tree in trees
        for node in _all(tree)
        if isinstance(node, Literal) and _is_quantity(node)
    )


def _is_quantity(node: Literal) -> bool:
    if isinstance(node.value, str):
        return is_temporal(node.value)
    return node.value is not None and not isinstance(node.value, bool)


def _all(node: Node) -> Iterator[Node]:
    yield node
    for part in parts(node):
        yield from _all(part)


def _free(node: Node, bound: frozenset[str], known: frozenset[str] | None) -> Iterator[str]:
    if isinstance(node, Name):
        if node.name not in bound:
            yield node.name
    elif isinstance(node, Loop):
        yield from _free_in_loop(node, bound, known)
    elif isinstance(node, ContextOf):
        for key, entry in node.entries:
            yield from _free(entry, bound, known)
            bound |= {key}
    elif isinstance(node, Lambda):
        yield from _free(node.body, bound | set(node.parameters), known)
    elif isinstance(node, Filter):
        yield from _free(node.source, bound, known)
        for name in _free(node.predicate, bound | {"item"}, known):
            if known is None or name in known:
                yield name
    else:
        yield from _free_in_parts(node, bound, known)


def _free_in_parts(
    node: Node, bound: frozenset[str], known: frozenset[str] | None
) -> Iterator[str]:
    called = node.function if isinstance(node, Call) else None
    for part in parts(node):
        if part is called and isinstance(part, Name):
            continue
        yield from _free(part, bound, known)


def _free_in_loop(node: Loop, bound: frozenset[str], known: frozenset[str] | None) -> Iterator[str]:
    for name, domain in node.bindings:
        yield from _free(domain, bound, known)
        bound |= {name}
    yield from _free(node.body, bound | {"partial"}, known)
