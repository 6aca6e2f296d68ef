"""`tovholder adapt`: a file in, a copy and a list out."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from web.cli import main

DRAWINGS = Path(__file__).parents[1] / "spiff" / "adapting"
SIGNAVIO = DRAWINGS / "tools" / "signavio.bpmn"
REFUSED = DRAWINGS / "miwg" / "A.3.0.bpmn"
SEVERAL = DRAWINGS / "like_miwg" / "C.5.0.bpmn"


@pytest.fixture
def run():
    return lambda *args: CliRunner().invoke(main, ["adapt", *(str(each) for each in args)])


def test_the_copy_and_the_lists_come_back_and_the_file_is_as_it_was(run, tmp_path):
    before = SIGNAVIO.read_bytes()

    said = run(SIGNAVIO, "--to", tmp_path / "out", "--process", "visit")

    assert said.exit_code == 0
    assert "Det har vi ændret (13):" in said.output
    assert "linje 19: Send indkaldelse (sid-send): Serviceopgaven siger ikke" in said.output
    assert 'id="visit"' in (tmp_path / "out" / "visit.bpmn").read_text("utf-8")
    assert SIGNAVIO.read_bytes() == before


def test_a_copy_that_is_there_is_not_overwritten(run, tmp_path):
    there = tmp_path / "mine.bpmn"
    there.write_text("mine")

    said = run(SIGNAVIO, "--to", there)

    assert (said.exit_code, there.read_text()) == (1, "mine")
    assert "findes allerede" in said.output


def test_what_is_refused_is_told_and_nothing_is_written(run, tmp_path):
    said = run(REFUSED, "--to", tmp_path / "out")

    assert said.exit_code == 1
    assert "linje 19: Boundary Intermediate Event Interrupting Escalation" in said.output
    assert not (tmp_path / "out").exists()


def test_the_lists_come_in_both_languages_as_json(run, tmp_path):
    said = run(SIGNAVIO, "--to", tmp_path / "out", "--json")

    found = json.loads(said.output)
    assert found["refused"] is False
    assert {"element", "line", "danish", "english"} <= found["changes"][0].keys()


def test_what_may_be_chosen_instead_of_the_refused_is_told(run, tmp_path):
    said = run(SEVERAL, "--to", tmp_path / "out")

    assert said.exit_code == 1
    assert "Filen har også: Se efter søskende (--choose _soeskende)" in said.output


@pytest.mark.parametrize(
    ("name", "copy", "process"),
    [
        ("C.8.0.bpmn", "C.8.0.adapted.bpmn", "c_8_0"),
        ("visit.bpmn20.xml", "visit.adapted.bpmn", "visit"),
        ("Visit v2.xml", "Visit v2.adapted.bpmn", "visit_v2"),
    ],
)
def test_copy_and_process_are_called_after_the_whole_name_of_the_file(
    run, tmp_path, name, copy, process
):
    (tmp_path / name).write_bytes(SIGNAVIO.read_bytes())

    said = run(tmp_path / name)

    assert said.exit_code == 0
    assert f'id="{process}"' in (tmp_path / copy).read_text("utf-8")
