"""Every fault is found at its element by its rule, and nothing else is said about anything."""

import pytest

from engine.spiff.checks.registry import RULES, check_package
from tests.spiff.checks.checking import KNOWN, check, said
from tests.spiff.checks.faults import FAULTS, Fault
from tests.spiff.checks.good import GOOD

OF_THE_FILE = {"no_file", "unreadable_file", "not_bpmn", "no_executable_process"}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_found_where_it_is_and_nothing_else(fault: Fault) -> None:
    assert said(check(fault.files)) == {(fault.code, fault.element)}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_diagram_has_no_findings(name: str) -> None:
    assert check(GOOD[name]) == []


def test_the_corpus_is_as_large_as_it_shall_be() -> None:
    assert len(FAULTS) >= 60
    assert len(GOOD) >= 20


@pytest.mark.parametrize("rule", RULES)
def test_without_its_rule_a_fault_goes_unfound(rule: str) -> None:
    """No other rule gives its code, so its faults are the only ones that can go unfound."""
    others = {name: each for name, each in RULES.items() if name != rule}
    faults = {fault.name: fault for fault in FAULTS if fault.code == rule}

    unfound = {
        name
        for name, fault in faults.items()
        if (rule, fault.element) not in said(check_package("P", fault.files, KNOWN, others))
    }

    assert unfound
    assert unfound == faults.keys()


def test_every_fault_has_a_name_of_its_own_and_a_rule() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert {fault.code for fault in FAULTS} == RULES.keys() | OF_THE_FILE
