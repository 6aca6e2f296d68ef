"""What the functions of the standard give, as far as that is known without calling them."""

from collections.abc import Mapping

from engine.feel.sorts import (
    BOOLEAN,
    CONTEXT,
    DAY,
    LIST,
    MOMENT,
    MONTHS,
    NUMBER,
    SPAN,
    TEXT,
    TIME,
    Sort,
    of,
    one_of,
)

_BOOLEANS = (
    *("contains", "starts with", "ends with", "matches", "list contains", "all", "any", "not"),
    *("odd", "even", "is", "before", "after", "meets", "met by", "overlaps", "overlaps before"),
    *("overlaps after", "finishes", "finished by", "includes", "during", "starts", "started by"),
    "coincides",
)
_NUMBERS = (
    *("decimal", "floor", "ceiling", "round up", "round down", "round half up"),
    *("round half down", "modulo", "sqrt", "log", "exp", "string length", "number", "count"),
    *("product", "stddev", "day of year", "week of year"),
)
_TEXTS = (
    *("substring", "upper case", "lower case", "trim", "substring before", "substring after"),
    *("replace", "string join", "string"),
)
_LISTS = (
    *("sublist", "append", "concatenate", "insert before", "remove", "list replace", "reverse"),
    *("index of", "union", "distinct values", "flatten", "sort", "split", "get entries", "mode"),
)
GIVES: Mapping[str, Sort] = {
    **dict.fromkeys(_BOOLEANS, of(BOOLEAN)),
    **dict.fromkeys(_NUMBERS, of(NUMBER)),
    **dict.fromkeys(_TEXTS, of(TEXT)),
    **dict.fromkeys(_LISTS, of(LIST)),
    "date": of(DAY),
    "last day of month": of(DAY),
    "time": of(TIME),
    "date and time": of(MOMENT),
    "duration": of(SPAN, MONTHS),
    "years and months duration": of(MONTHS),
    "day of week": one_of(
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    ),
    "month of year": one_of(
        (
            *("January", "February", "March", "April", "May", "June", "July", "August"),
            *("September", "October", "November", "December"),
        )
    ),
    **dict.fromkeys(("context put", "context merge", "context"), of(CONTEXT)),
}
