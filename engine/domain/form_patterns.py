"""The patterns of text fields: which can be tried on any answer in bounded time.

Python's matcher goes back and tries again, for ever if need be. So what a pattern may cost is
reckoned from its choices: their product bounds the ways that the matcher can try.
"""

import re
import warnings
from collections.abc import Iterator
from itertools import pairwise
from math import prod

MOST_WAYS = 1_000_000  # about 20 ms
LONGEST = 300  # characters of a pattern

_PIECE = re.compile(
    r"(?P<atom>\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?[:=!]|.)"
    r"(?P<times>[*+?]|\{\d*,?\d*\})?(?P<manner>[?+])?",
    re.DOTALL,
)
_BOUNDS = re.compile(r"\{(\d*),(\d*)\}")

Piece = tuple[str, str]


def why_refused(pattern: str, length: int) -> str | None:
    """Return why the pattern may not be used on texts of up to `length`, in Danish, or None."""
    if len(pattern) > LONGEST:
        return f"er længere end {LONGEST} tegn"
    try:
        _compiled(pattern)
    except (re.error, OverflowError, RecursionError, FutureWarning) as error:
        return f"kan ikke læses ({error})"
    pieces = [*_pieces(pattern), ("", "")]
    if any(atom == ")" and times not in ("", "?") for atom, times in pieces):
        return "gentager en gruppe, som kan tage uden grænse"
    if any(map(_is_unknown, pieces)):
        return "bruger en henvisning eller en særlig gruppe, som ikke kan bruges"
    if _ways(pieces, length) > MOST_WAYS:
        return "har for mange gentagelser til så lang en tekst; sæt »maxLength« ned"
    return None


def _pieces(pattern: str) -> Iterator[Piece]:
    for match in _PIECE.finditer(pattern):
        yield match["atom"], match["times"] or ""


def _compiled(pattern: str) -> re.Pattern[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # what may mean something else one day is no pattern
        return re.compile(pattern)


def _is_unknown(piece: Piece) -> bool:
    atom, times = piece
    is_reference = len(atom) == 2 and atom[0] == "\\" and atom[1] in "123456789g"
    return is_reference or (atom == "(" and times == "?")


def _ways(pieces: list[Piece], length: int) -> int:
    anywhere = 1 if pieces[0][0] in ("^", r"\A") else length
    choices = (_choices(piece, after, length) for piece, after in pairwise(pieces))
    return anywhere * prod(choices)


def _choices(piece: Piece, after: Piece, length: int) -> int:
    atom, times = piece
    if atom == "|":
        return 2
    if not times or _ends_by_itself(atom, after):
        return 1
    if times == "?":
        return 2
    if bounds := _BOUNDS.fullmatch(times):
        most = int(bounds[2]) if bounds[2] else length
        return max(1, min(most, length) - int(bounds[1] or 0) + 1)
    return length if times in "*+" else 1


def _ends_by_itself(atom: str, after: Piece) -> bool:
    """Tell whether the sign that has to come next can be none of those repeated."""
    sign, times = after
    literal = sign[1:] if len(sign) == 2 and not sign[1].isalnum() else sign
    if times or len(literal) != 1 or (sign == literal and sign in ".^$|()"):
        return False
    return atom not in ("(", ")") and re.fullmatch(atom, literal) is None
