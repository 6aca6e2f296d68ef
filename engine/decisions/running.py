"""Working out decisions: each kind of logic, and the decisions and functions below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.decisions.hits import Taken, run_table
from engine.decisions.model import (
    ConditionalLogic,
    ContextLogic,
    DecisionTable,
    FilterLogic,
    FunctionLogic,
    InvocationLogic,
    IteratorLogic,
    Knowledge,
    ListLogic,
    LiteralLogic,
    Logic,
    RelationLogic,
    Service,
    TableLogic,
)
from engine.decisions.types import DataType, coerced, read_or_null
from engine.feel.errors import FeelError
from engine.feel.expressions import Functions
from engine.feel.scopes import Meter, Scope
from engine.feel.values import Function, Value, kind


@dataclass(slots=True)
class Session:
    """One evaluation: the caller's functions, one meter for all of it, decisions already made."""

    functions: Functions
    meter: Meter = field(default_factory=Meter)
    made: dict[str, Taken] = field(default_factory=dict)


def make(decision: DecisionTable, inputs: Mapping[str, Any], session: Session) -> Taken:
    """Return what the decision gives, and the rows that decided when it is a table.

    Decisions it needs are made first, each once. Errors are on the meter of the session.
    """
    if decision.id in session.made:
        return session.made[decision.id]
    context = dict(inputs)
    for given in decision.inputs:
        if given.name in inputs:
            read = read_or_null(inputs[given.name], given.type, session.meter)
            context[given.name] = coerced(read, given.type, session.meter)
    for needed in decision.needs:
        context[needed.variable] = make(needed, inputs, session).value
    for known in decision.knows:
        context[known.name] = _function_of(known, session)
    taken = _taken(decision.logic, Scope(context, session.functions, session.meter), session)
    value = coerced(taken.value, decision.type, session.meter)
    session.made[decision.id] = Taken(value, taken.rows)
    return session.made[decision.id]


def call(known: Knowledge, inputs: Mapping[str, Value], session: Session) -> Value:
    """Return what a service or function of the file gives for FEEL values by name."""
    function = _function_of(known, session)
    try:
        return function.run(session.meter, function.arrange(inputs))
    except FeelError as error:
        return session.meter.caught(error)


def _taken(logic: Logic | None, scope: Scope, session: Session) -> Taken:
    if isinstance(logic, TableLogic):
        return run_table(logic, scope)
    return Taken(None if logic is None else run(logic, scope, session), ())


def run(logic: Logic, scope: Scope, session: Session) -> Value:
    """Return the value of any logic in `scope`."""
    scope.meter.spend(1)
    return _RUNNERS[type(logic)](logic, scope, session)


def _literal(logic: LiteralLogic, scope: Scope, session: Session) -> Value:
    return logic.expression.run(scope)


def _table(logic: TableLogic, scope: Scope, session: Session) -> Value:
    return run_table(logic, scope).value


def _context(logic: ContextLogic, scope: Scope, session: Session) -> Value:
    built: dict[str, Value] = {}
    inner = scope.inner(built)
    for entry in logic.entries:
        value = coerced(run(entry.logic, inner, session), entry.type, scope.meter)
        if entry.name is None:
            return value
        built[entry.name] = value
    return built


def _invocation(logic: InvocationLogic, scope: Scope, session: Session) -> Value:
    function = run(logic.function, scope, session)
    if type(function) is not Function:
        return scope.meter.fail(f"Der kan ikke kaldes {kind(function)} som en funktion.")
    named = {
        str(binding.name): coerced(run(binding.logic, scope, session), binding.type, scope.meter)
        for binding in logic.bindings
    }
    try:
        return scope.call(function, function.arrange(named))
    except FeelError as error:
        return scope.meter.caught(error)


def _function(logic: FunctionLogic, scope: Scope, session: Session) -> Function:
    names = tuple(name for name, _ in logic.parameters)

    def call(meter: Meter, values: list[Value]) -> Value:
        if len(values) != len(names):
            raise FeelError("Funktionen er kaldt med et forkert antal værdier.")
        given = {
            name: _argument(name, value, sort, meter)
            for (name, sort), value in zip(logic.parameters, values, strict=True)
        }
        return coerced(run(logic.body, scope.inner(given), session), logic.result, meter)

    return Function("function", call, _arranged(names), names)


