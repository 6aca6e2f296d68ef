"""What kind of value an expression gives, worked out over its syntax tree, and what cannot fit.

It never guesses: a name or function that nothing is known of gives what nothing is known of, and
only what would fail, or never hold, for every value is a problem.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.feel.inference_calls import Words, called
from engine.feel.mismatches import Mismatch, NotBoolean, Problem, compared
from engine.feel.sorts import (
    BOOLEAN,
    CONTEXT,
    FUNCTION,
    LIST,
    MONTHS,
    NULL,
    NUMBER,
    RANGE,
    SPAN,
    UNKNOWN,
    Sort,
    either,
    list_of,
    of,
    of_value,
    reckoned,
)
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
)

Names = Mapping[str, Sort]


def infer(node: Node, names: Names, words: Words) -> tuple[Sort, tuple[Problem, ...]]:
    """Return what `node` gives, and the problems in it, each once."""
    found = Inference(names, words)
    return found.of(node), tuple(dict.fromkeys(found.problems))


def passes(tests: Sequence[Node], asked: Sort, names: Names, words: Words) -> tuple[Problem, ...]:
    """Return the problems of a table cell whose tests are asked of `asked`."""
    found = Inference({**names, "?": asked}, words)
    for test in tests:
        found.test(test, asked)
    return tuple(dict.fromkeys(found.problems))


@dataclass(slots=True)
class Inference:
    """One walk through a tree; `names` are those in force where it stands."""

    names: Names
    words: Words
    problems: list[Problem] = field(default_factory=list)

    def of(self, node: Node) -> Sort:
        """Return what the node gives."""
        return _OF[type(node)](self, node)

    def test(self, node: Node, asked: Sort) -> None:
        """Hold one test, as it stands after `in` or in a cell, against what is asked."""
        if isinstance(node, Test):
            self.compare(node.operator, asked, self.of(node.operand))
        elif isinstance(node, Interval):
            for end in self.ends(node):
                self.compare("<=", asked, end)
        elif isinstance(node, ListOf):
            for item in node.items:
                self.test(item, asked)
        elif isinstance(node, Literal):
            self.compare("=", asked, of_value(node.value))
        else:
            self.member(asked, self.of(node))

    def member(self, asked: Sort, found: Sort) -> None:
        """Hold a worked-out value against what is asked: an equal, or a list of such."""
        if found.is_only(LIST) and found.item is not None and not asked.can_be(LIST):
            self.compare("=", asked, found.item)

    def ends(self, node: Interval) -> tuple[Sort, Sort]:
        """Return what the two ends give, and note when they do not belong together."""
        low, high = self.of(node.low), self.of(node.high)
        self.compare("<=", low, high)
        return low, high

    def compare(self, operator: str, left: Sort, right: Sort) -> Sort:
        """Note what cannot be compared, or can never be equal."""
        self.problems.extend(compared(operator, left, right))
        return of(BOOLEAN)

    def ask(self, word: str, node: Node) -> None:
        """Note what is not yes or no where it has to be."""
        sort = self.of(node)
        if sort.kinds and not sort.can_be(BOOLEAN):
            self.problems.append(NotBoolean(word, sort))

    def inside(self, names: Names) -> "Inference":
        """Return a walk of the same kind where `names` come first."""
        return Inference({**self.names, **names}, self.words, self.problems)

    def blind(self) -> "Inference":
        """Return a walk where no name is known: inside a filter it may be a part of the item."""
        return Inference({}, self.words, self.problems)


def _arithmetic(found: Inference, node: Arithmetic) -> Sort:
    value = found.of(node.first)
    for sign, operand in node.rest:
        right = found.of(operand)
        result = reckoned(sign, value, right)
        if result is NULL:
            found.problems.append(Mismatch(sign, value, right))
            result = UNKNOWN
        value = result
    return value


def _comparison(found: Inference, node: Comparison) -> Sort:
    return found.compare(node.operator, found.of(node.left), found.of(node.right))


def _logic(found: Inference, node: Logic) -> Sort:
    for operand in node.operands:
        found.ask(node.operator, operand)
    return of(BOOLEAN)


def _between(found: Inference, node: Between) -> Sort:
    value = found.of(node.value)
    found.compare(">=", value, found.of(node.low))
    return found.compare("<=", value, found.of(node.high))


def _membership(found: Inference, node: Membership) -> Sort:
    value = found.of(node.value)
    for test in node.tests:
        found.test(test, value)
    return of(BOOLEAN)


def _if(found: Inference, node: If) -> Sort:
    found.ask("if", node.condition)
    return either(found.of(node.yes), found.of(node.no))


def _interval(found: Inference, node: Interval) -> Sort:
    found.ends(node)
    return of(RANGE)


def _test(found: Inference, node: Test) -> Sort:
    found.of(node.operand)
    return of(RANGE)


def _list(found: Inference, node: ListOf) -> Sort:
    items = [found.of(item) for item in node.items]
    return list_of(either(*items)) if items else of(LIST)


def _context(found: Inference, node: ContextOf) -> Sort:
    inner = found
    for key, entry in node.entries:
        inner = inner.inside({key: inner.of(entry)})
    return of(CONTEXT)


def _path(found: Inference, node: Path) -> Sort:
    found.of(node.source)
    return UNKNOWN


def _filter(found: Inference, node: Filter) -> Sort:
    source = found.of(node.source)
    predicate = found.blind().of(node.predicate)
    if predicate.is_only(BOOLEAN):
        return source if source.is_only(LIST) else UNKNOWN
    if predicate.is_only(NUMBER) and source.is_only(LIST):
        return source.item or UNKNOWN
    return UNKNOWN


def _loop(found: Inference, node: Loop) -> Sort:
    inner = found
    for name, domain in node.bindings:
        source = inner.of(domain)
        item = source.item if source.is_only(LIST) else None
        inner = inner.inside({name: item or UNKNOWN, "partial": UNKNOWN})
    if node.kind == "for":
        return list_of(inner.of(node.body))
    inner.ask(node.kind, node.body)
    return of(BOOLEAN)


def _steps(found: Inference, node: Steps) -> Sort:
    return list_of(either(found.of(node.low), found.of(node.high)))


def _lambda(found: Inference, node: Lambda) -> Sort:
    found.inside(dict.fromkeys(node.parameters, UNKNOWN)).of(node.body)
    return of(FUNCTION)


def _negation(found: Inference, node: Negation) -> Sort:
    operand = found.of(node.operand)
    if not operand.can_be(NUMBER, SPAN, MONTHS):
        found.problems.append(Mismatch("-", NULL, operand))
        return UNKNOWN
    return operand


def _instance(found: Inference, node: InstanceOf) -> Sort:
    found.of(node.value)
    return of(BOOLEAN)


def _call(found: Inference, node: Call) -> Sort:
    given = tuple(found.of(argument) for argument in node.arguments)
    if not isinstance(node.function, Name):
        found.of(node.function)
        return UNKNOWN
    name = node.function.name
    if name in found.names and found.names[name].can_be(FUNCTION):
        return UNKNOWN
    sort, problems = called(name, given, bool(node.names), found.words)
    found.problems.extend(problems)
    return sort


_OF: Mapping[type, Callable[[Inference, Any], Sort]] = {
    Literal: lambda found, node: of_value(node.value),
    Name: lambda found, node: found.names.get(node.name, UNKNOWN),
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
