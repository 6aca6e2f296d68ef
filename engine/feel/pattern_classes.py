"""The classes of signs that a pattern can name: `\\d`, `\\p{Lu}`, `[a-z-[aeiou]]`."""

import re
import unicodedata
from collections.abc import Callable, Sequence

from engine.feel.errors import FeelError

Fits = Callable[[str], bool]

_CATEGORIES = re.compile("L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?")
_BLOCKS = {
    "IsBasicLatin": (0x0000, 0x007F),
    "IsLatin-1Supplement": (0x0080, 0x00FF),
    "IsLatinExtended-A": (0x0100, 0x017F),
    "IsLatinExtended-B": (0x0180, 0x024F),
    "IsGreek": (0x0370, 0x03FF),
    "IsCyrillic": (0x0400, 0x04FF),
    "IsArabic": (0x0600, 0x06FF),
}


def category(name: str) -> Fits:
    """Return what fits `\\p{name}`. Raises `FeelError` for an unknown name."""
    if name in _BLOCKS:
        low, high = _BLOCKS[name]
        return lambda sign: low <= ord(sign) <= high
    if not _CATEGORIES.fullmatch(name):
        raise FeelError(f"tegnklassen »{name[:20]}« kendes ikke.")
    return lambda sign: unicodedata.category(sign).startswith(name)


def negated(fits: Fits) -> Fits:
    """Return what fits everything else."""
    return lambda sign: not fits(sign)


def between(low: str, high: str) -> Fits:
    """Return what fits the signs from `low` to `high`."""
    return lambda sign: low <= sign <= high


def any_of(choices: Sequence[Fits]) -> Fits:
    """Return what fits one of `choices` at least."""
    return choices[0] if len(choices) == 1 else lambda sign: any(fits(sign) for fits in choices)


def without(fits: Fits, taken: Fits) -> Fits:
    """Return what fits the first and not the second."""
    return lambda sign: fits(sign) and not taken(sign)


def either_case(fits: Fits) -> Fits:
    """Return what fits the sign in upper or in lower case."""

    def run(sign: str) -> bool:
        return fits(sign) or fits(sign.lower()[:1]) or fits(sign.upper()[:1])

    return run


def _is_word(sign: str) -> bool:
    return unicodedata.category(sign)[0] not in "PZC"


def _begins_name(sign: str) -> bool:
    return sign in "_:" or sign.isalpha()


def _in_name(sign: str) -> bool:
    return sign in "_:-.·" or sign.isalnum() or unicodedata.category(sign)[0] == "M"


LETTERS: dict[str, Fits] = {
    "d": category("Nd"),
    "s": lambda sign: sign in " \t\n\r",
    "w": _is_word,
    "i": _begins_name,
    "c": _in_name,
}