def _argument(name: str, value: Value, wanted: DataType, meter: Meter) -> Value:
    found = coerced(value, wanted, meter)
    if found is None and value is not None:
        raise FeelError(f"»{name}« har ikke den type, funktionen tager.")
    return found


def _arranged(names: tuple[str, ...]) -> Callable[[Mapping[str, Value]], list[Value]]:
    def arrange(named: Mapping[str, Value]) -> list[Value]:
        if not set(named) <= set(names):
            raise FeelError("Funktionen er kaldt med navne, den ikke har.")
        return [named.get(name) for name in names]

    return arrange


def _function_of(known: Knowledge, session: Session) -> Function:
    context: dict[str, Any] = {}
    scope = Scope(context, session.functions, session.meter)
    if known.service is not None:
        return _service(known.service, session)
    for below in known.knows:
        context[below.name] = _function_of(below, session)
    if known.function is None:
        raise FeelError(f"»{known.name}« har intet indhold.")
    function = _function(known.function, scope, session)
    context[known.name] = function  # it may call itself; the meter stops it in time
    return function


def _service(service: Service, session: Session) -> Function:
    names = tuple(given.name for given in service.inputs) + tuple(
        decision.variable for decision in service.takes
    )

    def call(meter: Meter, values: list[Value]) -> Value:
        if len(values) != len(names):
            raise FeelError("Tjenesten er kaldt med et forkert antal værdier.")
        inputs = dict(zip(names, values, strict=True))
        inner = Session(session.functions, meter)
        for decision in service.takes:
            inner.made[decision.id] = Taken(inputs[decision.variable], ())
        results = {
            decision.variable: make(decision, inputs, inner).value for decision in service.outputs
        }
        value = next(iter(results.values())) if len(results) == 1 else results
        return coerced(value, service.type, meter)

    return Function("service", call, _arranged(names), names)


def _list(logic: ListLogic, scope: Scope, session: Session) -> Value:
    return [run(item, scope, session) for item in logic.items]


def _relation(logic: RelationLogic, scope: Scope, session: Session) -> Value:
    return [
        {name: run(cell, scope, session) for name, cell in zip(logic.columns, row, strict=True)}
        for row in logic.rows
    ]


def _conditional(logic: ConditionalLogic, scope: Scope, session: Session) -> Value:
    answer = run(logic.condition, scope, session)
    if type(answer) is not bool:
        scope.meter.fail(f"Betingelsen gav {kind(answer)}, ikke ja eller nej.")
    return run(logic.yes if answer is True else logic.no, scope, session)


def _filter(logic: FilterLogic, scope: Scope, session: Session) -> Value:
    kept: list[Value] = []
    for item in _items(run(logic.source, scope, session)):
        names = {"item": item, **item} if type(item) is dict else {"item": item}
        if run(logic.match, scope.inner(names), session) is True:
            kept.append(item)
    return kept


def _iterator(logic: IteratorLogic, scope: Scope, session: Session) -> Value:
    results: list[Value] = []
    for item in _items(run(logic.source, scope, session)):
        names = {logic.variable: item, "partial": results.copy()}
        results.append(run(logic.body, scope.inner(names), session))
    if logic.kind == "for":
        return scope.meter.bound(results)
    deciding = logic.kind == "some"
    if any(result is deciding for result in results):
        return deciding
    return None if any(type(result) is not bool for result in results) else not deciding


def _items(value: Value) -> list[Value]:
    if type(value) is list:
        return value
    return [] if value is None else [value]


_RUNNERS: dict[type, Callable[[Any, Scope, Session], Value]] = {
    LiteralLogic: _literal,
    TableLogic: _table,
    ContextLogic: _context,
    InvocationLogic: _invocation,
    FunctionLogic: _function,
    ListLogic: _list,
    RelationLogic: _relation,
    ConditionalLogic: _conditional,
    FilterLogic: _filter,
    IteratorLogic: _iterator,
}
