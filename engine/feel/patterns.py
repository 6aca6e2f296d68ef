"""Regular expressions of XPath (as the standard asks), matched with a bound on the work.

Python's `re` can be made to run for years by a short pattern, so patterns are compiled to a small
program that is run with an explicit stack, and every step of it is paid for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine.feel.errors import Exhausted, FeelError
from engine.feel.pattern_parsing import (
    Alternatives,
    Anchor,
    Backreference,
    Group,
    Part,
    Repeat,
    Sequel,
    Sign,
    parse_pattern,
)
from engine.feel.scopes import Meter
from engine.feel.values import MAX_TEXT

MAX_PROGRAM = 3000
MAX_STACK = 50_000
_PAID_AT_ONCE = 64

# One instruction: what it does, and its two operands (a test of a sign, a number, an anchor).
Instruction = tuple[str, Any, Any]
# Where the groups begin and end in the text, the whole hit first; -1 is nowhere.
Slots = tuple[int, ...]
# One way through the program: next instruction, place, slots, and where each loop began its turn.
Thread = tuple[int, int, Slots, tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern."""

    program: tuple[Instruction, ...]
    groups: int
    ignore_case: bool
    multiline: bool

    def search(self, text: str, meter: Meter) -> bool:
        """Tell whether the pattern is found anywhere in `text`."""
        return self._find(text, 0, meter) is not None

    def replace(self, text: str, replacement: str, meter: Meter) -> str:
        """Return `text` with every hit replaced; `$1` stands for the first group."""
        pieces = _replacement(replacement, self.groups)
        built, size, place = [], 0, 0
        for slots in self._hits(text, meter):
            start, end = slots[0], slots[1]
            new = "".join(_filled(piece, slots, text) for piece in pieces)
            built += [text[place:start], new]
            size += start - place + len(new)
            if size > MAX_TEXT:
                raise Exhausted
            place = end
        return "".join([*built, text[place:]])

    def split(self, text: str, meter: Meter) -> list[object]:
        """Return the parts of `text` between the hits."""
        parts: list[object] = []
        place = 0
        for slots in self._hits(text, meter):
            parts.append(text[place : slots[0]])
            place = slots[1]
        return [*parts, text[place:]]

    def _hits(self, text: str, meter: Meter) -> list[Slots]:
        if self._find("", 0, meter) is not None:
            raise FeelError("mønsteret passer på den tomme tekst.")
        hits: list[Slots] = []
        place = 0
        while (slots := self._find(text, place, meter)) is not None:
            place = max(slots[1], slots[0] + 1)
            hits.append(slots)
        return hits

    def _find(self, text: str, start: int, meter: Meter) -> Slots | None:
        for place in range(start, len(text) + 1):
            slots = self._match(text, place, meter)
            if slots is not None:
                return slots
        return None

    def _match(self, text: str, start: int, meter: Meter) -> Slots | None:
        stack: list[Thread] = [(0, start, (start, -1) + (-1,) * (2 * self.groups), ())]
        while stack:
            if (found := self._follow(stack.pop(), stack, text, meter)) is not None:
                return found
        return None

    def _follow(self, thread: Thread, stack: list[Thread], text: str, meter: Meter) -> Slots | None:
        """Run one thread until it hits or fails; the ways it does not take go on the stack."""
        program, size, steps = self.program, len(text), 0
        counter, place, slots, marks = thread
        while True:
            steps += 1
            if steps == _PAID_AT_ONCE:
                meter.spend(steps)
                steps = 0
            what, first, second = program[counter]
            counter += 1
            if what == "sign":
                if place == size or not first(text[place]):
                    break
                place += 1
            elif what == "split":
                if len(stack) > MAX_STACK:
                    raise Exhausted
                stack.append((second, place, slots, marks))
                counter = first
            elif what == "jump":
                counter = first
            elif what == "save":
                slots = (*slots[:first], place, *slots[first + 1 :])
            elif what == "mark":
                marks = (*(mark for mark in marks if mark[0] != first), (first, place))
            elif what == "moved":
                # A turn of a loop that took nothing would go on for ever.
                if (first, place) in marks:
                    break
            elif what == "anchor":
                if not self._anchored(first, text, place):
                    break
            elif what == "again":
                place = self._again(slots, first, text, place)
                if place < 0:
                    break
            else:
                meter.spend(steps)
                return (slots[0], place, *slots[2:])
        meter.spend(steps)
        return None

    def _anchored(self, sign: str, text: str, place: int) -> bool:
        if sign == "^":
            return place == 0 or (self.multiline and text[place - 1] == "\n")
        return place == len(text) or (self.multiline and text[place] == "\n")

    def _again(self, slots: Slots, group: int, text: str, place: int) -> int:
        start, end = slots[2 * group], slots[2 * group + 1]
        if start < 0 or end < 0:
            return place
        wanted, found = text[start:end], text[place : place + end - start]
        if wanted == found or (self.ignore_case and wanted.lower() == found.lower()):
            return place + len(wanted)
        return -1


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, flags: str) -> Pattern:
    """Return the pattern with the flags `s`, `m`, `i`, `x`, `q`. Raises `FeelError`."""
    if unknown := set(flags) - set("smixq"):
        raise FeelError(f"flaget »{min(unknown)}« kendes ikke.")
    tree, groups = parse_pattern(pattern, frozenset(flags))
    builder = _Builder()
    builder.add(tree)
    builder.emit("hit", None, None)
    return Pattern(tuple(builder.program), groups, "i" in flags, "m" in flags)


