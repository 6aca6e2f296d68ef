"""What the parts of one run must know of each other: how many cases everybody holds, at any moment.

Whoever takes a case on is chosen by the number of their open cases, in all of the house. So every
part writes down, act by act, how these numbers change, and waits with a choice until the others
have come as far. At one moment timers come first, then people, and part 0 before part 1: the same
order in which the house would be told to do it.
"""

import json
import math
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.sharedctypes import SynchronizedArray
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from engine.ports import SYSTEM
from engine.storage.guard import GuardedSession
from engine.storage.work import Casework
from workflows.cases.records import YouthCaseRow

TIMERS, PEOPLE = 0, 1  # the halves of a moment
DONE = math.inf  # as a position: nobody waits for this part any more
_NAP_SECONDS = 0.0005
_HELD = select(YouthCaseRow.primary_id, YouthCaseRow.coordinator_id).where(
    YouthCaseRow.closed_at.is_(None)
)


def log_of(folder: Path, number: int) -> Path:
    """Return where part `number` writes how the cases of its people change."""
    return folder / f"held{number}.jsonl"


@dataclass(slots=True)
class Other:
    """Another part, as one sees it: how far it has come, and what its people hold."""

    number: int
    log: Path
    held: Counter[str] = field(default_factory=Counter)
    _read: int = 0
    _ahead: list[tuple[float, Mapping[str, int]]] = field(default_factory=list)

    def held_at(self, position: float, *, inclusive: bool) -> Counter[str]:
        """Return what its people held at `position`, which it has come to."""
        self._ahead += self._news()
        while self._ahead and _is_before(self._ahead[0][0], position, inclusive=inclusive):
            self.held.update(self._ahead.pop(0)[1])
        return self.held

    def _news(self) -> Iterator[tuple[float, Mapping[str, int]]]:
        with self.log.open("rb") as file:
            file.seek(self._read)
            for line in file:
                if not line.endswith(b"\n"):
                    return  # is being written, so it lies ahead
                self._read += len(line)
                at, change = json.loads(line)
                yield at, change


@dataclass(slots=True)
class Ledger:
    """What part `number` tells the `others` of its run, and asks of them.

    `positions` says of every part how far it has come: what lies before is done and written down.
    """

    casework: Casework
    number: int
    log: Path
    positions: "SynchronizedArray[float]"
    others: Sequence[Other]
    _position: float = 0.0
    _held: Counter[str] = field(default_factory=Counter)
    _has_changed: bool = True

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Write down what people hold from here on."""
        # before what writes: nothing is new or changed after it
        event.listen(GuardedSession, "before_flush", self._look, insert=True)
        try:
            yield
        finally:
            event.remove(GuardedSession, "before_flush", self._look)

    def come_to(self, at: datetime, half: int) -> None:
        """Say that all before this half of the moment is done."""
        if self._has_changed:
            self._write_down()
        self._position = self.positions[self.number] = at.timestamp() * 2 + half

    def held_elsewhere(self) -> Mapping[UUID, int]:
        """Return how many open cases people hold in the other parts now, waiting for these."""
        total: Counter[str] = Counter()
        for other in self.others:
            earlier = other.number < self.number
            while not _is_before(
                self._position, self.positions[other.number], inclusive=not earlier
            ):
                time.sleep(_NAP_SECONDS)
            total.update(other.held_at(self._position, inclusive=earlier))
        return {UUID(hex=person): number for person, number in total.items()}

    def _look(self, session: Session, *_: Any) -> None:
        """See whether a case is about to be written."""
        if any(isinstance(each, YouthCaseRow) for each in (*session.new, *session.dirty)):
            self._has_changed = True

    def _write_down(self) -> None:
        held = self._counted()
        change = Counter(held)
        change.subtract(self._held)
        moved = {person: number for person, number in change.items() if number}
        with self.log.open("ab") as file:  # there from the first moment on, for those who ask
            if moved:
                file.write(json.dumps([self._position, moved]).encode() + b"\n")
        self._held, self._has_changed = held, False

    def _counted(self) -> Counter[str]:
        with self.casework.work(SYSTEM) as work:
            rows = work.session.execute(_HELD)
            return Counter(person.hex for row in rows for person in set(row) if person is not None)


def _is_before(one: float, other: float, *, inclusive: bool) -> bool:
    return one <= other if inclusive else one < other
