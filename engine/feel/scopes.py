"""What an expression sees while it is worked out, and how much it may use."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.domain.errors import CaseworkError
from engine.feel.errors import Exhausted, FeelError
from engine.feel.values import MAX_TEXT, Function, Value, from_json, measure

# About 40 ms on a slow machine. One step is one node of the tree, one item of a list, or 64 signs.
MAX_STEPS = 30_000
MAX_ITEMS = 10_000
MAX_CALLS = 24
MAX_ERRORS = 20


class Meter:
    """The records of one evaluation, and what is left of its allowance."""

    __slots__ = ("calls", "errors", "left")

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.left = MAX_STEPS
        self.calls = 0

    def fail(self, reason: str) -> Value:
        """Record an error, once, and return null: the value of what failed."""
        if reason not in self.errors and len(self.errors) < MAX_ERRORS:
            self.errors.append(reason)
        return None

    def caught(self, error: Exception) -> Value:
        """Record what an operation raised, and return null."""
        if isinstance(error, ArithmeticError):
            return self.fail("Der deles med nul, eller et tal bliver for stort.")
        return self.fail(str(error))

    def spend(self, steps: int) -> None:
        """Take `steps` of the allowance. Raises `Exhausted` when there is no more."""
        self.left -= steps
        if self.left < 0:
            raise Exhausted

    def weigh(self, value: Value) -> None:
        """Pay for a walk through `value`. Raises `Exhausted` when it is too large or too deep."""
        sort = type(value)
        if sort is list or sort is dict:
            self.spend(measure(value, self.left))
        elif sort is str:
            self.spend(len(value) >> 6)

    def bound(self, value: Value) -> Value:
        """Return `value` if a text or list is within its size. Raises `Exhausted` otherwise."""
        sort = type(value)
        if (sort is list and len(value) > MAX_ITEMS) or (sort is str and len(value) > MAX_TEXT):
            raise Exhausted
        return value


class Scope:
    """The names in force: those of this place, then those around it, then the caller's values.

    Of the caller's values only those that are asked for are converted, each list and context once.
    """

    __slots__ = ("context", "converted", "functions", "meter", "names", "outer")

    def __init__(
        self,
        context: Mapping[str, Any],
        functions: Mapping[str, Callable[..., Any]],
        meter: Meter,
        names: Mapping[str, Value] | None = None,
        outer: "Scope | None" = None,
    ) -> None:
        self.context = context
        self.functions = functions
        self.meter = meter
        self.names = {} if names is None else names
        self.outer = outer
        self.converted: dict[str, Value] = {} if outer is None else outer.converted

    def inner(self, names: Mapping[str, Value]) -> "Scope":
        """Return a scope inside this one, where `names` come first."""
        return Scope(self.context, self.functions, self.meter, names, self)

    def find(self, name: str) -> tuple[bool, Value]:
        """Return whether the name is known, and its value."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return True, scope.names[name]
            scope = scope.outer
        if name in self.context:
            return True, self.given(name)
        return False, None

    def given(self, name: str) -> Value:
        """Return the FEEL value of what the caller gave under `name`; null with a record if bad."""
        value = self.context[name]
        if type(value) is str or type(value) is bool or value is None:
            return value
        if name not in self.converted:
            self.meter.weigh(value)
            self.converted[name] = self._from_caller(name, value)
        return self.converted[name]

    def _from_caller(self, name: str, value: Any) -> Value:
        try:
            return from_json(value)
        except FeelError as error:
            return self.meter.fail(f"»{name}«: {error}")

    def call(self, function: Function, arguments: list[Value]) -> Value:
        """Return what the function gives; null with a record when it fails."""
        meter = self.meter
        meter.calls += 1
        if meter.calls > MAX_CALLS:
            raise Exhausted
        try:
            return meter.bound(function.run(meter, arguments))
        except (ValueError, ArithmeticError, CaseworkError) as error:
            return meter.caught(error)
        finally:
            meter.calls -= 1
