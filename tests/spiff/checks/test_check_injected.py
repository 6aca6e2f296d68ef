"""Sound diagrams that are shipped, broken in one way and in two: each is found at its element."""

import os
import random
from copy import deepcopy
from functools import cache
from itertools import combinations

import pytest
from lxml import etree

from engine.spiff.checks.registry import check_package
from engine.spiff.settings import Element, bpmn
from tests.spiff.checks.checking import said
from tests.spiff.checks.injuries import injuries
from tests.spiff.checks.test_check_shipped import PACKAGES, known_in_sonderborg

WAYS = injuries()
# Every pair takes a minute: all of them in the long run, every seventh otherwise.
EVERY = 1 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 7
PAIRS = list(combinations(WAYS, 2))[::EVERY]
KNOWN = cache(known_in_sonderborg)


def broken(process: str, *codes: str) -> tuple[str, set[tuple[str, str]]] | None:
    """Return the diagram with these faults and what must be found; None where one cannot be."""
    root = etree.fromstring(PACKAGES[process][f"{process}.bpmn"].encode())
    taken: set[str] = set()
    wanted = set()
    for code in codes:
        element = WAYS[code](root, taken)
        if element is None:
            return None
        name = element.get("id", "")
        taken |= {name, element.get("sourceRef", name), element.get("targetRef", name)}
        wanted.add((code, name))
    return etree.tostring(root, encoding="unicode"), wanted


def found_in(process: str, xml: str) -> set[tuple[str, str]]:
    files = {**PACKAGES[process], f"{process}.bpmn": xml}
    return said(check_package(process, files, KNOWN(process)))


@pytest.mark.parametrize("code", WAYS)
def test_a_fault_is_found_in_the_shipped_processes_that_can_have_it(code: str) -> None:
    made = {process: broken(process, code) for process in sorted(PACKAGES)}
    able = [(process, *each) for process, each in made.items() if each is not None]

    assert able
    for process, xml, wanted in able[:: 1 if EVERY == 1 else 4]:
        assert wanted <= found_in(process, xml), process


@pytest.mark.parametrize("first", WAYS)
def test_of_two_faults_both_are_found(first: str) -> None:
    """Every pair is tried in one process; which one goes round, so that all have their share."""
    processes = sorted(PACKAGES)
    for number, (one, other) in enumerate(PAIRS):
        if one != first:
            continue
        start = number % len(processes)
        turns = (
            broken(each, one, other) and each for each in processes[start:] + processes[:start]
        )
        process = next(filter(None, turns), None)
        if process is not None:
            xml, wanted = broken(process, one, other) or ("", set())
            assert wanted <= found_in(process, xml), (process, one, other)


def test_nearly_every_pair_of_faults_can_be_made() -> None:
    made = [pair for pair in PAIRS if any(broken(each, *pair) for each in PACKAGES)]

    assert len(made) > 0.95 * len(PAIRS)


@pytest.mark.parametrize("process", sorted(PACKAGES))
def test_whatever_is_missing_a_rule_says_what_the_engine_would_refuse(process: str) -> None:
    dice = random.Random(process)  # noqa: S311 - a test that can be repeated
    for _ in range(5 if EVERY > 1 else 200):
        root = etree.fromstring(PACKAGES[process][f"{process}.bpmn"].encode())
        for _ in range(5):
            maim(root, dice)

        found = found_in(process, etree.tostring(root, encoding="unicode"))

        assert "refused" not in {code for code, _ in found}


def maim(root: Element, dice: random.Random) -> None:
    """Take an element or an attribute away, or give an attribute the value of another."""
    body = [
        each for each in root.iter() if each.tag != root.tag and each.get("id") != process_id(root)
    ]
    element, other = dice.choice(body), dice.choice(body)
    what = dice.choice(["element", "attribute", "value", "copy"])
    parent = element.getparent()
    if what == "element" and parent is not None:
        parent.remove(element)
    elif what == "copy":
        other.append(deepcopy(element))
    elif element.attrib:
        name = dice.choice(sorted(element.attrib))
        if what == "attribute":
            del element.attrib[name]
        else:
            element.set(name, dice.choice([*other.attrib.values(), ""]))


def process_id(root: Element) -> str:
    return next(root.iter(bpmn("process"))).get("id", "")
