"""Every function of the standard, by name."""

from collections.abc import Mapping
from itertools import chain

from engine.feel.context_functions import CONTEXT_FUNCTIONS
from engine.feel.date_functions import DATE_FUNCTIONS
from engine.feel.list_functions import LIST_FUNCTIONS
from engine.feel.number_functions import NUMBER_FUNCTIONS
from engine.feel.range_functions import RANGE_FUNCTIONS
from engine.feel.text_functions import TEXT_FUNCTIONS
from engine.feel.values import Function

BUILTINS: Mapping[str, Function] = {
    function.name: function
    for function in chain(
        NUMBER_FUNCTIONS,
        TEXT_FUNCTIONS,
        LIST_FUNCTIONS,
        DATE_FUNCTIONS,
        RANGE_FUNCTIONS,
        CONTEXT_FUNCTIONS,
    )
}
BUILTIN_NAMES = frozenset(BUILTINS) - {"@"}
