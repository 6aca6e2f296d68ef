"""The closures of calls: the caller's functions first, then those of the standard."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.feel.builtins import BUILTINS
from engine.feel.errors import FeelError
from engine.feel.scopes import Meter, Scope
from engine.feel.syntax import Call, Lambda, Name, weigh
from engine.feel.types import coerced
from engine.feel.values import Function, Value, from_json, kind

Run = Callable[[Scope], Value]

# What a call of a caller's function costs, in steps: about 80 microseconds.
CALLERS_STEPS = 100


def function_named(scope: Scope, name: str) -> Function | None:
    """Return the function that the caller, or else the standard, has under `name`."""
    if name in scope.functions:
        given = scope.functions[name]
        return given if isinstance(given, Function) else _from_python(name, given)
    return BUILTINS.get(name)


def compile_call(node: Call, callee: Run | None, arguments: Sequence[Run]) -> Run:
    """Return the closure of a call, by order or by name."""
    find = _by_name(node.function) if isinstance(node.function, Name) else callee
    assert find is not None  # noqa: S101 - either a name or a closure is given
    names = node.names

    def run(scope: Scope) -> Value:
        function = find(scope)
        values = [argument(scope) for argument in arguments]
        if type(function) is not Function:
            return scope.meter.fail(f"Der kan ikke kaldes {kind(function)} som en funktion.")
        scope.meter.spend(4)
        for value in values:
            scope.meter.weigh(value)
        if names:
            try:
                values = function.arrange(dict(zip(names, values, strict=True)))
            except FeelError as error:
                return scope.meter.caught(error)
        return scope.call(function, values)

    return run


def _by_name(node: Name) -> Run:
    name = node.name

    def find(scope: Scope) -> Value:
        if scope.outer is not None or type(scope.context.get(name)) is Function:
            known, value = scope.find(name)
            if known and type(value) is Function:
                return value
        function = function_named(scope, name)
        if function is None:
            scope.meter.fail(f"Funktionen »{name}« kendes ikke.")
        return function

    return find


def compile_lambda(node: Lambda, body: Run) -> Run:
    """Return the closure that makes a function of the expression's own."""

    cost = weigh(node.body)

    def run(scope: Scope) -> Value:
        def call(meter: Meter, values: list[Value]) -> Value:
            if len(values) != len(node.parameters):
                raise FeelError("Funktionen er kaldt med et forkert antal værdier.")
            meter.spend(cost)
            return body(scope.inner(_bound(node, values)))

        return Function("function", call, _arranged(node.parameters), node.parameters)

    return run


def _bound(node: Lambda, values: list[Value]) -> dict[str, Value]:
    names: dict[str, Value] = {}
    for name, wanted, value in zip(node.parameters, node.types, values, strict=True):
        fits, names[name] = coerced(value, wanted)
        if not fits:
            raise FeelError(f"»{name}« kan ikke være {kind(value)}.")
    return names


def _arranged(parameters: tuple[str, ...]) -> Callable[[Mapping[str, Value]], list[Value]]:
    def arrange(named: Mapping[str, Value]) -> list[Value]:
        if set(named) != set(parameters):
            raise FeelError("Funktionen er kaldt med navne, den ikke har.")
        return [named[name] for name in parameters]

    return arrange


def _from_python(name: str, function: Callable[..., Any]) -> Function:
    def call(meter: Meter, values: list[Value]) -> Value:
        meter.spend(CALLERS_STEPS)
        try:
            return from_json(function(*values))
        except TypeError:
            if _fits(function, len(values)):
                raise
            raise FeelError(f"»{name}« er kaldt med et forkert antal værdier.") from None

    def arrange(named: Mapping[str, Value]) -> list[Value]:
        raise FeelError(f"»{name}« skal have sine værdier i rækkefølge, uden navne.")

    return Function(name, call, arrange)


def _fits(function: Callable[..., Any], count: int) -> bool:
    try:
        inspect.signature(function).bind(*range(count))
    except TypeError:
        return False
    return True
