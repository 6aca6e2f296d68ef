"""Measures: the median of many runs with its spread, and how they are written down."""

import json
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from types import FrameType
from typing import Any

Act = Callable[[], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One number. `target` is the most it may be; a ratio names what it was `divided_by`."""

    name: str
    value: float
    unit: str
    target: float | None = None
    divided_by: str | None = None
    lowest: float | None = None
    highest: float | None = None
    runs: int = 1

    @property
    def holds(self) -> bool:
        """Say whether the number keeps its target."""
        return self.target is None or self.value <= self.target

    def as_json(self) -> dict[str, Any]:
        """Return the measure as bench.json has it."""
        kept = {"name": self.name, "value": self.value, "unit": self.unit, "target": self.target}
        if self.divided_by:
            kept["divided_by"] = self.divided_by
        return kept | {"lowest": self.lowest, "highest": self.highest, "runs": self.runs}


def of(name: str, seconds: Sequence[float], *, target: float | None = None) -> Measure:
    """Return the median of runs in ms with their spread; `target` in ms."""
    return Measure(
        name=name,
        value=_rounded(median(seconds) * 1000),
        unit="ms",
        target=target,
        lowest=_rounded(min(seconds) * 1000),
        highest=_rounded(max(seconds) * 1000),
        runs=len(seconds),
    )


def ratio(name: str, above: Measure, below: Measure, *, target: float | None = None) -> Measure:
    """Return how many times `below` goes into `above`."""
    value = _rounded(above.value / below.value)
    return Measure(name=name, value=value, unit="times", target=target, divided_by=below.name)


def difference(name: str, above: Measure, below: Measure) -> Measure:
    """Return `above` minus `below`."""
    return Measure(name=name, value=_rounded(above.value - below.value), unit=above.unit)


def cpu(act: Act) -> float:
    """Return the CPU seconds of this process that `act` took."""
    began = time.process_time()
    act()
    return time.process_time() - began


def elapsed(act: Act) -> float:
    """Return the seconds that `act` took by the clock on the wall."""
    return timed(act)[0]


def timed(act: Act) -> tuple[float, float]:
    """Return the seconds that `act` took by the clock on the wall, and of CPU."""
    began, used = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - began, time.process_time() - used


def calls(act: Act) -> int:
    """Return how many functions `act` called, of Python and of C: the same on every machine."""
    count = 0

    def note(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
    return count


def calibration() -> float:
    """Return the CPU seconds of two million additions: how fast this machine is just now."""

    def add() -> None:
        total = 0
        for number in range(2_000_000):
            total += number

    return cpu(add)


def surroundings() -> dict[str, Any]:
    """Return what a reader needs to compare two runs."""
    return {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_average": [round(each, 2) for each in os.getloadavg()],
    }


def table(measures: Sequence[Measure]) -> str:
    """Return the measures as text in columns."""
    head = ("measure", "median", "unit", "target", "", "lowest", "highest", "runs")
    rows = [head, *(_row(each) for each in measures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join("  ".join(_cells(row, widths)).rstrip() for row in rows)


def write(measures: Sequence[Measure], file: Path) -> None:
    """Write the measures as a list of objects."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps([each.as_json() for each in measures], ensure_ascii=False, indent=2)
    file.write_text(text + "\n", encoding="utf-8")


def _row(each: Measure) -> tuple[str, ...]:
    verdict = "" if each.target is None else "held" if each.holds else "MISSED"
    target = "" if each.target is None else f"<= {each.target:g}"
    spread = [f"{end:g}" if end is not None else "" for end in (each.lowest, each.highest)]
    name = f"{each.name} (/ {each.divided_by})" if each.divided_by else each.name
    return name, f"{each.value:g}", each.unit, target, verdict, *spread, f"{each.runs}"


def _cells(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    last_left = 0  # names to the left, numbers to the right
    return [
        cell.ljust(width) if column == last_left or column in (2, 4) else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
