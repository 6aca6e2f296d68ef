"""From syntax tree to closures: each node becomes a function from scope to value."""

from collections.abc import Callable
from typing import Any

from engine.feel.arithmetic import ARITHMETICS
from engine.feel.calls import compile_call, compile_lambda, function_named
from engine.feel.comparison import COMPARISONS, member
from engine.feel.compiling_loops import compile_filter, compile_loop, compile_steps
from engine.feel.compiling_operations import (
    FAILS,
    between,
    calculated,
    chosen,
    compared,
    joined,
    negated,
)
from engine.feel.compiling_tests import Fits, any_fits, deciding, fitting, interval, open_ended
from engine.feel.members import member_of
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
from engine.feel.values import Value

Run = Callable[[Scope], Value]


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
    return negated(compile_node(node.operand))


def _arithmetic(node: Arithmetic) -> Run:
    rest = [(ARITHMETICS[sign], compile_node(operand)) for sign, operand in node.rest]
    return calculated(compile_node(node.first), rest)


def _comparison(node: Comparison) -> Run:
    left, right = compile_node(node.left), compile_node(node.right)
    return compared(left, COMPARISONS[node.operator], right)


def _logic(node: Logic) -> Run:
    return joined(node.operator, [compile_node(operand) for operand in node.operands])


def _between(node: Between) -> Run:
    return between(*(compile_node(part) for part in parts(node)))


def _if(node: If) -> Run:
    return chosen(*(compile_node(part) for part in parts(node)))


def _membership(node: Membership) -> Run:
    value = compile_node(node.value)
    tests = [_compile_test(test) for test in node.tests]
    return lambda scope: any_fits(tests, scope, value(scope))


def _compile_test(node: Node) -> Fits:
    if isinstance(node, Test):
        return fitting(compile_node(node.operand), COMPARISONS[node.operator])
    return fitting(compile_node(node), member)


def compile_tests(tests: tuple[Node, ...], negated: bool) -> Callable[[Scope], bool | None]:
    """Return the closure of a table cell, asked about the `?` of the scope."""
    cells = [_compile_cell(test) for test in tests]

    def run(scope: Scope) -> bool | None:
        answer = any_fits(cells, scope, scope.names["?"]) if cells else True
        return (None if answer is None else not answer) if negated else answer

    return run


def _compile_cell(node: Node) -> Fits:
    if isinstance(node, Test | Literal | Interval):
        return _compile_test(node)
    return deciding(compile_node(node), _mentions_asked(node))


def _mentions_asked(node: Node) -> bool:
    return node == Name("?") or any(map(_mentions_asked, parts(node)))


def _test(node: Test) -> Run:
    return open_ended(node.operator, compile_node(node.operand))


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
    return interval(low, high, node.low_closed, node.high_closed)


def _path(node: Path) -> Run:
    source, member_name = compile_node(node.source), node.member

    def run(scope: Scope) -> Value:
        value = source(scope)
        if type(value) is dict and member_name in value:
            return value[member_name]
        try:
            return member_of(value, member_name, scope.meter)
        except FAILS as error:
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
