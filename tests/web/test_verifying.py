"""`tovholder verify`, and the same by the worker at night."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from engine.ports import SYSTEM
from engine.storage.models import IncidentRow, LinkRow
from engine.storage.work import Casework, Work
from web.cli import main
from web.verifying import ELEMENT, bind_looks, flaws_of, verify_tonight
from workflows.access.records import ReadLogRow
from workflows.access.services import log_read
from workflows.cases.records import YouthCaseRow

NIGHT = datetime(2026, 3, 3, 2, 30, tzinfo=UTC)  # 03:30 in Denmark


@pytest.fixture
def verify(settings, monkeypatch):
    monkeypatch.setenv("TOVHOLDER_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("TOVHOLDER_SECRET", settings.secret)
    monkeypatch.setenv("TOVHOLDER_KEYS", settings.keys)
    return lambda: CliRunner().invoke(main, ["verify", "--home", str(settings.home)])


@pytest.fixture
def case_id(case: str) -> UUID:
    return UUID(case.rsplit("/", 1)[1])


def change(town: Casework, statement: str) -> None:
    with town.database.engine.begin() as connection:
        connection.execute(text(statement))


def test_a_case_that_nobody_has_touched_is_as_it_was_written(verify, town, case):
    said = verify()

    assert (said.exit_code, said.output.splitlines()[-1]) == (0, "Alt er, som det blev skrevet.")


def test_a_changed_row_is_named_and_ends_with_one(verify, town, case_id):
    change(town, "UPDATE journal SET act = 'nothing' WHERE seq = 1")
    said = verify()

    assert said.exit_code == 1
    assert f"journal {case_id} 1: Række 1 er ændret" in said.output


def test_the_worker_looks_everything_over_once_a_night(town, case, settings, clock):
    clock.move_to(NIGHT)

    assert verify_tonight(town, settings) == 0
    assert [file.stem for file in settings.heads_folder.iterdir()] == ["2026-03-03"]


def test_nothing_is_looked_over_before_the_night_is_half_gone(town, case, settings, clock):
    clock.move_to(NIGHT - timedelta(hours=1))

    assert verify_tonight(town, settings) == 0
    assert not settings.heads_folder.exists()


def test_what_was_changed_is_an_incident_in_the_morning(town, case_id, settings, clock):
    clock.move_to(NIGHT)
    change(town, "UPDATE journal SET act = 'nothing' WHERE seq = 1")
    verify_tonight(town, settings)
    verify_tonight(town, settings)
    with town.work(SYSTEM) as work:
        found = work.session.scalars(
            select(IncidentRow).where(IncidentRow.element == ELEMENT)
        ).all()

    assert [(row.case_id, row.attempts) for row in found] == [(case_id, 1)]


def test_a_case_with_a_flaw_stays_one_on_the_nights_after(town, case_id, settings, clock):
    clock.move_to(NIGHT)
    verify_tonight(town, settings)
    change(town, "UPDATE journal SET act = 'nothing' WHERE seq = 1")
    clock.forward(timedelta(days=1))
    verify_tonight(town, settings)

    assert [each.case_id for each in flaws_of(town, settings)] == [case_id]


def test_looks_are_bound_in_the_order_they_came(town, case_id, clock):
    for _ in range(3):
        clock.forward(timedelta(seconds=1))
        town.act(SYSTEM, lambda work: log_read(work, [_case(work, case_id)], "case"))
    while bind_looks(town):
        pass
    with town.work(SYSTEM) as work:
        looks = work.session.scalars(select(ReadLogRow.id).order_by(ReadLogRow.at)).all()
        links = work.session.scalars(select(LinkRow.row_id).order_by(LinkRow.seq)).all()

    assert links == looks


def _case(work: Work, case_id: UUID) -> YouthCaseRow:
    return work.session.get_one(YouthCaseRow, case_id)
