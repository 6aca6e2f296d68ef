"""The list functions of the standard. Positions count from 1, or from the end when negative."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import cmp_to_key, reduce
from itertools import chain

from engine.feel.arithmetic import add
from engine.feel.comparison import less, same
from engine.feel.errors import FeelError
from engine.feel.scopes import Meter
from engine.feel.signatures import (
    Signature,
    anything,
    callable_function,
    function,
    items,
    metered,
    numbers,
    signature,
    whole,
)
from engine.feel.values import ARITHMETIC, Function, Months, Value, identity

_add, _divide, _multiply = ARITHMETIC.add, ARITHMETIC.divide, ARITHMETIC.multiply
_subtract = ARITHMETIC.subtract
_SUMMABLE = frozenset({Decimal, timedelta, Months})


def _least(values: list[Value]) -> Value:
    return reduce(lambda a, b: b if _is_less(b, a) else a, values) if values else None


def _greatest(values: list[Value]) -> Value:
    return reduce(lambda a, b: b if _is_less(a, b) else a, values) if values else None


def _is_less(a: Value, b: Value) -> bool:
    answer = less(a, b)
    if answer is None:
        raise FeelError("listen rummer noget, der ikke har en orden.")
    return answer


def _sum(values: list[Value]) -> Value:
    if any(type(value) not in _SUMMABLE for value in values):
        raise FeelError("listen må kun rumme tal eller varigheder.")
    return reduce(add, values) if values else None


def _mean(values: list[Decimal]) -> Value:
    return _divide(reduce(_add, values), Decimal(len(values))) if values else None


def _product(values: list[Decimal]) -> Value:
    return reduce(_multiply, values) if values else None


def _median(values: list[Decimal]) -> Value:
    if not values:
        return None
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return _divide(_add(ordered[middle - 1], ordered[middle]), Decimal(2))


def _deviation(values: list[Decimal]) -> Value:
    if len(values) < 2:
        raise FeelError("der skal mindst to tal til.")
    mean = _mean(values)
    squares = [_multiply(_subtract(v, mean), _subtract(v, mean)) for v in values]
    return ARITHMETIC.sqrt(_divide(reduce(_add, squares), Decimal(len(values) - 1)))


def _mode(values: list[Decimal]) -> list[Value]:
    counts: dict[Decimal, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(value for value, count in counts.items() if count == most)


def _all(values: list[Value]) -> bool | None:
    _need_booleans(values)
    return False if False in values else None if None in values else True


def _any(values: list[Value]) -> bool | None:
    _need_booleans(values)
    return True if True in values else None if None in values else False


def _need_booleans(values: list[Value]) -> None:
    if any(type(value) is not bool and value is not None for value in values):
        raise FeelError("listen må kun rumme ja og nej.")


def _contains(values: list[Value], element: Value) -> bool:
    return any(same(value, element) for value in values)


def _sublist(values: list[Value], start: int, length: int | None = None) -> list[Value]:
    begin = _place(values, start)
    if length is not None and (length < 0 or begin + length > len(values)):
        raise FeelError("»length« går ud over listen.")
    return values[begin:] if length is None else values[begin : begin + length]


def _insert(values: list[Value], position: int, new: Value) -> list[Value]:
    begin = _place(values, position)
    return [*values[:begin], new, *values[begin:]]


def _remove(values: list[Value], position: int) -> list[Value]:
    begin = _place(values, position)
    return values[:begin] + values[begin + 1 :]


def _replace_at(values: list[Value], position: int, new: Value) -> list[Value]:
    begin = _place(values, position)
    return [*values[:begin], new, *values[begin + 1 :]]


def _replace_where(meter: Meter, values: list[Value], match: Function, new: Value) -> list[Value]:
    answers = [match.run(meter, [value, new]) for value in values]
    if any(type(answer) is not bool for answer in answers):
        raise FeelError("»match« skal give ja eller nej.")
    return [new if hit else value for value, hit in zip(values, answers, strict=True)]


def _place(values: list[Value], position: int) -> int:
    if position == 0 or abs(position) > len(values):
        raise FeelError("»position« ligger uden for listen.")
    return position - 1 if position > 0 else len(values) + position


def _index_of(values: list[Value], match: Value) -> list[Value]:
    return [Decimal(n) for n, value in enumerate(values, start=1) if same(value, match)]


def _distinct(values: list[Value]) -> list[Value]:
    return _union([values])


def _union(lists: list[list[Value]]) -> list[Value]:
    seen: dict[object, Value] = {}
    for value in chain.from_iterable(lists):
        seen.setdefault(identity(value), value)
    return list(seen.values())


def _flatten(values: list[Value]) -> list[Value]:
    flat: list[Value] = []
    for value in values:
        flat.extend(_flatten(value) if type(value) is list else [value])
    return flat


def _sort(meter: Meter, values: list[Value], precedes: Function | None = None) -> list[Value]:
    def before(a: Value, b: Value) -> bool:
        meter.spend(1)
        answer = less(a, b) if precedes is None else precedes.run(meter, [a, b])
        if type(answer) is not bool:
            raise FeelError("»precedes« skal give ja eller nej.")
        return answer

    return sorted(values, key=cmp_to_key(lambda a, b: -1 if before(a, b) else int(before(b, a))))


def _of_list_or_many(
    body: Callable[[list[Value]], Value], name: str = "list"
) -> tuple[Signature, ...]:
    """`f([1, 2])` and `f(1, 2)` are the same; one value is a list of one."""
    return (
        signature(body, items(name)),
        signature(body, anything(name, many=True)),
    )


def _numbers_or_many(body: Callable[[list[Value]], Value]) -> tuple[Signature, ...]:
    def of_many(values: list[Value]) -> Value:
        if any(type(value) is not Decimal for value in values):
            raise FeelError("»list« må kun rumme tal.")
        return body(values)

    return signature(body, numbers("list")), signature(of_many, anything("list", many=True))


LIST_FUNCTIONS: tuple[Function, ...] = (
    function("list contains", signature(_contains, items("list"), anything("element"))),
    function("count", signature(lambda values: Decimal(len(values)), items("list"))),
    function("min", *_of_list_or_many(_least)),
    function("max", *_of_list_or_many(_greatest)),
    function("sum", *_of_list_or_many(_sum)),
    function("mean", *_numbers_or_many(_mean)),
    function("product", *_numbers_or_many(_product)),
    function("median", *_numbers_or_many(_median)),
    function("stddev", *_numbers_or_many(_deviation)),
    function("mode", *_numbers_or_many(_mode)),
    function("all", *_of_list_or_many(_all)),
    function("any", *_of_list_or_many(_any)),
    function(
        "sublist",
        signature(_sublist, items("list"), whole("start position"), whole("length", optional=True)),
    ),
    function("append", signature(lambda a, b: a + b, items("list"), anything("item", many=True))),
    function("concatenate", signature(lambda ls: list(chain(*ls)), items("list", many=True))),
    function(
        "insert before",
        signature(_insert, items("list"), whole("position"), anything("newItem")),
    ),
    function("remove", signature(_remove, items("list"), whole("position"))),
    function(
        "list replace",
        metered(_replace_where, items("list"), callable_function("match"), anything("newItem")),
        signature(_replace_at, items("list"), whole("position"), anything("newItem")),
    ),
    function("reverse", signature(lambda values: values[::-1], items("list"))),
    function("index of", signature(_index_of, items("list"), anything("match"))),
    function("union", signature(_union, items("list", many=True))),
    function("distinct values", signature(_distinct, items("list"))),
    function("flatten", signature(_flatten, items("list"))),
    function("sort", metered(_sort, items("list"), callable_function("precedes", optional=True))),
)
