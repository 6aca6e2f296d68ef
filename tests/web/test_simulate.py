"""`tovholder simulate`, as somebody at the command line meets it."""

from pathlib import Path

from click.testing import CliRunner

from web.cli import main


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    found = CliRunner().invoke(
        main,
        ["simulate", "--home", str(folder), *arguments],
        env={"TOVHOLDER_DATABASE_URL": f"sqlite:///{folder / 'tovholder.sqlite'}"},
    )
    return found.exit_code, found.output


def test_without_a_database_it_says_what_to_start(tmp_path: Path) -> None:
    code, said = run(tmp_path)

    assert code == 1
    assert "Start »tovholder serve« først" in said


def test_draft_and_version_together_are_refused(tmp_path: Path) -> None:
    code, said = run(tmp_path, "--draft", "plan", "--version", "plan:1")

    assert code == 1
    assert "enten --draft eller --version" in said


def test_an_unknown_behaviour_names_the_known_ones(tmp_path: Path) -> None:
    code, said = run(tmp_path, "--behaviour", "lazily")

    assert code == 2
    assert "like_last_year" in said
