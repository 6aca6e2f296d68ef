"""What a case keeps of what people write: each text once, in the case record and nowhere else."""

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.spiff.state import read
from engine.storage.models import AnswersRow, InstanceRow, JournalRow
from tests.bench.ageing import STEPS, TWENTY_WITHIN, live_twenty_steps, payload
from tests.bench.town import add_yardstick, advance, open_case


@pytest.fixture
def lived(town):
    """The municipality with a case in it that took twenty steps with 1 KB of text in each."""
    measured = add_yardstick(town)
    return measured, live_twenty_steps(measured)


def test_twenty_steps_of_a_kilobyte_keep_at_most_forty(lived):
    kept = payload(*lived)

    assert kept["answers"] > STEPS * 1_000
    assert sum(kept.values()) <= TWENTY_WITHIN


def test_what_was_written_stands_once_in_the_answers_and_nowhere_else(lived):
    town, case_id = lived
    with town.casework.work(SYSTEM) as work:
        answers = work.session.scalars(select(AnswersRow).where(AnswersRow.case_id == case_id))
        texts = [row.data["note"] for row in answers]
        states = work.session.scalars(
            select(InstanceRow.state).where(InstanceRow.case_id == case_id)
        )
        journal = work.session.scalars(select(JournalRow.data).where(JournalRow.case_id == case_id))
        elsewhere = f"{[read(state) for state in states]}{list(journal)}"

    assert len(set(texts)) == STEPS
    assert not [text for text in texts if text in elsewhere]


def test_a_process_is_told_only_the_answers_that_its_diagram_reads(town):
    measured = add_yardstick(town)
    case_id = open_case(measured, 1)
    advance(measured, case_id, ("screen",))
    with measured.casework.work(SYSTEM) as work:
        state = work.session.scalars(
            select(InstanceRow.state).where(
                InstanceRow.case_id == case_id, InstanceRow.process == "yardstick"
            )
        ).one()

    data = [row[7] for row in read(state)["tasks"]]
    assert {name for each in data for name in each} == {"score", "agreed"}
