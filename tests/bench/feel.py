"""What a condition costs: the five longest of `bpmn/` over thirty fields, conversion included."""

from collections.abc import Iterator
from pathlib import Path
from time import process_time
from timeit import repeat
from typing import Any

from engine.feel.expressions import parse
from engine.xml import BPMN, read_xml
from tests.bench.measuring import Measure

PROCESSES = Path(__file__).parents[2] / "bpmn" / "processes"
LONGEST = 5
FIELDS = 30
MOST_MICROSECONDS = 20
ROUNDS, RUNS = 1_000, 20


def longest_conditions() -> list[str]:
    """Return the five longest conditions of the diagrams that are shipped, each once."""
    return sorted(set(_conditions()), key=lambda text: (-len(text), text))[:LONGEST]


def thirty_fields(text: str) -> dict[str, Any]:
    """Return thirty fields of every kind, those that `text` reads among them as lists of texts."""
    kinds: tuple[Any, ...] = (7, 2.5, "text", True, None, ["a", "b"], {"a": 1, "b": [1, 2]})
    fields = {f"field{number}": kinds[number % len(kinds)] for number in range(FIELDS)}
    read = {name: ["yes", "no", "later"] for name in parse(text).reads}
    return {**dict(list(fields.items())[len(read) :]), **read}


def conditions() -> list[Measure]:
    """Return what each of them costs, warm, in microseconds of CPU."""
    return [_measured(number, text) for number, text in enumerate(longest_conditions(), start=1)]


def _measured(number: int, text: str) -> Measure:
    fields = thirty_fields(text)
    runs = [
        seconds / ROUNDS * 1e6
        for seconds in repeat(
            lambda: parse(text).evaluate(fields), number=ROUNDS, repeat=RUNS, timer=process_time
        )
    ]
    return Measure(
        name=f"FEEL: the longest condition, no. {number} ({len(text)} signs)",
        value=float(f"{sorted(runs)[RUNS // 2]:.3g}"),
        unit="µs",
        target=MOST_MICROSECONDS,
        lowest=float(f"{min(runs):.3g}"),
        highest=float(f"{max(runs):.3g}"),
        runs=RUNS,
    )


def _conditions() -> Iterator[str]:
    for path in sorted(PROCESSES.glob("*/*.bpmn")):
        root = read_xml(path.read_bytes())
        for tag in ("conditionExpression", "completionCondition"):
            yield from ((each.text or "").strip() for each in root.iter(f"{{{BPMN}}}{tag}"))


if __name__ == "__main__":
    from tests.bench.measuring import table

    print(table(conditions()))
