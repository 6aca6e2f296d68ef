"""What is known of a value before it is worked out: its possible kinds, and its possible texts.

Two kinds fit an operator when the operator itself takes a value of each, so that the check and
the evaluation cannot disagree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.arithmetic import ARITHMETICS
from engine.feel.comparison import COMPARISONS
from engine.feel.errors import FeelError
from engine.feel.values import KINDS, Function, Months, Range, Unlike, Value

NUMBER, TEXT, BOOLEAN, DAY = "number", "string", "boolean", "date"
TIME, MOMENT, SPAN, MONTHS = (
    "time",
    "date and time",
    "days and time duration",
    "years and months duration",
)
LIST, CONTEXT, RANGE, FUNCTION = "list", "context", "range", "function"

_KIND_OF: Mapping[type, str] = {
    Decimal: NUMBER,
    str: TEXT,
    bool: BOOLEAN,
    date: DAY,
    time: TIME,
    datetime: MOMENT,
    timedelta: SPAN,
    Months: MONTHS,
    list: LIST,
    dict: CONTEXT,
    Range: RANGE,
    Unlike: RANGE,
    Function: FUNCTION,
}
DANISH: Mapping[str, str] = {
    kind: KINDS[sort] for sort, kind in _KIND_OF.items() if sort is not Unlike
}
ENGLISH: Mapping[str, str] = {
    NUMBER: "a number",
    TEXT: "a text",
    BOOLEAN: "yes/no",
    DAY: "a date",
    TIME: "a time",
    MOMENT: "a date and time",
    SPAN: "a duration in days and time",
    MONTHS: "a duration in years and months",
    LIST: "a list",
    CONTEXT: "a context",
    RANGE: "an interval",
    FUNCTION: "a function",
}
_NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
# One value of each kind is enough, but where a zone makes a difference.
SAMPLES: Mapping[str, tuple[Value, ...]] = {
    NUMBER: (Decimal(1),),
    TEXT: ("a",),
    BOOLEAN: (True,),
    DAY: (_NOW.date(),),
    TIME: (_NOW.time(), _NOW.timetz()),
    MOMENT: (_NOW, _NOW.replace(tzinfo=None)),
    SPAN: (timedelta(days=1),),
    MONTHS: (Months(1),),
    LIST: ([],),
    CONTEXT: ({},),
    RANGE: (Range(low=Decimal(1), high=Decimal(2), low_closed=True, high_closed=True),),
    FUNCTION: (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """What a value can be, besides null: `kinds`, or None when nothing is known.

    `texts` are all the texts it can be, when they are known; `item` is what a list holds. A
    `dated` text is an ISO date, as a form gives it.
    """

    kinds: frozenset[str] | None
    texts: frozenset[str] | None = None
    item: "Sort | None" = None
    dated: bool = False

    def can_be(self, *kinds: str) -> bool:
        """Tell whether it may be of one of the kinds; what is unknown or null may be anything."""
        return not self.kinds or not self.kinds.isdisjoint(kinds)

    def is_only(self, kind: str) -> bool:
        """Tell whether it is of that kind, or null, for certain."""
        return self.kinds == frozenset({kind})

    def in_danish(self) -> str:
        """Return the kinds in words."""
        return _listed(self.kinds, DANISH, "eller") or "ingenting (null)"

    def in_english(self) -> str:
        """Return the kinds in words."""
        return _listed(self.kinds, ENGLISH, "or") or "nothing (null)"


UNKNOWN = Sort(kinds=None)
NULL = Sort(kinds=frozenset())
DATED = Sort(kinds=frozenset({TEXT}), dated=True)


def of(*kinds: str) -> Sort:
    """Return what is one of these kinds; of none named, nothing is known."""
    return Sort(kinds=frozenset(kinds)) if kinds else UNKNOWN


def one_of(texts: Iterable[str]) -> Sort:
    """Return what is one of these texts."""
    return Sort(kinds=frozenset({TEXT}), texts=frozenset(texts))


def list_of(item: Sort) -> Sort:
    """Return a list whose every item is `item`."""
    return Sort(kinds=frozenset({LIST}), item=item)


def of_value(value: Value) -> Sort:
    """Return what a value that is written out is."""
    if value is None:
        return NULL
    return one_of([value]) if isinstance(value, str) else of(_KIND_OF[type(value)])


def either(*sorts: Sort) -> Sort:
    """Return what is one of `sorts`."""
    if any(sort.kinds is None for sort in sorts):
        return UNKNOWN
    told = [sort for sort in sorts if sort.kinds]
    kinds = frozenset[str]().union(*(sort.kinds or () for sort in told))
    written = [sort.texts for sort in told if TEXT in (sort.kinds or ())]
    items = [sort.item for sort in told if LIST in (sort.kinds or ())]
    return Sort(
        kinds=kinds,
        texts=None if None in written else frozenset[str]().union(*filter(None, written)) or None,
        item=None if None in items or not items else either(*filter(None, items)),
        dated=bool(told) and all(sort.dated for sort in told),
    )


def compares(operator: str, left: Sort, right: Sort) -> bool:
    """Tell whether some values of the two compare without an error."""
    return _works(COMPARISONS[operator], left, right) is not NULL


def reckoned(operator: str, left: Sort, right: Sort) -> Sort:
    """Return what `left operator right` gives; `NULL` when it can only fail."""
    return _works(ARITHMETICS[operator], left, right)


def _works(operate: object, left: Sort, right: Sort) -> Sort:
    if not left.kinds or not right.kinds:
        return UNKNOWN
    if FUNCTION in left.kinds | right.kinds:
        return UNKNOWN
    found = {
        _KIND_OF[type(result)]
        for one in _samples(left.kinds)
        for other in _samples(right.kinds)
        if (result := _tried(operate, one, other)) is not None
    }
    return of(*found) if found else NULL


def _samples(kinds: Iterable[str]) -> list[Value]:
    return [sample for kind in kinds for sample in SAMPLES[kind]]


def _tried(operate: object, *values: Value) -> Value:
    try:
        return operate(*values)  # type: ignore[operator]
    except (FeelError, ArithmeticError):
        return None


def samples_of(sort: Sort) -> list[Value]:
    """Return values of each kind it may be; none when nothing is known of it."""
    return _samples(sort.kinds or ())


def _listed(kinds: frozenset[str] | None, words: Mapping[str, str], last: str) -> str:
    return f" {last} ".join(words[kind] for kind in sorted(kinds or ()))
