"""The closures of what repeats: loops, quantifiers and filters. Every turn is paid for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from engine.feel.errors import Exhausted
from engine.feel.scopes import MAX_ITEMS, Meter, Scope
from engine.feel.syntax import Filter, Literal, Loop, Name, Node, parts, weigh
from engine.feel.values import Range, Value, kind

Run = Callable[[Scope], Value]


def compile_loop(node: Loop, domains: Sequence[tuple[str, Run]], body: Run) -> Run:
    """Return the closure of `for`, `some` or `every`."""
    cost = weigh(node.body) + len(domains)
    if node.kind != "for":
        return _quantified(node.kind == "some", domains, body, cost)
    partial = _mentions(node.body, "partial")

    def run(scope: Scope) -> Value:
        results: list[Value] = []
        ran = _turns(domains, scope)
        if ran is None:
            return None
        for names in ran:
            scope.meter.spend(cost)
            if partial:
                scope.meter.spend(len(results))
                names = {**names, "partial": results.copy()}
            results.append(body(scope.inner(names)))
        scope.meter.bound(results)
        return results

    return run


def _quantified(some: bool, domains: Sequence[tuple[str, Run]], body: Run, cost: int) -> Run:
    def run(scope: Scope) -> Value:
        answer: bool | None = not some
        turns = _turns(domains, scope)
        if turns is None:
            return None
        for names in turns:
            scope.meter.spend(cost)
            value = body(scope.inner(names))
            if value is some:
                return some
            if value is not (not some):
                answer = None
                if value is not None:
                    scope.meter.fail(f"»satisfies« gav {kind(value)}, ikke ja eller nej.")
        return answer

    return run


def compile_steps(low: Run, high: Run) -> Run:
    """Return the closure of `low..high` in a loop: a list of whole numbers or of days."""

    def run(scope: Scope) -> Value:
        return _steps(low(scope), high(scope), scope.meter)

    return run


def compile_filter(node: Filter, source: Run, predicate: Run) -> Run:
    """Return the closure of `source[predicate]`: an item by its number, or those it holds for."""
    if isinstance(node.predicate, Literal) and type(node.predicate.value) is Decimal:
        number = node.predicate.value
        return lambda scope: _at(_as_list(source(scope)), number)
    cost = weigh(node.predicate)

    def run(scope: Scope) -> Value:
        items = _as_list(source(scope))
        kept: list[Value] = []
        for item in items:
            scope.meter.spend(cost)
            answer = predicate(scope.inner(_item_names(item)))
            if type(answer) is Decimal:
                return _at(items, answer)
            if answer is True:
                kept.append(item)
            elif answer is not False and answer is not None:
                scope.meter.fail(f"Et filter gav {kind(answer)}, ikke ja eller nej.")
        return kept

    return run


def _item_names(item: Value) -> dict[str, Value]:
    if type(item) is dict:
        return {"item": item, **item}
    return {"item": item}


def _as_list(value: Value) -> list[Value]:
    if type(value) is list:
        return value
    return [] if value is None else [value]


def _at(items: list[Value], number: Decimal) -> Value:
    if number != number.to_integral_value() or number.adjusted() > 9:
        return None
    place = int(number)
    if 1 <= place <= len(items):
        return items[place - 1]
    return items[place] if -len(items) <= place <= -1 else None


def _turns(domains: Sequence[tuple[str, Run]], scope: Scope) -> Iterator[dict[str, Value]] | None:
    (name, domain), rest = domains[0], domains[1:]
    items = _domain(domain(scope), scope.meter)
    if items is None:
        return None
    if not rest:
        return ({name: item} for item in items)
    return _nested(name, items, rest, scope)


def _nested(
    name: str, items: Iterable[Value], rest: Sequence[tuple[str, Run]], scope: Scope
) -> Iterator[dict[str, Value]]:
    for item in items:
        scope.meter.spend(1)
        inner = scope.inner({name: item})
        for names in _turns(rest, inner) or ():
            yield {name: item, **names}


def _domain(value: Value, meter: Meter) -> Sequence[Value] | None:
    if type(value) is list:
        return value
    if type(value) is Range:
        return _steps_of(value, meter)
    if value is None:
        meter.fail("Der kan ikke løbes gennem ingenting (null).")
        return None
    return [value]


def _steps_of(span: Range, meter: Meter) -> list[Value] | None:
    steps = _steps(span.low, span.high, meter)
    if steps is None:
        return None
    first = 0 if span.low_closed else 1
    return steps[first:] if span.high_closed else steps[first:-1]


def _steps(low: Value, high: Value, meter: Meter) -> list[Value] | None:
    if type(low) is Decimal and type(high) is Decimal:
        if low == low.to_integral_value() and high == high.to_integral_value():
            return [Decimal(number) for number in _between(_whole(low), _whole(high), meter)]
    elif type(low) is date and type(high) is date:
        days = _between(low.toordinal(), high.toordinal(), meter)
        return [low + timedelta(days=day - low.toordinal()) for day in days]
    meter.fail(f"Der kan ikke tælles fra {kind(low)} til {kind(high)}.")
    return None


def _whole(number: Decimal) -> int:
    if number.adjusted() > 30:
        raise Exhausted
    return int(number)


def _between(low: int, high: int, meter: Meter) -> range:
    step = 1 if low <= high else -1
    if abs(high - low) >= MAX_ITEMS:
        raise Exhausted
    meter.spend(abs(high - low))
    return range(low, high + step, step)


def _mentions(node: Node, name: str) -> bool:
    if isinstance(node, Name):
        return node.name == name
    return any(_mentions(part, name) for part in parts(node))
