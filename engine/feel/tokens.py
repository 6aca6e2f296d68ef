"""Cutting an expression into words. Names may hold spaces and signs when they are known names."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine.feel.errors import FeelSyntaxError

# The letters of a name (DMN 1.5, grammar rules 28 and 29), without the question mark.
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f\u2040"

KEYWORDS = frozenset(
    {"if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or"}
    | {"between", "instance", "of", "function", "true", "false", "null"}
)

_SPACE = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/|\ufeff)+", re.DOTALL)
_WORD = re.compile(f"[{_START}][{_PART}]*")
NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_SYMBOL = re.compile(r"\*\*|\.\.|<=|>=|!=|->|[-+*/<>=()\[\]{},:.?@]")
_PIECE = re.compile(f"[{_START}][{_PART}]*|[0-9]+|\\S")
_KEY = re.compile(f"(?:[{_PART}]|[-+*/.' \t\r\n?])+?(?=\\s*:)")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the text: its kind, what it says, and where it begins and ends."""

    kind: str  # name, keyword, number, text, symbol, end
    text: str
    start: int
    end: int
    value: Any = None


Known = Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]


@lru_cache(maxsize=256)
def index(names: frozenset[str]) -> Known:
    """Return the names of more than one piece by their first piece, longest first."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name in names:
        pieces = tuple(_PIECE.findall(name))
        if len(pieces) > 1:
            found.setdefault(pieces[0], []).append((pieces, name))
    return {
        first: tuple(sorted(entries, key=lambda entry: -len(entry[0])))
        for first, entries in found.items()
    }


class Scanner:
    """Gives the token at any place of a text. `learn` adds names met on the way."""

    __slots__ = ("_known", "_learnt", "text")

    def __init__(self, text: str, names: frozenset[str]) -> None:
        self.text = text
        self._known = index(names)
        self._learnt: Known = {}

    def learn(self, names: Iterable[str]) -> None:
        """Let names with spaces or signs that the expression itself declares be recognised."""
        more = index(frozenset(names))
        if more:
            self._learnt = {
                first: self._learnt.get(first, ()) + more.get(first, ())
                for first in (*self._learnt, *more)
            }

    def at(self, place: int, name_first: bool = False) -> Token:
        """Return the token at or after `place`. Raises `FeelSyntaxError`.

        A known name wins over a keyword it begins with only when `name_first`.
        """
        place = self.skip(place)
        if place >= len(self.text):
            return Token("end", "", place, place)
        if match := _WORD.match(self.text, place):
            return self._word(match, name_first)
        if match := NUMBER.match(self.text, place):
            return Token("number", match[0], place, match.end())
        if match := _STRING.match(self.text, place):
            return Token("text", match[0], place, match.end(), _unescaped(match))
        if match := _SYMBOL.match(self.text, place):
            return Token("symbol", match[0], place, match.end())
        sign = self.text[place]
        reason = "Teksten mangler et slut-anførselstegn" if sign == '"' else f"Uventet »{sign}«"
        raise FeelSyntaxError(reason, place)

    def key(self, place: int) -> Token | None:
        """Return the free-form name before a colon at `place`, or None."""
        place = self.skip(place)
        match = _KEY.match(self.text, place)
        if match is None or not _WORD.match(self.text, place):
            return None
        return Token("name", " ".join(match[0].split()), place, match.end())

    def skip(self, place: int) -> int:
        """Return the place of the next sign that is not space or comment."""
        match = _SPACE.match(self.text, place)
        return match.end() if match else place

    def _word(self, match: re.Match[str], name_first: bool) -> Token:
        word, start = match[0], match.start()
        if word in KEYWORDS and not name_first:
            return Token("keyword", word, start, match.end())
        longest = self._longest(word, start)
        if longest is not None:
            return longest
        return Token("keyword" if word in KEYWORDS else "name", word, start, match.end())

    def _longest(self, word: str, start: int) -> Token | None:
        best: Token | None = None
        for pieces, name in (*self._known.get(word, ()), *self._learnt.get(word, ())):
            end = self._matched(pieces, start)
            if end and (best is None or end > best.end):
                best = Token("name", name, start, end)
        return best

    def _matched(self, pieces: tuple[str, ...], start: int) -> int:
        end = start
        for piece in pieces:
            begin = self.skip(end) if end > start else start
            if not self.text.startswith(piece, begin):
                return 0
            end = begin + len(piece)
            if _WORD.match(piece) and end < len(self.text) and _inside_word(self.text[end]):
                return 0
        return end


def _unescaped(match: re.Match[str]) -> str:
    if "\\" not in match[1]:
        return match[1]
    # Two halves of a surrogate pair become one sign; a lone half could not be stored.
    halves = _ESCAPE.sub(_sign, match[1]).encode("utf-16-le", "surrogatepass")
    return halves.decode("utf-16-le", "replace")


def _sign(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if code and int(code, 16) <= 0x10FFFF:
        return chr(int(code, 16))
    return _ESCAPES.get(found[3], found[0])


def _inside_word(sign: str) -> bool:
    return re.match(f"[{_PART}]", sign) is not None
