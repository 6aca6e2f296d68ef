"""Tables, numbers, municipalities and letters that we ship: each names only what there is."""

import re
import tomllib
from pathlib import Path

import pytest

from engine.domain.parameters import register
from engine.xml import DMN, read_xml
from tests.architecture.shipped import BPMN_FOLDER, PROCESSES, ROLES, parse_feel, toml
from workflows.cases.reaching import CHECKS

TEXTS = sorted((BPMN_FOLDER / "texts").glob("*.toml"))
PACKS = sorted((BPMN_FOLDER / "municipalities").glob("*/pack.toml"))
HARDEST_LIX = 35


def test_every_shared_table_is_named_like_its_file() -> None:
    for path in sorted((BPMN_FOLDER / "decisions").glob("*.dmn")):
        decisions = read_xml(path.read_bytes()).findall(f"{{{DMN}}}decision")

        assert [decision.get("id") for decision in decisions] == [path.stem]


def test_every_parameter_has_a_value_a_title_and_a_source() -> None:
    entries = toml("parameters.toml")

    assert (
        register({key: entry["value"] for key, entry in entries.items()}).entries.keys()
        == entries.keys()
    )
    assert [key for key, entry in entries.items() if not (entry["title"] and entry["source"])] == []


MILESTONES = toml("milestones.toml")
EXPRESSIONS = ("opens", "when", "deadline")


@pytest.mark.parametrize("name", MILESTONES)
def test_a_milestone_does_one_thing_and_names_its_numbers(name: str) -> None:
    milestone = MILESTONES[name]
    texts = [milestone[each] for each in EXPRESSIONS if each in milestone]

    assert len(milestone.keys() & {"process", "task", "check"}) <= 1
    assert milestone.get("process", "handover") in PROCESSES
    assert milestone.get("role", "unit_leader") in ROLES
    assert milestone.get("check", "handover_owner") in CHECKS
    for text in (*texts, *milestone.get("inputs", {}).values()):
        assert parse_feel(text).literals == ()


def test_the_age_clock_knows_every_age_that_counts() -> None:
    ages = " ".join(
        f"{milestone['opens']}" for milestone in MILESTONES.values() if "opens" in milestone
    )
    numbers = toml("parameters.toml")
    worth = {numbers[key]["value"] for key in re.findall(r'param\("([^"]+)"\)', ages)}

    assert worth >= {
        *("14y", "15y", "16y", "17y", "17y3m", "17y6m", "17y9m", "18y", "23y", "25y", "30y")
    }


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.parent.name)
def test_a_pack_names_only_what_it_has(pack: Path) -> None:
    content = tomllib.loads(pack.read_text("utf-8"))
    units = {unit["id"] for unit in content["units"]}
    seats = [seat for forum in content["forums"] for seat in forum["members"]]

    assert {unit["parent"] for unit in content["units"] if "parent" in unit} <= units
    assert set(content["roles"].values()) <= units
    assert content["roles"].keys() <= ROLES
    assert {seat["unit"] for seat in seats} <= units
    assert {seat["discipline"] for seat in seats} <= ROLES
    assert {forum["cadence"] for forum in content["forums"]} <= toml("parameters.toml").keys()
    assert content["parameters"].keys() <= toml("parameters.toml").keys()


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_letters_are_easy_to_read(path: Path) -> None:
    text = tomllib.loads(path.read_text("utf-8"))

    assert lix(text["body"]) <= HARDEST_LIX


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_letters_hold_plain_places_and_no_name_in_the_subject(path: Path) -> None:
    text = tomllib.loads(path.read_text("utf-8"))
    places = re.findall(r"\{\{ ([a-z_]+) \}\}", text["subject"] + text["body"])

    assert len(places) == text["subject"].count("{") // 2 + text["body"].count("{") // 2
    assert "%" not in text["body"]
    assert "name" not in text["subject"]


def lix(text: str) -> float:
    """Readability by Björnsson: words a sentence plus long words in a hundred."""
    plain = re.sub(r"\{\{.*?\}\}", "ord", text)
    sentences = len(re.findall(r"[.!?:](?=\s)|\n\s*\n", plain))
    words = re.findall(r"\w+", plain)
    return len(words) / max(sentences, 1) + 100 * sum(len(word) > 6 for word in words) / len(words)
