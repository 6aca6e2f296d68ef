"""What a process says of itself: read, or refused; never guessed."""

import pytest

from engine.domain.errors import InvalidDefinition
from engine.domain.manifests import declared_compartment, start_form


def test_a_process_without_a_manifest_is_open_and_started_by_no_form():
    assert declared_compartment({}) is None
    assert start_form({}) == ""


def test_a_process_lies_in_the_compartment_that_its_manifest_names():
    assert declared_compartment({"process.toml": 'compartment = "drug"'}) == "drug"


def test_a_manifest_that_cannot_be_read_does_not_make_a_process_open():
    with pytest.raises(InvalidDefinition, match=r"process\.toml kan ikke læses"):
        declared_compartment({"process.toml": "compartment = drug"})
