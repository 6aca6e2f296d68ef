"""What the logic of a decision takes from outside: names and functions."""

from collections.abc import Callable, Iterator
from itertools import chain

from engine.decisions.model import (
    ConditionalLogic,
    ContextLogic,
    FilterLogic,
    FunctionLogic,
    InvocationLogic,
    IteratorLogic,
    ListLogic,
    LiteralLogic,
    Logic,
    RelationLogic,
    TableLogic,
)
from engine.feel.expressions import Expression, UnaryTests

_NONE: frozenset[str] = frozenset()


def reads_of(logic: Logic | None) -> frozenset[str]:
    """Return the names that have to be known around `logic`."""
    return _gathered(logic, lambda part: part.reads)


def calls_of(logic: Logic | None) -> frozenset[str]:
    """Return the names of the functions that are called by name."""
    return _gathered(logic, lambda part: part.calls)


def expressions_of(table: TableLogic) -> Iterator[Expression | UnaryTests]:
    """Return everything that is written in the cells and the heads of a table."""
    for column in table.inputs:
        yield column.expression
    for output in table.outputs:
        if output.default is not None:
            yield output.default
    for rule in table.rules:
        yield from rule.tests
        yield from rule.outputs


def _gathered(
    logic: Logic | None, of: Callable[[Expression | UnaryTests], frozenset[str]]
) -> frozenset[str]:
    if logic is None:
        return _NONE
    if isinstance(logic, LiteralLogic):
        return of(logic.expression)
    if isinstance(logic, TableLogic):
        return _NONE.union(*map(of, expressions_of(logic)))
    found = _NONE.union(*(_gathered(part, of) for part in _parts(logic)))
    return found - _own_names(logic)


def _parts(logic: Logic) -> Iterator[Logic]:
    if isinstance(logic, ContextLogic):
        yield from (entry.logic for entry in logic.entries)
    elif isinstance(logic, InvocationLogic):
        yield logic.function
        yield from (binding.logic for binding in logic.bindings)
    elif isinstance(logic, FunctionLogic):
        yield logic.body
    elif isinstance(logic, ListLogic):
        yield from logic.items
    elif isinstance(logic, RelationLogic):
        yield from chain.from_iterable(logic.rows)
    elif isinstance(logic, ConditionalLogic):
        yield from (logic.condition, logic.yes, logic.no)
    elif isinstance(logic, FilterLogic):
        yield from (logic.source, logic.match)
    elif isinstance(logic, IteratorLogic):
        yield from (logic.source, logic.body)


def _own_names(logic: Logic) -> frozenset[str]:
    if isinstance(logic, ContextLogic):
        return frozenset(entry.name for entry in logic.entries if entry.name)
    if isinstance(logic, FunctionLogic):
        return frozenset(name for name, _ in logic.parameters)
    if isinstance(logic, FilterLogic):
        return frozenset({"item"})
    if isinstance(logic, IteratorLogic):
        return frozenset({logic.variable, "partial"})
    return _NONE
