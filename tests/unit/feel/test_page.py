"""What `bpmn/FEEL.md` tells process owners is so: every example on it is worked out."""

import json
import re
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from engine.adapters.holidays import danish_holidays
from engine.domain.calendars import WorkingCalendar
from engine.domain.feel_functions import functions
from engine.domain.parameters import register
from engine.feel.builtins import BUILTIN_NAMES
from engine.feel.expressions import parse, parse_unary_tests, value
from engine.feel.syntax import Node, parts
from tests.conftest import BPMN

PAGE = (BPMN / "FEEL.md").read_text("utf-8")
CODE = r"`([^`]+)`"
GIVES = re.findall(rf"^\| {CODE} \| {CODE} \|$", PAGE, re.MULTILINE)
CELLS = re.findall(rf"^\| {CODE} \| {CODE} \| {CODE} \|$", PAGE, re.MULTILINE)
MISTAKES = [
    row[0] for row in re.findall(rf"^\| {CODE} \| (?!{CODE} \|)([^|]+) \|$", PAGE, re.MULTILINE)
]
KNOWN = json.loads(PAGE.split("```json")[1].split("```")[0])
WORDS = functions(
    WorkingCalendar(timezone=ZoneInfo("Europe/Copenhagen"), holidays=danish_holidays),
    register({"screening": "5 WD"}),
    date(2027, 3, 1),
    meets=lambda _forum, _day: date(2027, 3, 16),
)


@pytest.mark.parametrize(("text", "gives"), GIVES)
def test_an_example_gives_what_the_page_says(text: str, gives: str):
    assert value(parse(text), KNOWN, WORDS) == value(parse(gives), {})


@pytest.mark.parametrize(("cell", "asked", "fits"), CELLS)
def test_a_cell_fits_as_the_page_says(cell: str, asked: str, fits: str):
    result = parse_unary_tests(cell).matches(value(parse(asked), {}), KNOWN, WORDS)

    assert (result.value, result.errors) == (fits == "true", ())


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_gives_a_record(text: str):
    result = parse(text).evaluate(KNOWN, WORDS)

    assert result.errors != ()


def test_every_function_stands_on_the_page_and_every_one_there_exists():
    called = {name for text, _ in GIVES for name in parse(text).calls}

    assert called == BUILTIN_NAMES | set(WORDS)


def test_every_construct_stands_on_the_page():
    shown = {type(node) for text, _ in GIVES for node in _all(parse(text).tree)}
    shown |= {type(node) for cell, _, _ in CELLS for node in parse_unary_tests(cell).tests}

    assert shown >= set(Node.__args__)


def test_no_example_is_passed_over():
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]

    assert len(rows) == len(GIVES) + len(CELLS) + len(MISTAKES)


def _all(node):
    yield node
    for part in parts(node):
        yield from _all(part)
