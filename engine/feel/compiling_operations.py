"""The closures of operators: each takes the closures of its operands."""

from collections.abc import Callable, Sequence

from engine.feel.arithmetic import negate
from engine.feel.comparison import at_least, at_most, both
from engine.feel.errors import FeelError
from engine.feel.scopes import Scope
from engine.feel.values import Value, kind

Run = Callable[[Scope], Value]
Operate = Callable[[Value, Value], Value]
FAILS = (FeelError, ArithmeticError)


def negated(operand: Run) -> Run:
    """Return the closure of `-operand`."""

    def run(scope: Scope) -> Value:
        try:
            return negate(operand(scope))
        except FAILS as error:
            return scope.meter.caught(error)

    return run


def calculated(first: Run, rest: Sequence[tuple[Operate, Run]]) -> Run:
    """Return the closure of `first op operand op operand …`, worked out from the left."""
    if len(rest) == 1:
        return _operation(first, *rest[0])

    def run(scope: Scope) -> Value:
        value = first(scope)
        for calculate, operand in rest:
            try:
                value = calculate(value, operand(scope))
            except FAILS as error:
                value = scope.meter.caught(error)
        return value

    return run


def _operation(first: Run, calculate: Operate, second: Run) -> Run:
    def run(scope: Scope) -> Value:
        try:
            return calculate(first(scope), second(scope))
        except FAILS as error:
            return scope.meter.caught(error)

    return run


def compared(left: Run, compare: Operate, right: Run) -> Run:
    """Return the closure of a comparison."""

    def run(scope: Scope) -> Value:
        one, other = left(scope), right(scope)
        if type(one) is list or type(one) is dict:
            scope.meter.weigh(one)
            scope.meter.weigh(other)
        try:
            return compare(one, other)
        except FAILS as error:
            return scope.meter.caught(error)

    return run


def joined(word: str, operands: Sequence[Run]) -> Run:
    """Return the closure of `and` or `or`: three-valued, and what is decided is not asked on."""
    deciding = word == "or"
    neutral = not deciding

    def run(scope: Scope) -> Value:
        answer: bool | None = neutral
        for operand in operands:
            value = operand(scope)
            if value is deciding:
                return deciding
            if value is not neutral:
                answer = None
                if value is not None:
                    scope.meter.fail(f"»{word}« kan ikke bruges på {kind(value)}.")
        return answer

    return run


def between(value: Run, low: Run, high: Run) -> Run:
    """Return the closure of `value between low and high`."""

    def run(scope: Scope) -> Value:
        middle = value(scope)
        try:
            above = at_least(middle, low(scope))
            return both(above, at_most(middle, high(scope)))
        except FAILS as error:
            return scope.meter.caught(error)

    return run


def chosen(condition: Run, yes: Run, no: Run) -> Run:
    """Return the closure of `if`; a condition that is neither true nor false is an error."""

    def run(scope: Scope) -> Value:
        answer = condition(scope)
        if answer is True:
            return yes(scope)
        if answer is not False:
            scope.meter.fail(f"Betingelsen efter »if« gav {kind(answer)}, ikke ja eller nej.")
        return no(scope)

    return run
