"""A backup is put back, and what was erased since then is erased again before the house opens."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.settings import Settings
from engine.storage.models import CaseRow
from tests.erasure.dumping import found_raw
from tests.web.conftest import SOFIE
from web.cli import main
from web.wiring import opened
from workflows.cases.records import YouthCaseRow

MARK = "Zqxbackupkvj"


@pytest.fixture
def run(settings: Settings, monkeypatch, town):
    """What runs a command on this house, which is closed."""
    if not town.database.is_sqlite:
        pytest.skip("on PostgreSQL the database's own tools make backups")
    for name in ("database_url", "secret", "keys"):
        monkeypatch.setenv(f"TOVHOLDER_{name.upper()}", getattr(settings, name))

    def invoke(*words: str):
        town.database.dispose()
        return CliRunner().invoke(main, [*words, "--home", str(settings.home)])

    return invoke


@pytest.fixture
def backup(run, intake, tmp_path) -> Path:
    """A backup from when Sofie's case was open."""
    intake.post("/sager/ny", {**SOFIE, "last_name": MARK, "reason_referrer": f"Om {MARK}."})
    done = run("backup", str(tmp_path / "copies.sqlite"))
    assert done.exit_code == 0, done.output
    return tmp_path / "copies.sqlite"


@pytest.fixture
def erased(backup, town, settings) -> UUID:
    """Her case, written down as erased since."""
    with town.work(SYSTEM) as work:
        case = work.session.scalars(select(YouthCaseRow)).one()
    said = {"person": str(case.young_person_id), "cases": [str(case.case_id)], "decision": "2026-1"}
    settings.heads_folder.mkdir(parents=True)
    settings.erasures_file.write_text(json.dumps(said) + "\n")
    return case.case_id


def test_the_backup_is_for_its_owner_alone_and_never_written_over(run, backup):
    assert backup.stat().st_mode & 0o077 == 0
    assert "findes allerede" in run("backup", str(backup)).output


def test_what_was_erased_since_is_nowhere_in_what_is_put_back(run, backup, erased, settings):
    done = run("restore", str(backup))

    assert done.exit_code == 0, done.output
    assert "1 sletninger er gjort om." in done.output
    with opened(settings) as casework:
        with casework.work(SYSTEM) as work:
            assert work.session.get_one(CaseRow, erased).erased_at is not None
        here = Path(str(casework.database.engine.url.database))
        left = found_raw(casework.database, (settings.home,), [MARK])
        assert MARK.encode() not in here.read_bytes()
    assert left == set()


def test_what_stood_there_is_kept_beside_it(run, backup, settings):
    run("restore", str(backup))

    with opened(settings) as casework:
        here = Path(str(casework.database.engine.url.database))
    assert here.with_name(f"{here.name}.before").exists()
    assert not here.with_name(f"{here.name}.restoring").exists()


def test_what_is_no_backup_is_refused_and_nothing_is_changed(run, backup, tmp_path, settings):
    other = tmp_path / "letter.txt"
    other.write_text("Kære alle")

    refused = run("restore", str(other))

    assert refused.exit_code == 1
    assert "er ikke en kopi af databasen" in refused.output
    with opened(settings) as casework, casework.work(SYSTEM) as work:
        assert len(work.session.scalars(select(YouthCaseRow)).all()) == 1
