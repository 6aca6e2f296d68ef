"""The command line: help at once, checks that say what is wrong, versions in and out as folders."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.ports import SYSTEM
from tests.bench.server import serving
from tests.conftest import BPMN
from web.cli import main
from web.wiring import build
from workflows.demonstration.filling import is_empty
from workflows.packages import read_process_folder


@pytest.fixture
def run():
    return lambda *args: CliRunner().invoke(main, [str(each) for each in args])


@pytest.fixture
def processes(tmp_path: Path) -> Path:
    """A copy of two shipped processes with the shared tables beside them."""
    place = tmp_path / "bpmn"
    shutil.copytree(BPMN / "processes/follow_up", place / "processes/follow_up")
    shutil.copytree(BPMN / "decisions", place / "decisions")
    return place / "processes"


def broken(processes: Path) -> Path:
    file = processes / "follow_up/follow_up.bpmn"
    file.write_text(file.read_text().replace("camunda:formKey=", "camunda:otherKey=", 1))
    return processes


def test_help_loads_neither_flask_nor_the_engine():
    code = (
        "import sys; from click.testing import CliRunner; from web.cli import main\n"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0\n"
        "print([m for m in ('flask', 'sqlalchemy', 'SpiffWorkflow') if m in sys.modules])"
    )

    found = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", code], cwd=BPMN.parent, capture_output=True, text=True, check=True
    )

    assert found.stdout == "[]\n"


def test_help_says_how_to_serve_without_a_worker(run):
    said = " ".join(run("serve", "--help").output.split())

    assert "--worker / --no-worker Hold øje med fristerne og send post imens." in said
    assert "kør »tovholder worker« ved siden af" in said


def test_a_house_that_is_served_stays_empty_until_a_demonstration_is_asked_for(settings):
    with serving(settings.home, database_url=settings.database_url):
        pass

    casework = build(settings)
    with casework.work(SYSTEM) as work:
        assert is_empty(work)
    casework.database.dispose()


@pytest.mark.parametrize(
    "production",
    [
        {"SECURE_COOKIES": "True"},
        {"SMTP_HOST": "mail.example.org"},
        {"OIDC_ISSUER": "https://login.example.org", "OIDC_CLIENT_ID": "tovholder"},
    ],
)
def test_no_demonstration_is_filled_into_a_house_of_real_people(tmp_path, production):
    env = {f"TOVHOLDER_{name}": value for name, value in production.items()}
    command = ["serve", "--demo", "--home", str(tmp_path / "house")]

    found = CliRunner().invoke(main, command, env=env)

    assert found.exit_code != 0
    assert "Start uden --demo." in found.output
    assert not list(tmp_path.glob("house/*.sqlite"))


def test_make_run_asks_for_the_demonstration():
    made = subprocess.run(  # noqa: S603  # our own Makefile
        [shutil.which("make") or "make", "-n", "run"],
        cwd=BPMN.parent,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "tovholder serve --demo" in made.stdout


def test_a_process_without_faults_passes_the_check(run, processes):
    result = run("check", processes)

    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "0 fejl, 0 advarsler")


def test_a_fault_is_named_with_file_line_and_what_to_do(run, processes):
    result = run("check", broken(processes))

    assert result.exit_code == 1
    assert "follow_up/follow_up.bpmn:" in result.output
    assert "[task_without_form]" in result.output


def test_findings_can_be_read_by_a_machine(run, processes):
    result = run("check", broken(processes), "--json")

    found = json.loads(result.output)
    assert result.exit_code == 1
    place = {"process", "file", "line", "element", "element_name"}
    assert set(found[0]) == place | {"severity", "code", "danish", "english"}


def test_a_folder_without_processes_is_a_sentence(run, tmp_path):
    result = run("check", tmp_path)

    assert result.exit_code == 1
    assert "Der er ingen processer" in result.output


def test_what_is_deployed_comes_out_again_as_it_went_in(run, processes, tmp_path):
    home = tmp_path / "home"
    assert run("deploy", BPMN / "municipalities/sonderborg", "--home", home).exit_code == 0
    assert run("deploy", processes, "--home", home).exit_code == 0

    out = tmp_path / "out/follow_up"
    assert run("export", "follow_up", out, "--home", home).exit_code == 0

    before = read_process_folder(processes / "follow_up", processes.parent / "decisions")
    assert read_process_folder(out) == before


def test_what_is_new_is_kept_with_the_version(run, processes, tmp_path):
    home = tmp_path / "home"
    run("deploy", BPMN / "municipalities/sonderborg", "--home", home)
    run("deploy", processes, "--note", "Kortere frister", "--home", home)

    with closing(sqlite3.connect(home / "tovholder.sqlite")) as database:
        notes = database.execute("SELECT note FROM definitions").fetchall()
    assert notes == [("Kortere frister",)]


def test_a_process_with_faults_is_not_deployed(run, processes, tmp_path):
    home = tmp_path / "home"
    run("deploy", BPMN / "municipalities/sonderborg", "--home", home)

    assert run("deploy", broken(processes), "--home", home).exit_code == 1

    missing = run("export", "follow_up", tmp_path / "out", "--home", home)
    assert "er ikke lagt i drift" in missing.output


def test_one_look_says_how_much_was_done(run, processes, tmp_path):
    home = tmp_path / "home"
    run("deploy", BPMN / "municipalities/sonderborg", "--home", home)

    assert run("tick", "--home", home).output == "0 gjort\n"
