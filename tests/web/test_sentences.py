"""What is refused reads in English too, wherever in the house it is refused."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from web import i18n, messages
from web.sentences import _WHOLE, _WITH_VALUES, translated
from workflows.municipalities.staff import NobodyHas

ROOT = Path(__file__).parents[2]
REFUSALS = {"NotFound", "NotAllowed", "Conflict"}
# What a caseworker may meet. The rest of the house is for those who run it, or for diagrams.
PLACES = (
    "engine/services/tasks.py",
    "engine/services/settling.py",
    "engine/storage/work.py",
    "workflows/access",
    "workflows/cases",
    "workflows/consent",
    "workflows/forums",
    "workflows/municipalities",
    "web/absence",
    "web/cases",
    "web/inbox",
    "web/meetings",
)
STOPPING = {"CaseworkError", "StepFailed", "NotWaiting"}
STOPS = (
    "engine/services/instances.py",
    "engine/spiff",
    "engine/storage/compartments.py",
    "workflows/cases",
    "workflows/compartments",
    "workflows/forums",
    "workflows/handover",
)
OF_AN_EXPRESSION = "»X«: X"  # which says itself what is wrong with it


def sources(*places: str) -> list[Path]:
    found = [ROOT / place for place in places]
    return [path for each in found for path in (sorted(each.rglob("*.py")) or [each])]


def raised() -> Iterator[str]:
    """The whole sentences with which somebody is refused."""
    for path in sources(*PLACES):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(said)), *_]):
                    if name in REFUSALS:
                        yield said


def stopped() -> Iterator[str]:
    """The sentences with values at which a step stops, each value written as »X«."""
    for path in sources(*STOPS):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=name), args=[*_, ast.JoinedStr(values=parts)]):
                    if name in STOPPING:
                        yield "".join(_or_x(each) for each in parts)


def _or_x(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "X"


@pytest.fixture
def english():
    app = Flask("web", root_path=str(ROOT / "web"))
    app.secret_key = "only for this test"
    i18n.install(app)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


def test_every_refusal_without_a_value_is_marked_for_translation():
    marked = messages.marked()

    assert [said for said in raised() if said not in marked] == []


def test_every_sentence_at_which_a_step_stops_has_a_template():
    values = dict.fromkeys(("name", "other", "number", "kind", "role"), "X")

    assert {*stopped()} - {template % values for template in _WITH_VALUES} == {OF_AN_EXPRESSION}


def test_no_sentence_is_kept_that_nobody_says():
    files = [path for path in sources("engine", "workflows", "web") if path.stem != "sentences"]
    spoken = {said for path in files for said in _strings(path.read_text("utf-8"))}

    assert [said for said in _WHOLE if said not in spoken] == []


@pytest.mark.parametrize(
    ("danish", "english_"),
    [
        ("Sagen er lukket.", "The case is closed."),
        (
            "Bo Bøgelund har stadig ansvar i 3 åbne sager. Giv dem videre først.",
            "Bo Bøgelund still has a responsibility in 3 open cases. Pass them on first.",
        ),
        ("Processen »plan« er ikke lagt i drift.", "The process “plan” is not deployed."),
        (
            str(NobodyHas("job_adviser")),
            "Nobody in the municipality has the role “job adviser”. "
            "Choose another role, or ask a leader to give it to a colleague.",
        ),
        ("En sætning, som ingen har oversat.", "En sætning, som ingen har oversat."),
    ],
)
def test_a_refusal_reads_in_the_language_of_the_page(english, danish, english_):
    assert translated(danish) == english_


@pytest.mark.parametrize("template", _WITH_VALUES)
def test_a_template_finds_its_values_again(english, template):
    values = {
        "name": "Bo (vikar) 100 %",
        "number": 7,
        "kind": "KeyError",
        "other": "Bo",
        "role": "x",
    }
    wanted = {key: value for key, value in values.items() if f"%({key})s" in template}

    assert translated(template % values) == i18n._(template, **wanted)


def test_the_page_that_refuses_is_english_for_those_who_read_english(signed_in, case):
    reader = signed_in("job_adviser")
    reader.post("/sprog", {"language": "en"})

    page = reader.get(case)

    assert "There is no such case, or you have no access to it." in page.text


def _strings(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
