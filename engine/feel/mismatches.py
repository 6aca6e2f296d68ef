"""What cannot fit in an expression, found before it is worked out."""

from dataclasses import dataclass

from engine.feel.sorts import TEXT, Sort, compares
from engine.feel.temporal import is_temporal


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Two values that meet in an operator that has no meaning for them."""

    operator: str
    left: Sort
    right: Sort


@dataclass(frozen=True, slots=True)
class NotBoolean:
    """A value that stands where yes or no is asked for: after `if`, or beside `word`."""

    word: str
    found: Sort


@dataclass(frozen=True, slots=True)
class NeverEqual:
    """Texts that are compared, of which none is among the texts that the other side can be."""

    written: tuple[str, ...]
    possible: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WrongCall:
    """A function that does not take such values, or so many."""

    function: str
    given: tuple[Sort, ...]


Problem = Mismatch | NotBoolean | NeverEqual | WrongCall


def compared(operator: str, left: Sort, right: Sort) -> list[Problem]:
    """Return why two values cannot be compared, or can never be equal: one reason or none."""
    if not compares(operator, left, right):
        return [Mismatch(operator, left, right)]
    return _equal(left, right) if operator in ("=", "!=") else []


def _equal(left: Sort, right: Sort) -> list[Problem]:
    if left.dated or right.dated:
        written = (right if left.dated else left).texts
        is_day = written is None or any(map(is_temporal, written))
        return [] if is_day else [NeverEqual(tuple(sorted(written or ())), ())]
    if left.texts is None or right.texts is None or left.texts & right.texts:
        return []
    if not (left.is_only(TEXT) and right.is_only(TEXT)):
        return []
    few, many = sorted((left.texts, right.texts), key=len)
    return [NeverEqual(tuple(sorted(few)), tuple(sorted(many)))]
