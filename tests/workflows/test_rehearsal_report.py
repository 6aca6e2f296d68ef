"""The report of a rehearsal: numbers and references of cases, and nothing else."""

import json
from datetime import timedelta
from functools import partial

import pytest

from engine.adapters.clock import MovableClock
from engine.domain.errors import NotFound
from engine.ports import SYSTEM
from engine.services.definitions import newest_definition
from engine.storage.work import Casework
from tests.workflows.conftest import MALTE
from web.simulating import house_on_copy
from workflows.cases.records import YouthCaseRow
from workflows.rehearsal.behaviours import Behaviour
from workflows.rehearsal.choosing import draft_of, version_of
from workflows.rehearsal.report import Report, report_of, told
from workflows.rehearsal.running import Candidate, Terms, rehearse


@pytest.fixture
def report(town: Casework, clock: MovableClock, case: YouthCaseRow) -> Report:
    """Malte's case, two months in which nobody does anything, with a second version beside."""
    with town.work(SYSTEM) as work:
        zone = work.calendar.timezone
        files = dict(newest_definition(work, "consent").files)
    name = 'name="Indhent og'
    files["consent.bpmn"] = files["consent.bpmn"].replace(name, name.replace("Indhent", "Hent"))
    terms = Terms(
        since=clock.now(),
        until=clock.now() + timedelta(days=60),
        behaviour=Behaviour.NOBODY,
        seed=1,
        candidates=[None, Candidate(process="consent", files=files, name="kladden")],
    )
    found = rehearse(town, partial(house_on_copy, ""), terms, lambda share: None)
    return report_of(terms, found, zone)


def test_a_report_compares_what_is_in_force_with_what_is_tried(report: Report) -> None:
    in_force, tried = report.runs

    assert (in_force.name, tried.name) == ("i drift", "kladden")
    assert in_force.broken
    assert len(in_force.broken) == len(tried.broken)
    assert in_force.messages == tried.messages > 0


def test_the_behaviour_is_named_in_words(report: Report) -> None:
    assert any("ingen gør noget" in line for line in told(report))


def test_no_young_person_stands_in_a_report(report: Report) -> None:
    everything = json.dumps(report.as_json(), ensure_ascii=False) + "\n".join(told(report))

    assert MALTE.first_name not in everything
    assert str(MALTE.email) not in everything


def test_a_version_is_found_by_its_number_and_by_its_id(town: Casework) -> None:
    with town.work(SYSTEM) as work:
        row = newest_definition(work, "follow_up")

        assert version_of(work, f"follow_up:{row.number}").version == row.id
        assert version_of(work, row.id[:12]).version == row.id


@pytest.mark.parametrize("text", ["follow_up:99", "a", "nothing"])
def test_a_version_that_is_not_there_is_refused_with_what_to_write(
    town: Casework, text: str
) -> None:
    with town.work(SYSTEM) as work, pytest.raises(NotFound, match="follow_up:3"):
        version_of(work, text)


def test_a_process_without_a_draft_says_what_to_do(town: Casework) -> None:
    with town.work(SYSTEM) as work, pytest.raises(NotFound, match="Gem en i studiet"):
        draft_of(work, "follow_up")
