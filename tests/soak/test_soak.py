"""The long run itself: what it takes, what it leaves, and that it can fail."""

import json
from collections.abc import Iterator

import pytest

from tests.soak.__main__ import CAMPAIGNS, main
from tests.soak.beside import length
from tests.soak.campaigns import Campaign, Outcome, Terms


def holding(terms: Terms) -> Iterator[Outcome]:
    yield Outcome(title="calm", holds=True, words=f"{terms.seconds:.0f} s", figures={})


def failing(_terms: Terms) -> Iterator[Outcome]:
    yield Outcome(title="storm", holds=False, words="1 lost", figures={"lost": 1}, told=("a task",))


BOTH = (
    Campaign(name="calm", minutes=3, run=holding),
    Campaign(name="storm", minutes=1, run=failing),
)


def test_one_campaign_that_does_not_hold_fails_the_run_and_tells_why(tmp_path, capsys):
    assert main(["--home", str(tmp_path)], BOTH) == 1

    assert capsys.readouterr().out.splitlines()[-2:] == [
        "FAILS  storm                        1 lost",
        "       a task",
    ]


def test_a_run_of_what_holds_ends_well(tmp_path):
    assert main(["--home", str(tmp_path), "--only", "calm"], BOTH) == 0


def test_figures_are_kept_with_date_and_command(tmp_path):
    main(["--home", str(tmp_path), "--only", "storm", "--seed", "7"], BOTH)

    kept = json.loads((tmp_path / "soak.json").read_text("utf-8"))
    assert kept["command"] == f"python -m tests.soak --home {tmp_path} --only storm --seed 7"
    assert kept["date"].startswith("20")
    assert [each["figures"] for each in kept["outcomes"]] == [{"lost": 1}]


def test_the_minutes_are_shared_out_as_the_campaigns_are_long(tmp_path, capsys):
    main(["--home", str(tmp_path), "--minutes", "2"], BOTH)

    assert "calm                         90 s" in capsys.readouterr().out


def test_an_unknown_campaign_is_refused_by_name(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["--home", str(tmp_path), "--only", "calm,strom"], BOTH)

    assert "no campaign is called strom" in capsys.readouterr().err


def test_the_whole_run_is_bounded_by_an_hour():
    assert length(CAMPAIGNS) < 60


def test_what_runs_beside_others_is_told_in_its_place(tmp_path, capsys):
    campaigns = (BOTH[0], *(each for each in CAMPAIGNS if each.name == "feel"), BOTH[1])

    main(["--home", str(tmp_path), "--minutes", "0.1"], campaigns)

    lines = capsys.readouterr().out.splitlines()
    assert [line[7:35].strip() for line in lines[:3]] == ["calm", "expressions of FEEL", "storm"]


def test_the_records_of_a_whole_house_are_tampered_with_and_every_change_is_found(capsys, tmp_path):
    asked = ["--home", str(tmp_path), "--only", "tampering", "--minutes", "0.02", "--on", "sqlite"]

    assert main(asked) == 0
    assert "0 not found" in capsys.readouterr().out
