"""From syntax tree to closures: each node becomes a function from scope to value."""

from collections.abc import Callable
from typing import Any

from engine.feel.calls import compile_call, compile_lambda, function_named
from engine.feel.compiling_loops import compile_filter, compile_loop, compile_steps
from engine.feel.errors import FeelError
from engine.feel.members import member_of
from engine.feel.operators import (
    ARITHMETICS,
    COMPARISONS,
    at_least,
    at_most,
    both,
    either,
    member,
    negate,
)
from engine.feel.scopes import Scope
from engine.feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    ContextOf,
    Filter,
    If,
    InstanceOf,
    Interval,
    Lambda,
    ListOf,
    Literal,
    Logic,
    Loop,
    Membership,
    Name,
    Negation,
    Node,
    Path,
    Steps,
    Test,
    parts,
)
from engine.feel.types import conforms, known_type
from engine.feel.values import Range, Unlike, Value, kind

Run = Callable[[Scope], Value]
_FAILS = (FeelError, ArithmeticError)


def compile_node(node: Node) -> Run:
    """Return the closure of `node`."""
    return _COMPILERS[type(node)](node)


def _literal(node: Literal) -> Run:
    value = node.value
    return lambda scope: value


def _name(node: Name) -> Run:
    name = node.name

    def run(scope: Scope) -> Value:
        if scope.outer is None and name in scope.context:
            return scope.given(name)
        known, value = scope.find(name)
        return value if known else _function_or_nothing(scope, name)

    return run


def _function_or_nothing(scope: Scope, name: str) -> Value:
    function = function_named(scope, name)
    return scope.meter.fail(f"Navnet »{name}« kendes ikke.") if function is None else function


def _negation(node: Negation) -> Run:
    operand = compile_node(node.operand)

    def run(scope: Scope) -> Value:
        try:
            return negate(operand(scope))
        except _FAILS as error:
            return scope.meter.caught(error)

    return run


def _arithmetic(node: Arithmetic) -> Run:
    first = compile_node(node.first)
    rest = [(ARITHMETICS[sign], compile_node(operand)) for sign, operand in node.rest]
    if len(rest) == 1:
        return _operation(first, *rest[0])

    def run(scope: Scope) -> Value:
        value = first(scope)
        for calculate, operand in rest:
            try:
                value = calculate(value, operand(scope))
            except _FAILS as error:
                value = scope.meter.caught(error)
        return value

    return run


def _operation(first: Run, calculate: Callable[[Value, Value], Value], second: Run) -> Run:
    def run(scope: Scope) -> Value:
        try:
            return calculate(first(scope), second(scope))
        except _FAILS as error:
            return scope.meter.caught(error)

    return run


def _comparison(node: Comparison) -> Run:
    left, right = compile_node(node.left), compile_node(node.right)
    compare = COMPARISONS[node.operator]

    def run(scope: Scope) -> Value:
        one, other = left(scope), right(scope)
        if type(one) is list or type(one) is dict:
            scope.meter.weigh(one)
            scope.meter.weigh(other)
        try:
            return compare(one, other)
        except _FAILS as error:
            return scope.meter.caught(error)

    return run


def _logic(node: Logic) -> Run:
    operands = [compile_node(operand) for operand in node.operands]
    deciding = node.operator == "or"
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
                    scope.meter.fail(f"»{node.operator}« kan ikke bruges på {kind(value)}.")
        return answer

    return run


def _between(node: Between) -> Run:
    value, low, high = (compile_node(part) for part in parts(node))

    def run(scope: Scope) -> Value:
        middle = value(scope)
        try:
            above = at_least(middle, low(scope))
            return both(above, at_most(middle, high(scope)))
        except _FAILS as error:
            return scope.meter.caught(error)

    return run


def _membership(node: Membership) -> Run:
    value = compile_node(node.value)
    tests = [compile_test(test) for test in node.tests]

    def run(scope: Scope) -> Value:
        asked = value(scope)
        answer: bool | None = False
        for test in tests:
            answer = either(answer, test(scope, asked))
            if answer:
                break
        return answer

    return run


def compile_test(node: Node) -> Callable[[Scope, Value], bool | None]:
    """Return the closure that tells whether a value fits `node`, three-valued."""
    if isinstance(node, Test):
        operand, compare = compile_node(node.operand), COMPARISONS[node.operator]
    else:
        operand, compare = compile_node(node), member

    def run(scope: Scope, value: Value) -> bool | None:
        wanted = operand(scope)
        scope.meter.weigh(wanted)
        scope.meter.weigh(value)
        try:
            return compare(value, wanted)
        except _FAILS as error:
            scope.meter.caught(error)
            return None

    return run


def compile_tests(tests: tuple[Node, ...], negated: bool) -> Callable[[Scope], bool | None]:
    """Return the closure of a table cell, asked about the `?` of the scope."""
    cells = [_compile_cell(test) for test in tests]

    def run(scope: Scope) -> bool | None:
        asked = scope.names["?"]
        answer: bool | None = not cells
        for cell in cells:
            answer = either(answer, cell(scope, asked))
            if answer:
                break
        return (None if answer is None else not answer) if negated else answer

    return run


