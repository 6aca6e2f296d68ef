"""The functions of the standard that compare points and intervals (DMN 1.5, 10.3.4.9)."""

from collections.abc import Callable

from engine.feel.comparison import less, same, within
from engine.feel.errors import FeelError
from engine.feel.signatures import anything, function, signature
from engine.feel.values import Function, Range, Value


def _ends(span: Range) -> tuple[Value, Value]:
    if span.low is None or span.high is None:
        raise FeelError("intervallet har en åben ende.")
    return span.low, span.high


def _less(a: Value, b: Value) -> bool:
    answer = less(a, b)
    if answer is None:
        raise FeelError("ingenting (null) har ingen plads på linjen.")
    return answer


def _as_range(value: Value) -> Range:
    if type(value) is Range:
        return value
    return Range(low=value, high=value, low_closed=True, high_closed=True)


def _before(one: Value, other: Value) -> bool:
    a, b = _as_range(one), _as_range(other)
    high, low = _ends(a)[1], _ends(b)[0]
    return _less(high, low) or (same(high, low) and not (a.high_closed and b.low_closed))


def _meets(a: Range, b: Range) -> bool:
    return a.high_closed and b.low_closed and same(_ends(a)[1], _ends(b)[0])


def _overlaps(a: Range, b: Range) -> bool:
    return not _before(a, b) and not _before(b, a)


def _starts_first(a: Range, b: Range) -> bool:
    low, other = _ends(a)[0], _ends(b)[0]
    return _less(low, other) or (same(low, other) and a.low_closed and not b.low_closed)


def _ends_first(a: Range, b: Range) -> bool:
    high, other = _ends(a)[1], _ends(b)[1]
    return _less(high, other) or (same(high, other) and b.high_closed and not a.high_closed)


def _overlaps_before(a: Range, b: Range) -> bool:
    return _starts_first(a, b) and _overlaps(a, b) and not _ends_first(b, a)


def _finishes(one: Value, b: Range) -> bool:
    if type(one) is not Range:
        return b.high_closed and same(one, _ends(b)[1])
    ends_together = same(_ends(one)[1], _ends(b)[1]) and one.high_closed == b.high_closed
    return ends_together and not _starts_first(one, b)


def _starts(one: Value, b: Range) -> bool:
    if type(one) is not Range:
        return b.low_closed and same(one, _ends(b)[0])
    start_together = same(_ends(one)[0], _ends(b)[0]) and one.low_closed == b.low_closed
    return start_together and not _ends_first(b, one)


def _includes(a: Range, other: Value) -> bool:
    if type(other) is not Range:
        _ends(a)
        return within(other, a) is True
    return not _starts_first(other, a) and not _ends_first(a, other)


def _coincides(one: Value, other: Value) -> bool:
    a, b = _as_range(one), _as_range(other)
    _less(_ends(a)[0], _ends(b)[0])
    same_ends = same(a.low, b.low) and same(a.high, b.high)
    return same_ends and (a.low_closed, a.high_closed) == (b.low_closed, b.high_closed)


def _turned(body: Callable[[Value, Value], bool]) -> Callable[[Value, Value], bool]:
    return lambda a, b: body(b, a)


def _of(
    name: str, body: Callable[..., bool], first: str = "range1", second: str = "range2"
) -> Function:
    def run(a: Value, b: Value) -> bool:
        for value, wanted in ((a, first), (b, second)):
            if wanted.startswith("range") and type(value) is not Range:
                raise FeelError(f"»{wanted}« skal være et interval.")
        return body(a, b)

    return function(name, signature(run, anything(first), anything(second)))


RANGE_FUNCTIONS: tuple[Function, ...] = (
    _of("before", _before, "point1", "point2"),
    _of("after", _turned(_before), "point1", "point2"),
    _of("meets", _meets),
    _of("met by", _turned(_meets)),
    _of("overlaps", _overlaps),
    _of("overlaps before", _overlaps_before),
    _of("overlaps after", _turned(_overlaps_before)),
    _of("finishes", _finishes, "point", "range"),
    _of("finished by", _turned(_finishes), "range", "point"),
    _of("includes", _includes, "range", "point"),
    _of("during", _turned(_includes), "point", "range"),
    _of("starts", _starts, "point", "range"),
    _of("started by", _turned(_starts), "range", "point"),
    _of("coincides", _coincides, "point1", "point2"),
)
