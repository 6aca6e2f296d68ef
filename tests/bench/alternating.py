"""Two acts that must cost the same: asked by turns, so that both meet the same machine.

The order is A B, B A, A B …; neither is always the one that comes after the other. Beside the clock
on the wall stand the CPU time and the calls that Python makes, which no other load moves.
"""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

from tests.bench.measuring import Act, Measure, calls, of, timed

AT_MOST_APART = 5.0  # per cent of the smaller
REQUESTS = 500  # of each, by turns
_WARM, _COUNTED = 5, 3
_COLLECT_EVERY = 50


@dataclass(slots=True)
class _Taken:
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def alternating(what: str, acts: Mapping[str, Act], rounds: int = REQUESTS) -> list[Measure]:
    """Return the medians of both acts, and how far apart they are: by wall, CPU and calls.

    Each act is done `rounds` times, after some that do not count.
    """
    taken = {name: _Taken() for name in acts}
    for act in [*acts.values()] * _WARM:
        act()
    with _collecting_between() as collect:
        for number in range(rounds):
            for name in acts if number % 2 else reversed(acts):
                wall, cpu = timed(acts[name])
                taken[name].wall.append(wall)
                taken[name].cpu.append(cpu)
            collect(number)
    counts = {name: [calls(act) for _ in range(_COUNTED)] for name, act in acts.items()}
    return [
        *(of(f"{what}: {name}", each.wall) for name, each in taken.items()),
        *(of(f"{what}: {name}, CPU", each.cpu) for name, each in taken.items()),
        _apart(f"{what}: medians apart", [each.wall for each in taken.values()]),
        _apart(f"{what}: medians apart, CPU", [each.cpu for each in taken.values()]),
        _apart(f"{what}: calls of Python apart", list(counts.values())),
    ]


@contextmanager
def _collecting_between() -> Iterator[Callable[[int], None]]:
    """Let no collection of garbage fall within what is measured."""

    def collect(number: int) -> None:
        if number % _COLLECT_EVERY == 0:
            gc.collect()

    gc.disable()
    try:
        yield collect
    finally:
        gc.enable()


def _apart(name: str, pair: Sequence[Sequence[float]]) -> Measure:
    smaller, larger = sorted(median(each) for each in pair)
    return Measure(
        name=name,
        value=round((larger / smaller - 1) * 100, 2),
        unit="per cent",
        target=AT_MOST_APART,
        runs=len(pair[0]),
    )
