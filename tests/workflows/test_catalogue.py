"""What the shipped diagrams call exists, and takes and gives what they name."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.domain.errors import NotFound
from engine.ports import Definition, Node
from engine.spiff.facade import SpiffEngine
from tests.conftest import BPMN
from workflows.catalogue import CATALOGUE, handler_named

DIAGRAMS = sorted((BPMN / "processes").glob("*/*.bpmn"))


def calls(diagram: Path) -> Iterator[Node]:
    """The nodes of a diagram that call a handler."""
    definition = Definition(id=diagram.stem, process=diagram.stem, xml=diagram.read_bytes())
    for node in SpiffEngine().inspect(definition).nodes:
        if "handler" in node.settings:
            yield node


@pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda path: path.stem)
def test_a_diagram_calls_only_what_the_catalogue_lists(diagram: Path) -> None:
    for node in calls(diagram):
        assert node.settings["handler"] in CATALOGUE, node.id


@pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda path: path.stem)
def test_a_diagram_gives_every_input_and_no_other(diagram: Path) -> None:
    for node in calls(diagram):
        entry = CATALOGUE[node.settings["handler"]]
        given = {key[3:] for key in node.settings if key.startswith("in.")}
        assert set(entry.inputs) <= given <= {*entry.inputs, *entry.optional}, node.id


def test_every_entry_is_explained_in_both_languages() -> None:
    for name, entry in CATALOGUE.items():
        assert entry.help_da.endswith("."), name
        assert entry.help_en.endswith("."), name


def test_what_is_not_listed_cannot_be_called() -> None:
    with pytest.raises(NotFound, match="drop_everything"):
        handler_named("drop_everything")
