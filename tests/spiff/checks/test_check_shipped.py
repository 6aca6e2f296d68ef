"""The diagrams that are shipped pass the check, in the house that they are shipped for."""

import re
import tomllib
from pathlib import Path

import pytest

from engine.domain.parameters import register
from engine.spiff.checks.findings import Finding, Known
from engine.spiff.checks.registry import check_package, has_errors
from engine.spiff.checks.surroundings import known_to
from web.words import ROLE_TITLES
from workflows.offering import (
    CASE_ROLES,
    FACTS,
    PUBLISHED,
    entering_roles,
    signatures,
    staying_functions,
)
from workflows.packages import process_folders, read_process_folder

BPMN = Path(__file__).parents[3] / "bpmn"
PACKAGES = dict(
    read_process_folder(folder, BPMN / "decisions")
    for folder in process_folders(BPMN / "processes")
)
CALENDAR_WORDS = {
    *("today", "param", "after", "before", "working_days", "age", "age_on", "age_date"),
    *("roll_back", "roll_forward", "start_of", "at_eight", "earlier", "later"),
}


def known_in_sonderborg(process: str) -> Known:
    pack = tomllib.loads((BPMN / "municipalities/sonderborg/pack.toml").read_text())
    parameters = tomllib.loads((BPMN / "parameters.toml").read_text())
    chairs = [role for forum in pack["forums"] for role in forum.get("disciplines", ())]
    return known_to(
        process,
        PACKAGES,
        roles=CASE_ROLES.union(pack["roles"], chairs),
        handlers=signatures(),
        parameters=register({key: each["value"] for key, each in parameters.items()}).entries,
        functions=CALENDAR_WORDS,
        facts=FACTS,
        published=PUBLISHED,
        titles=ROLE_TITLES,
        enters=entering_roles(),
        stays=staying_functions(),
    )


def findings(process: str) -> list[Finding]:
    return check_package(process, PACKAGES[process], known_in_sonderborg(process))


@pytest.mark.parametrize("process", sorted(PACKAGES))
def test_a_shipped_process_has_no_errors(process):
    found = findings(process)

    assert not has_errors(found), "\n".join(f"{each.element}: {each.danish}" for each in found)


@pytest.mark.parametrize("process", sorted(PACKAGES))
def test_a_shipped_process_has_no_number_where_a_parameter_belongs(process):
    assert [each for each in findings(process) if each.code == "literal_period"] == []


@pytest.mark.parametrize("process", sorted(PACKAGES))
def test_two_faults_in_a_shipped_process_are_both_found(process):
    file = f"{process}.bpmn"
    ladder = 'name="ladder" value="[AB]"'
    faulty = re.sub(ladder, 'name="ladder" value="Å"', PACKAGES[process][file], count=1)
    faulty = faulty.replace("camunda:formKey=", "camunda:otherKey=", 1)

    found = check_package(
        process, {**PACKAGES[process], file: faulty}, known_in_sonderborg(process)
    )

    assert {"unknown_ladder", "task_without_form"} <= {each.code for each in found}
