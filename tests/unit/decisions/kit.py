"""Reading the cases of the DMN compatibility kit, and asking our tables the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from engine.decisions.model import DecisionTable
from engine.decisions.reading import read_service
from engine.decisions.running import Session, call, make
from engine.decisions.tables import read_decisions
from engine.feel.comparison import same
from engine.feel.temporal import parse_date, parse_duration, parse_moment, parse_time

KIT = Path(__file__).parent / "tck"
_CASE = "{http://www.omg.org/spec/DMN/20160719/testcase}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_READ = {
    "boolean": lambda text: text.strip() == "true",
    "date": parse_date,
    "time": parse_time,
    "dateTime": parse_moment,
    **dict.fromkeys(("decimal", "double", "integer"), Decimal),
    **dict.fromkeys(("duration", "dayTimeDuration", "yearMonthDuration"), parse_duration),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question of the kit: a decision (or a service), its inputs and the right answer."""

    model: Path
    decision: str
    service: str | None
    inputs: dict[str, Any]
    expected: Any


def cases_in(folder: Path, leave_out: frozenset[str]) -> Iterator[Case]:
    """Return the cases of a folder but those whose decision is in `leave_out`."""
    for path in sorted(folder.glob("*-test-*.xml")):
        root = etree.parse(path).getroot()
        model = folder / str(root.findtext(f"{_CASE}modelName"))
        for case in root.iter(f"{_CASE}testCase"):
            for result in case.iter(f"{_CASE}resultNode"):
                if result.get("name") not in leave_out:
                    yield _case(model, case, result)


def _case(model: Path, case: Any, result: Any) -> Case:
    expected = result.find(f"{_CASE}expected")
    return Case(
        model=model,
        decision=result.get("name"),
        service=case.get("invocableName"),
        inputs={node.get("name"): _value(node) for node in case.iter(f"{_CASE}inputNode")},
        expected=None if expected is None else _value(expected),
    )


def answer(case: Case) -> Any:
    """Return what our tables say; by the standard an error is null, and its record is let lie."""
    session = Session({})
    if case.service:
        return call(read_service(case.model.read_bytes(), case.service), case.inputs, session)
    return make(_decisions(case.model)[case.decision], case.inputs, session).value


def agree(found: Any, expected: Any) -> bool:
    """Tell whether two answers are the same, numbers to eight decimals."""
    if isinstance(found, Decimal) and isinstance(expected, Decimal):
        return abs(found - expected) <= Decimal("1e-8") * max(1, abs(expected))
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(agree, found, expected))
    if isinstance(found, dict) and isinstance(expected, dict):
        return found.keys() == expected.keys() and all(
            agree(found[key], expected[key]) for key in found
        )
    return same(found, expected)


@lru_cache(maxsize=4)
def _decisions(model: Path) -> dict[str, DecisionTable]:
    return {one.name: one for one in read_decisions(model.read_bytes()).values()}


def _value(element: Any) -> Any:
    value, items = element.find(f"{_CASE}value"), element.find(f"{_CASE}list")
    if items is not None and items.get(f"{_XSI}nil") != "true":
        return [_value(item) for item in items.findall(f"{_CASE}item")]
    components = element.findall(f"{_CASE}component")
    if components:
        return {component.get("name"): _value(component) for component in components}
    if value is None or value.get(f"{_XSI}nil") == "true":
        return None
    sort = (value.get(f"{_XSI}type") or "xsd:string").rpartition(":")[2]
    return _READ.get(sort, str)(value.text or "")
