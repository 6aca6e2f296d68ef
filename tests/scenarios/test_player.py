"""The player holds a file against a closed world: what is not listed may not happen."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.adapters.clock import MovableClock
from engine.domain.errors import InvalidDefinition
from engine.storage.work import Casework
from tests.conftest import BPMN
from workflows.scenarios.format import read_scenario
from workflows.scenarios.player import Player
from workflows.scenarios.report import Report

HEAD = """
title = "Et kort eksempel"
pack = "sonderborg"
lapse = ["contribution", "relief"]
[series]
team3 = 2026-08-11
[young_person]
first_name = "Karla"
last_name = "Opdigtet"
birth_date = 2007-02-11
email = "karla@example.org"
[start.answers]
schooling = "none"
employment_case = true
urgency = "normal"
channel = "self"
referrer_email = "karla@example.org"
[answers.screening]
effort = "team"
disciplines = ["job_adviser"]
[answers.record_answer]
answer = "yes"
explained = true
"""
REFERRED = """
[[line]]
at = "2026-08-03 10:00"
act = "refer"
opens = ["screening → intake → 2026-08-10"]
mails = ["receipt → karla@example.org"]
"""
REMINDED = """
[[line]]
at = "2026-08-06 08:00"
rungs = ["reminder screening"]
mails = ["reminder → intake"]
"""
SCREENED = """
[[line]]
at = "2026-08-06 14:00"
act = "complete"
task = "screening"
opens = ["record_answer(young_person) → intake → 2026-08-20"]
"""
ANSWERED = """
[[line]]
at = "2026-08-06 14:01"
opens = ["contribution → job_adviser → 2026-08-14"]
then = { state = "on_agenda" }
"""
LATER = """
[[line]]
at = "2026-08-06 15:00"
round = 4
says = "Hun får svaret i Digital Post."
"""

Play = Callable[..., Report]


@pytest.fixture
def play(rebuild: Callable[[MovableClock], Casework], tmp_path: Path) -> Play:
    """What plays a file of these lines."""

    def run(*lines: str) -> Report:
        file = tmp_path / "example.toml"
        file.write_text("\n".join((HEAD, *lines)), encoding="utf-8")
        return Player(read_scenario(file), rebuild, BPMN).play()

    return run


def test_a_file_that_lists_everything_holds(play: Play) -> None:
    report = play(REFERRED, REMINDED, SCREENED, ANSWERED)

    assert report.failures == []
    assert report.passed == 4


def test_a_task_that_no_line_speaks_of_is_done_a_minute_after_it_came(play: Play) -> None:
    report = play(REFERRED, REMINDED, SCREENED, ANSWERED)

    opened = {at.strftime("%H:%M"): seen.opens for at, seen in report.happened}
    assert opened["12:01"] == ("contribution → job_adviser → 2026-08-14",)  # 14:01 local


def test_an_unlisted_task_fails(play: Play) -> None:
    report = play(REFERRED.replace('opens = ["screening → intake → 2026-08-10"]', ""))

    assert len(report.failures) == 1
    assert "opgave: ventet intet, fandt screening → intake → 2026-08-10" in report.failures[0]


def test_an_unlisted_rung_fails_also_at_a_moment_without_a_line(play: Play) -> None:
    report = play(REFERRED, SCREENED)

    assert report.failures[:2] == [
        "tor 2026-08-06 08:00 trin: ventet intet, fandt reminder screening",
        "tor 2026-08-06 08:00 besked: ventet intet, fandt reminder → intake",
    ]
    assert report.verdicts[1].what == "ingen linje taler om dette"


def test_an_unlisted_message_fails(play: Play) -> None:
    report = play(REFERRED.replace('mails = ["receipt → karla@example.org"]', ""))

    assert report.failures == [
        "man 2026-08-03 10:00 besked: ventet intet, fandt receipt → karla@example.org"
    ]


def test_something_listed_that_does_not_come_fails(play: Play) -> None:
    report = play(REFERRED + 'rungs = ["E1 screening"]')

    assert report.failures == ["man 2026-08-03 10:00 trin: ventet E1 screening, fandt intet"]


def test_a_wrong_date_prints_expected_and_actual_and_why(play: Play) -> None:
    report = play(REFERRED.replace("2026-08-10", "2026-08-11"))

    assert len(report.failures) == 1
    assert (
        "ventet screening → intake → 2026-08-11, fandt screening → intake → 2026-08-10"
        in report.failures[0]
    )
    assert "5 arbejdsdage efter mandag 3. august 2026" in report.failures[0]


def test_a_wrong_fact_prints_expected_and_actual(play: Play) -> None:
    report = play(REFERRED + 'then = { state = "closed" }')

    assert report.failures == ["man 2026-08-03 10:00 state: ventet 'closed', fandt 'received'"]


def test_a_line_of_a_later_round_prints_as_not_yet_and_has_not_passed(play: Play) -> None:
    report = play(REFERRED, REMINDED, SCREENED, LATER)

    told = list(report.told())
    assert "  endnu ikke   tor 2026-08-06 15:00  Hun får svaret i Digital Post." in told
    assert told[-1] == "Et kort eksempel: holder (3 holdt, 0 holdt ikke, 1 endnu ikke)"


def test_an_act_that_cannot_be_done_fails_and_ends_the_play(play: Play) -> None:
    report = play(REFERRED, ANSWERED.replace("at =", 'act = "complete"\ntask = "decide"\nat ='))

    assert "kan ikke: 0 åbne opgaver »decide«" in report.failures[-1]


def test_a_line_with_an_unknown_key_is_refused_by_file_and_line(play: Play) -> None:
    with pytest.raises(InvalidDefinition, match=r"example\.toml: linje 2: ukendte nøgler"):
        play(REFERRED, REMINDED + 'ring = "E1"')