class _Builder:
    """Lays a tree out as instructions; loops with counts are written out."""

    def __init__(self) -> None:
        self.program: list[Instruction] = []

    def emit(self, what: str, first: Any, second: Any) -> int:
        if len(self.program) >= MAX_PROGRAM:
            raise FeelError("mønsteret er for stort.")
        self.program.append((what, first, second))
        return len(self.program) - 1

    def add(self, part: Part) -> None:
        _LAYOUTS[type(part)](self, part)

    def sign(self, part: Sign) -> None:
        self.emit("sign", part.fits, None)

    def anchor(self, part: Anchor) -> None:
        self.emit("anchor", part.sign, None)

    def backreference(self, part: Backreference) -> None:
        self.emit("again", part.group, None)

    def sequel(self, part: Sequel) -> None:
        for inner in part.parts:
            self.add(inner)

    def group(self, part: Group) -> None:
        self.emit("save", 2 * part.number, None)
        self.add(part.inner)
        self.emit("save", 2 * part.number + 1, None)

    def alternatives(self, part: Alternatives) -> None:
        jumps = []
        for choice in part.choices[:-1]:
            split = self.emit("split", None, None)
            self.add(choice)
            jumps.append(self.emit("jump", None, None))
            self.program[split] = ("split", split + 1, len(self.program))
        self.add(part.choices[-1])
        for jump in jumps:
            self.program[jump] = ("jump", len(self.program), None)

    def repeat(self, part: Repeat) -> None:
        for _ in range(part.least):
            self.add(part.inner)
        if part.most is None:
            self._forever(part)
            return
        splits = []
        for _ in range(part.most - part.least):
            splits.append(self.emit("split", None, None))
            self.add(part.inner)
        for split in splits:
            self._point(split, part.greedy, len(self.program))

    def _forever(self, part: Repeat) -> None:
        split = self.emit("split", None, None)
        self.emit("mark", split, None)
        self.add(part.inner)
        self.emit("moved", split, None)
        self.emit("jump", split, None)
        self._point(split, part.greedy, len(self.program))

    def _point(self, split: int, greedy: bool, after: int) -> None:
        into = split + 1
        self.program[split] = ("split", into, after) if greedy else ("split", after, into)


_LAYOUTS: dict[type, Callable[[_Builder, Any], None]] = {
    Sign: _Builder.sign,
    Anchor: _Builder.anchor,
    Backreference: _Builder.backreference,
    Sequel: _Builder.sequel,
    Group: _Builder.group,
    Alternatives: _Builder.alternatives,
    Repeat: _Builder.repeat,
}


def _replacement(text: str, groups: int) -> list[str | int]:
    pieces: list[str | int] = []
    place = 0
    while place < len(text):
        sign, after = text[place], text[place + 1 : place + 2]
        place += 2
        if sign == "\\" and after in ("\\", "$") and after:
            pieces.append(after)
        elif sign == "$" and after.isdigit():
            number = int(after)
            while text[place : place + 1].isdigit() and number * 10 + int(text[place]) <= groups:
                number = number * 10 + int(text[place])
                place += 1
            pieces.append(number if number <= groups else "")
        elif sign in "\\$":
            raise FeelError("»replacement« har et løst »$« eller »\\«.")
        else:
            pieces.append(sign)
            place -= 1
    return pieces


def _filled(piece: str | int, slots: Slots, text: str) -> str:
    if isinstance(piece, str):
        return piece
    start, end = slots[2 * piece], slots[2 * piece + 1]
    return text[start:end] if start >= 0 and end >= 0 else ""
