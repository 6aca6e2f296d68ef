"""Several jobs at once, a process each, which see of each other how far they have come."""

import gc
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.sharedctypes import SynchronizedArray
from typing import Protocol, TypeVar

from workflows.rehearsal.ledgers import DONE
from workflows.rehearsal.playing import Progress

_LOOK_EVERY_SECONDS = 0.2
_BOARDS: "list[Board]" = []  # of this child; set as it begins


class Numbered(Protocol):
    """A job that knows its place among the others."""

    @property
    def number(self) -> int:
        """Return its place, from 0."""
        ...


J = TypeVar("J", bound=Numbered)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Board:
    """How far each job is: by `shares` (0 to 1), and by `positions` as `ledgers` has them."""

    shares: "SynchronizedArray[float]"
    positions: "SynchronizedArray[float]"

    def note(self, number: int, share: float) -> None:
        """Let job `number` have come that far, 0 to 1."""
        self.shares[number] = share


def in_processes(
    number: int,
    prepare: Callable[[], Sequence[J]],
    play: Callable[[J, Board], R],
    workers: int,
    progress: Progress,
) -> list[R]:
    """Return what `play` makes of each of `number` jobs, begun in order.

    The jobs are prepared while the processes come up. What `play` raises is raised here.
    """
    context = get_context("spawn")  # the web has threads, which a fork would break
    board = Board(context.Array("d", number), context.Array("d", number))
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=_begin, initargs=(board,)
    ) as pool:
        for _ in range(workers):
            pool.submit(_come_up, play)
        asked = [pool.submit(_in_child, play, job) for job in prepare()]
        waiting = set(asked)
        while waiting:
            done, waiting = wait(waiting, timeout=_LOOK_EVERY_SECONDS)
            for each in done:
                each.result()
            progress(sum(board.shares[:]) / number)
        return [each.result() for each in asked]


def _begin(board: Board) -> None:
    _BOARDS.append(board)


def _come_up(_play: Callable[[J, Board], R]) -> None:
    """Load what is about to be played: to be told of it is enough."""


def _in_child(play: Callable[[J, Board], R], job: J) -> R:
    board = _BOARDS[-1]
    gc.freeze()  # what is here already is never garbage
    try:
        return play(job, board)
    finally:
        board.positions[job.number] = DONE  # or those beside it would wait for ever
