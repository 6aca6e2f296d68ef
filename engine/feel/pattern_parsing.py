"""Reading a regular expression of XPath into a tree."""

from __future__ import annotations

from dataclasses import dataclass

from engine.feel.errors import FeelError
from engine.feel.pattern_classes import (
    LETTERS,
    Fits,
    any_of,
    between,
    category,
    either_case,
    negated,
    without,
)

MAX_PATTERN = 1000
MAX_COUNT = 1000
MAX_NESTING = 50
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}
_COUNTS: dict[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}
_LITERAL = frozenset("\\|.-^?*+{}()[]$")


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign that fits."""

    fits: Fits


@dataclass(frozen=True, slots=True)
class Anchor:
    """`^` or `$`"""

    sign: str


@dataclass(frozen=True, slots=True)
class Backreference:
    """What the group took, once more."""

    group: int


@dataclass(frozen=True, slots=True)
class Sequel:
    """One part after the other."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The first choice that leads on."""

    choices: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A part whose place is remembered."""

    number: int
    inner: Part


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part taken again; `most` is None for as often as can be."""

    inner: Part
    least: int
    most: int | None
    greedy: bool


Part = Sign | Anchor | Backreference | Sequel | Alternatives | Group | Repeat


def parse_pattern(pattern: str, flags: frozenset[str]) -> tuple[Part, int]:
    """Return the tree and the number of groups. Raises `FeelError`."""
    if len(pattern) > MAX_PATTERN:
        raise FeelError(f"mønsteret er længere end {MAX_PATTERN} tegn.")
    if "q" in flags:
        reader = _Reader("", flags)
        return Sequel(tuple(Sign(reader.exactly(sign)) for sign in pattern)), 0
    reader = _Reader(pattern, flags)
    tree = reader.alternatives(0)
    if reader.more():
        raise FeelError("mønsteret har en løs slutparentes.")
    return tree, reader.groups