def _compile_cell(node: Node) -> Callable[[Scope, Value], bool | None]:
    if isinstance(node, Test | Literal | Interval):
        return compile_test(node)
    own, test = compile_node(node), _mentions_asked(node)

    def run(scope: Scope, asked: Value) -> bool | None:
        # A cell that says yes or no of itself has decided, unless yes or no is what is asked for.
        wanted = own(scope)
        if test or (type(wanted) is bool and type(asked) is not bool):
            return wanted if type(wanted) is bool else None
        scope.meter.weigh(wanted)
        scope.meter.weigh(asked)
        try:
            return member(asked, wanted)
        except _FAILS as error:
            scope.meter.caught(error)
            return None

    return run


def _mentions_asked(node: Node) -> bool:
    return node == Name("?") or any(map(_mentions_asked, parts(node)))


def _test(node: Test) -> Run:
    operand, sign = compile_node(node.operand), node.operator

    def run(scope: Scope) -> Value:
        return _RANGES[sign](operand(scope))

    return run


def _range(low: Value, high: Value, low_closed: bool, high_closed: bool) -> Range:
    return Range(low=low, high=high, low_closed=low_closed, high_closed=high_closed)


def _below(value: Value, closed: bool) -> Range:
    return Range(low=None, high=value, low_closed=False, high_closed=closed, unary=True)


def _above(value: Value, closed: bool) -> Range:
    return Range(low=value, high=None, low_closed=closed, high_closed=False, unary=True)


_RANGES: dict[str, Callable[[Value], Value]] = {
    "=": lambda value: Range(low=value, high=value, low_closed=True, high_closed=True, unary=True),
    "!=": Unlike,
    "<": lambda value: _below(value, False),
    "<=": lambda value: _below(value, True),
    ">": lambda value: _above(value, False),
    ">=": lambda value: _above(value, True),
}


def _if(node: If) -> Run:
    condition, yes, no = (compile_node(part) for part in parts(node))

    def run(scope: Scope) -> Value:
        answer = condition(scope)
        if answer is True:
            return yes(scope)
        if answer is not False:
            scope.meter.fail(f"Betingelsen efter »if« gav {kind(answer)}, ikke ja eller nej.")
        return no(scope)

    return run


def _list(node: ListOf) -> Run:
    items = [compile_node(item) for item in node.items]
    return lambda scope: [item(scope) for item in items]


def _context(node: ContextOf) -> Run:
    entries = [(key, compile_node(value)) for key, value in node.entries]
    repeated = len({key for key, _ in entries}) < len(entries)

    def run(scope: Scope) -> Value:
        if repeated:
            return scope.meter.fail("Konteksten har det samme navn to gange.")
        built: dict[str, Value] = {}
        inner = scope.inner(built)
        for key, value in entries:
            built[key] = value(inner)
        return built

    return run


def _interval(node: Interval) -> Run:
    low, high = compile_node(node.low), compile_node(node.high)

    def run(scope: Scope) -> Value:
        start, end = low(scope), high(scope)
        if start is not None and end is not None and type(start) is not type(end):
            return scope.meter.fail(f"Intervallet går fra {kind(start)} til {kind(end)}.")
        return _range(start, end, node.low_closed, node.high_closed)

    return run


def _path(node: Path) -> Run:
    source, member_name = compile_node(node.source), node.member

    def run(scope: Scope) -> Value:
        value = source(scope)
        if type(value) is dict and member_name in value:
            return value[member_name]
        try:
            return member_of(value, member_name, scope.meter)
        except _FAILS as error:
            return scope.meter.caught(error)

    return run


def _instance(node: InstanceOf) -> Run:
    value, wanted = compile_node(node.value), node.type
    known = known_type(wanted)

    def run(scope: Scope) -> Value:
        if not known:
            return scope.meter.fail(f"Typen »{wanted.name}« kendes ikke.")
        found = value(scope)
        scope.meter.weigh(found)
        return found is not None and conforms(found, wanted)

    return run


def _filter(node: Filter) -> Run:
    return compile_filter(node, compile_node(node.source), compile_node(node.predicate))


def _steps(node: Steps) -> Run:
    return compile_steps(compile_node(node.low), compile_node(node.high))


def _loop(node: Loop) -> Run:
    domains = [(name, compile_node(domain)) for name, domain in node.bindings]
    return compile_loop(node, domains, compile_node(node.body))


def _call(node: Call) -> Run:
    arguments = [compile_node(argument) for argument in node.arguments]
    callee = None if isinstance(node.function, Name) else compile_node(node.function)
    return compile_call(node, callee, arguments)


def _lambda(node: Lambda) -> Run:
    return compile_lambda(node, compile_node(node.body))


_COMPILERS: dict[type, Callable[[Any], Run]] = {
    Literal: _literal,
    Name: _name,
    Path: _path,
    Filter: _filter,
    Call: _call,
    Negation: _negation,
    Arithmetic: _arithmetic,
    Comparison: _comparison,
    Logic: _logic,
    Between: _between,
    Membership: _membership,
    Test: _test,
    If: _if,
    Steps: _steps,
    Loop: _loop,
    Lambda: _lambda,
    ListOf: _list,
    ContextOf: _context,
    Interval: _interval,
    InstanceOf: _instance,
}
