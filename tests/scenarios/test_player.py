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
because = "Kommer senere."
says = "Hun får svaret i Digital Post."
"""

Play = Callable[..., Report]


@pytest.fixture
def play_text(rebuild: Callable[[MovableClock], Casework], tmp_path: Path) -> Play:
    """What plays a file with this text."""

    def run(text: str) -> Report:
        file = tmp_path / "example.toml"
        file.write_text(text, encoding="utf-8")
        return Player(read_scenario(file), rebuild, BPMN).play()

    return run


@pytest.fixture
def play(play_text: Play) -> Play:
    """What plays a file of these lines."""
    return lambda *lines: play_text("\n".join((HEAD, *lines)))


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

    rung, mail = report.failures[:2]
    assert rung.startswith("tor 2026-08-06 08:00 trin: ventet intet, fandt reminder screening")
    assert "mandag 3. august 2026" in rung  # why the task is due when it is
    assert mail == "tor 2026-08-06 08:00 besked: ventet intet, fandt reminder → intake"
    assert report.verdicts[1].what == "ingen linje taler om dette"


def test_an_unlisted_message_fails(play: Play) -> None:
    report = play(REFERRED.replace('mails = ["receipt → karla@example.org"]', ""))

    assert report.failures == [
        "man 2026-08-03 10:00 besked: ventet intet, fandt receipt → karla@example.org"
    ]


def test_something_listed_that_does_not_come_fails(play: Play) -> None:
    report = play(REFERRED + 'rungs = ["E1 screening"]')

    assert len(report.failures) == 1
    assert report.failures[0].startswith(
        "man 2026-08-03 10:00 trin: ventet E1 screening, fandt intet [Regnes fra"
    )


def test_a_wrong_date_prints_expected_and_actual_and_why(play: Play) -> None:
    report = play(REFERRED.replace("2026-08-10", "2026-08-11"))

    assert len(report.failures) == 1
    assert (
        "ventet screening → intake → 2026-08-11, fandt screening → intake → 2026-08-10"
        in report.failures[0]
    )
    assert "5 arbejdsdage efter er mandag 10. august 2026" in report.failures[0]


def test_a_wrong_fact_prints_expected_and_actual(play: Play) -> None:
    report = play(REFERRED + 'then = { state = "closed" }')

    assert report.failures == ["man 2026-08-03 10:00 state: ventet 'closed', fandt 'received'"]


def test_a_line_of_a_later_round_prints_as_not_yet_and_has_not_passed(play: Play) -> None:
    report = play(REFERRED, REMINDED, SCREENED, LATER)

    told = list(report.told())
    later = "tor 2026-08-06 15:00  Hun får svaret i Digital Post. Fordi: Kommer senere."
    assert f"  endnu ikke   {later}" in told
    assert told[-1] == "Et kort eksempel: holder (3 holdt, 0 holdt ikke, 1 endnu ikke)"


def test_a_line_for_later_without_a_reason_is_refused(play: Play) -> None:
    with pytest.raises(InvalidDefinition, match="uden »because«"):
        play(REFERRED.replace("at =", "round = 5\nat ="))


def test_an_act_that_cannot_be_done_fails_and_ends_the_play(play: Play) -> None:
    report = play(REFERRED, ANSWERED.replace("at =", 'act = "complete"\ntask = "decide"\nat ='))

    assert "kan ikke: 0 åbne opgaver »decide«" in report.failures[-1]


def test_a_line_with_an_unknown_key_is_refused_by_file_and_line(play: Play) -> None:
    with pytest.raises(InvalidDefinition, match=r"example\.toml: linje 2: ukendte nøgler"):
        play(REFERRED, REMINDED + 'ring = "E1"')


CASE = """
title = "Et kort eksempel"
pack = "sonderborg"
lapse = ["call"]
[young_person]
first_name = "Anton"
last_name = "Opdigtet"
birth_date = 2010-05-09
[start]
state = "active_multi"
team = 2
primary = "uu_counsellor"
[[line]]
at = "2026-12-21 09:00"
act = "open_case"
"""
CALL = """
[[line]]
at = "2026-12-21 09:12"
act = "open_task"
given.element = "call"
given.title = "Ring"
given.role = "primary_responsible"
given.ladder = "B"
given.deadline = 'after(created, "5 WD")'
opens = ["call → uu_counsellor → 2026-12-30"]
"""
LADDER = """
[line.ladders]
call = [
    "reminder 2026-12-28 08:00",
    "prewarning 2026-12-29 08:00",
    "E2 2027-01-04 08:00",
    "E3 2027-01-06 08:00",
]
"""


@pytest.fixture
def play_case(play_text: Play) -> Play:
    """What plays lines on a case that runs already."""
    return lambda *lines: play_text("\n".join((CASE, *lines)))


def test_a_task_of_no_diagram_has_a_deadline_and_a_whole_ladder(play_case: Play) -> None:
    assert play_case(CALL + LADDER).failures == []


def test_a_wrong_ladder_prints_expected_and_actual_and_why(play_case: Play) -> None:
    (failure,) = play_case(CALL + LADDER.replace("2027-01-04", "2027-01-05")).failures

    assert "E2 2027-01-05 08:00" in failure
    assert "fandt reminder 2026-12-28 08:00" in failure
    assert "lukkedag: Juleaften" in failure


def test_a_wrong_day_prints_expected_and_actual_and_why(play_case: Play) -> None:
    (failure,) = play_case(CALL + 'then = { "due.call" = "2026-12-29" }').failures

    assert "due.call: ventet '2026-12-29', fandt '2026-12-30'" in failure
    assert "lukkedag: Juleaften" in failure


def test_a_word_that_an_explanation_lacks_fails_with_the_explanation(play_case: Play) -> None:
    (failure,) = play_case(CALL + 'why = { call = ["5 arbejdsdage", "påske"] }').failures

    assert "ventet »påske«, fandt »Regnes fra den dag, opgaven kom" in failure


def test_a_row_that_the_journal_lacks_fails_with_those_it_has(play_case: Play) -> None:
    (failure,) = play_case(CALL + 'journal = [{ act = "deadline_changed" }]').failures

    assert failure.endswith("journal: ventet {'act': 'deadline_changed'}, fandt task_opened")


def test_an_act_that_is_given_something_unknown_is_refused(play_case: Play) -> None:
    report = play_case(CALL.replace("given.role", "given.whose"))

    assert report.failures == ["man 2026-12-21 09:12 kan ikke: »open_task« mangler role i given"]


def test_two_lines_of_one_moment_each_have_their_own_messages(play_case: Play) -> None:
    at = '[[line]]\nat = "2026-12-28 08:00"\n'
    reminded = at + 'rungs = ["reminder call"]\nmails = ["reminder → uu_counsellor"]'

    assert play_case(CALL, reminded, at).failures == []


def test_a_deputy_gets_the_copy_of_one_who_is_away(play_case: Play) -> None:
    away = """
