"""What the calls of functions give, and which calls can only fail."""

from collections.abc import Callable, Mapping, Sequence

from engine.feel.builtins import BUILTINS
from engine.feel.errors import FeelError
from engine.feel.function_kinds import GIVES
from engine.feel.mismatches import NotBoolean, Problem, WrongCall, compared
from engine.feel.sorts import BOOLEAN, DAY, FUNCTION, LIST, TEXT, UNKNOWN, Sort, samples_of
from engine.feel.temporal import (
    is_temporal,
    parse_date,
    parse_duration,
    parse_moment,
    parse_temporal,
    parse_time,
)

# A caller's function: the kinds each parameter takes, and what it gives; None when not known.
Words = Mapping[str, tuple[Sequence[Sequence[str]], Sort] | None]
Given = tuple[Sort, ...]


def called(name: str, given: Given, named: bool, words: Words) -> tuple[Sort, list[Problem]]:
    """Return what the function gives for such values, and why the call can only fail.

    `named` tells that the values stand under the names of the parameters: then nothing is said
    of them.
    """
    if name in words:
        return _own(name, given, words)
    if name not in BUILTINS:
        return UNKNOWN, []
    return GIVES.get(name, UNKNOWN), [] if named else _standard(name, given)


def _own(name: str, given: Given, words: Words) -> tuple[Sort, list[Problem]]:
    known = words[name]
    if known is None:
        return UNKNOWN, []
    takes, gives = known
    fits = len(given) == len(takes) and all(map(_suits, given, takes))
    return gives, [] if fits else [WrongCall(name, given)]


def _standard(name: str, given: Given) -> list[Problem]:
    if not _takes(name, given) or (name in _READING and not _reads(name, given)):
        return [WrongCall(name, given)]
    if name == "list contains" and given[0].item is not None:
        return compared("=", given[0].item, given[1])
    if name == "not" and given[0].kinds and not given[0].can_be(BOOLEAN):
        return [NotBoolean(name, given[0])]
    return []


def _suits(given: Sort, kinds: Sequence[str]) -> bool:
    if not given.can_be(*kinds):
        return False
    is_day = DAY in kinds and given.is_only(TEXT)
    return not (is_day and given.texts and not any(map(is_temporal, given.texts)))


def _takes(name: str, given: Given) -> bool:
    fits = BUILTINS[name].fits
    # A list of one is taken for its item, and null by some: neither says anything beforehand.
    told = [UNKNOWN if sort.can_be(LIST, FUNCTION) else sort for sort in given]
    return fits is None or fits([samples_of(sort) for sort in told])


def _reads(name: str, given: Given) -> bool:
    """Tell whether one of the texts, when all are known, can be read as what is asked for."""
    if len(given) != 1 or given[0].texts is None or not given[0].is_only(TEXT):
        return True
    return any(_READING[name](text) for text in given[0].texts)


def _readable(read: Callable[[str], object]) -> Callable[[str], bool]:
    def readable(text: str) -> bool:
        try:
            read(text)
        except FeelError:
            return False
        return True

    return readable


_READING: Mapping[str, Callable[[str], bool]] = {
    "@": _readable(parse_temporal),
    "date": _readable(parse_date),
    "time": _readable(parse_time),
    "date and time": _readable(parse_moment),
    "duration": _readable(parse_duration),
}