class _Reader:
    def __init__(self, pattern: str, flags: frozenset[str]) -> None:
        self.pattern = _without_space(pattern) if "x" in flags else pattern
        self.flags = flags
        self.place = 0
        self.groups = 0
        self.closed: set[int] = set()

    def more(self) -> bool:
        return self.place < len(self.pattern)

    def peek(self) -> str:
        return self.pattern[self.place : self.place + 1]

    def take(self) -> str:
        sign = self.peek()
        if not sign:
            raise FeelError("mønsteret slutter for tidligt.")
        self.place += 1
        return sign

    def accept(self, text: str) -> bool:
        if self.pattern.startswith(text, self.place):
            self.place += len(text)
            return True
        return False

    def exactly(self, sign: str) -> Fits:
        return self.cased(between(sign, sign))

    def cased(self, fits: Fits) -> Fits:
        return either_case(fits) if "i" in self.flags else fits

    def alternatives(self, depth: int) -> Part:
        if depth > MAX_NESTING:
            raise FeelError("mønsteret er for dybt.")
        choices = [self.sequel(depth)]
        while self.accept("|"):
            choices.append(self.sequel(depth))
        return choices[0] if len(choices) == 1 else Alternatives(tuple(choices))

    def sequel(self, depth: int) -> Part:
        parts: list[Part] = []
        while self.more() and self.peek() not in "|)":
            parts.append(self.repeated(self.one(depth)))
        return Sequel(tuple(parts))

    def repeated(self, part: Part) -> Part:
        counts = self.counts()
        if counts is None:
            return part
        least, most = counts
        greedy = not self.accept("?")
        if self.more() and self.peek() in "?*+{":
            raise FeelError("mønsteret har to gentagelsestegn i træk.")
        return Repeat(part, least, most, greedy)

    def counts(self) -> tuple[int, int | None] | None:
        if self.peek() in _COUNTS:
            return _COUNTS[self.take()]
        if not self.accept("{"):
            return None
        least = self.number()
        most: int | None = least
        if self.accept(","):
            most = self.number() if self.peek().isdigit() else None
        if not self.accept("}") or (most is not None and most < least):
            raise FeelError("mønsteret har en gentagelse, der ikke kan læses.")
        return least, most

    def number(self) -> int:
        start = self.place
        while self.peek() and self.peek() in "0123456789":
            self.place += 1
        digits = self.pattern[start : self.place]
        if not digits or len(digits) > 6 or int(digits) > MAX_COUNT:
            raise FeelError(f"en gentagelse skal være et tal og højst {MAX_COUNT}.")
        return int(digits)

    def one(self, depth: int) -> Part:
        sign = self.take()
        if sign in "^$":
            return Anchor(sign)
        if sign == ".":
            return Sign((lambda s: True) if "s" in self.flags else (lambda s: s not in "\n\r"))
        if sign == "(":
            return self.group(depth)
        if sign == "[":
            return Sign(self.cased(self.bracketed(depth)))
        if sign == "\\":
            return self.escaped()
        if sign in "?*+{}]":
            raise FeelError(f"mønsteret har et løst »{sign}«.")
        return Sign(self.exactly(sign))

    def group(self, depth: int) -> Part:
        if self.accept("?:"):
            inner = self.alternatives(depth + 1)
            self.close(")")
            return inner
        self.groups += 1
        number = self.groups
        inner = self.alternatives(depth + 1)
        self.close(")")
        self.closed.add(number)
        return Group(number, inner)

    def close(self, sign: str) -> None:
        if not self.accept(sign):
            raise FeelError("mønsteret mangler en slutparentes.")

    def escaped(self) -> Part:
        if self.peek() and self.peek() in "123456789":
            return self.backreference()
        return Sign(self.cased(self.escape()))

    def backreference(self) -> Part:
        group = int(self.take())
        while self.peek() and self.peek() in "0123456789" and group * 10 <= self.groups:
            group = group * 10 + int(self.take())
        if group not in self.closed:
            raise FeelError(f"mønsteret henviser til gruppe {group}, der ikke er slut endnu.")
        return Backreference(group)

    def escape(self) -> Fits:
        sign = self.take()
        if sign in "pP":
            fits = category(self.braced())
            return negated(fits) if sign == "P" else fits
        if sign.lower() in LETTERS:
            fits = LETTERS[sign.lower()]
            return negated(fits) if sign.isupper() else fits
        return between(*(self.plain(sign),) * 2)

    def plain(self, sign: str) -> str:
        if sign in _CONTROL:
            return _CONTROL[sign]
        if sign in _LITERAL:
            return sign
        raise FeelError(f"mønsteret har »\\{sign}«, der ikke kendes.")

    def braced(self) -> str:
        end = self.pattern.find("}", self.place)
        if not self.accept("{") or end < 0:
            raise FeelError("mønsteret har en tegnklasse uden navn.")
        name = self.pattern[self.place : end]
        self.place = end + 1
        return name

    def bracketed(self, depth: int) -> Fits:
        if depth > MAX_NESTING:
            raise FeelError("mønsteret er for dybt.")
        inverted = self.accept("^")
        choices: list[Fits] = []
        taken: Fits | None = None
        while not self.accept("]"):
            if choices and self.accept("-["):
                taken = self.bracketed(depth + 1)
                self.close("]")
                break
            choices.append(self.in_brackets())
        if not choices:
            raise FeelError("mønsteret har en tom tegngruppe.")
        fits = negated(any_of(choices)) if inverted else any_of(choices)
        return without(fits, taken) if taken else fits

    def in_brackets(self) -> Fits:
        sign = self.take()
        if sign == "[":
            raise FeelError("mønsteret har et løst »[«.")
        if sign == "\\":
            after = self.peek()
            if after not in _CONTROL and after not in _LITERAL:
                return self.escape()
            sign = self.plain(self.take())
        following = self.pattern[self.place + 1 : self.place + 2]
        if self.peek() != "-" or following in ("]", "[", ""):
            return between(sign, sign)
        self.take()
        high = self.take()
        if high == "\\":
            high = self.plain(self.take())
        if high < sign:
            raise FeelError("mønsteret har et interval, der går baglæns.")
        return between(sign, high)


def _without_space(pattern: str) -> str:
    kept: list[str] = []
    depth = 0
    for place, sign in enumerate(pattern):
        escaped = place > 0 and pattern[place - 1] == "\\"
        if sign == "[" and not escaped:
            depth += 1
        elif sign == "]" and not escaped:
            depth -= 1
        if depth or sign not in " \t\n\r":
            kept.append(sign)
    return "".join(kept)