[[line]]
at = "2026-12-22 09:00"
act = "absent"
given = { who = "uu_counsellor", until = 2026-12-29, deputy = "youth_adviser" }
"""
    reminded = """
[[line]]
at = "2026-12-28 08:00"
rungs = ["reminder call"]
mails = ["reminder → uu_counsellor", "reminder → youth_adviser"]
"""
    assert play_case(CALL, away, reminded).failures == []


def test_a_parameter_that_is_changed_counts_from_then_on(play_case: Play) -> None:
    set_to = """
[[line]]
at = "2026-12-21 09:05"
act = "set_parameters"
given = { "screening" = "3 WD" }
"""
    call = CALL.replace('"5 WD"', 'param("screening")').replace("2026-12-30", "2026-12-28")

    assert play_case(set_to, call).failures == []


def test_a_closing_day_that_comes_to_counts_from_then_on(play_case: Play) -> None:
    closed = """
[[line]]
at = "2026-12-21 09:05"
act = "close_day"
given = { day = 2026-12-23, name = "Flytning" }
"""
    assert play_case(closed, CALL.replace("2026-12-30", "2027-01-04")).failures == []


def test_a_birth_date_that_is_corrected_moves_what_lies_ahead(play_case: Play) -> None:
    corrected = """
[[line]]
at = "2026-12-22 09:00"
act = "birth_date"
given = { to = 2010-06-09 }
mails = ["birth_date_changed → leader_ungecenter"]
journal = [{ act = "birth_date_changed", old_date = "2010-05-09", new_date = "2010-06-09" }]
then = { "milestone.age_18" = "2028-06-09" }
"""
    assert play_case(corrected).failures == []


def test_the_clock_leaps_with_nobody_looking_on_the_way(play_case: Play) -> None:
    leap = """
[[line]]
at = "2027-01-25 09:00"
act = "jump"
rungs = ["E2 call", "E3 call", "prewarning call", "reminder call"]
"""
    assert play_case(CALL, leap).failures == []
