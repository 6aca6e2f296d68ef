"""A deadline rests, goes on, is extended, and that is taken back: lines of a ledger, not a date."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.domain.errors import Conflict, InvalidAnswers
from engine.ports import SYSTEM
from engine.services.ledger import ledger_of, running
from engine.services.recounts import recount
from engine.services.resting import extend, resume, suspend, take_back
from engine.services.timers import fire_due
from engine.storage.models import DayRow, TaskRow
from tests.engine.conftest import ALICE
from tests.engine.test_acts import FORM, ask
from tests.engine.test_recounting import RULE, close, journal, rows, rungs, task
from tests.explanations.checker import worked_out
from tests.spiff.drawing import end, start

WEDNESDAY = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def asked(deploy, begin):
    """A question due five working days after Monday 2 March: Monday 9 March."""
    deploy("p", start(), ask("a", deadline=RULE), end(), flows="start > a > end", f=FORM)
    return begin("p")


@pytest.fixture
def lawful(deploy, begin):
    """The same with the law's date beside it, by the statutory ladder."""
    node = ask("a", deadline='after(created, "5 WD")', legal_limit='after(created, "7 CD")')
    deploy("p", start(), node, end(), flows="start > a > end", f=FORM)
    return begin("p")


def act(casework, use_case, *args):
    which = task(casework).id
    casework.act(ALICE, lambda work: use_case(work, which, *args))


def rest(casework, until, reason="missing_information", source="own"):
    act(casework, suspend, until, reason, source)


def lengthen(casework, period="5 WD", reason="more_to_examine", source="own"):
    act(casework, extend, period, reason, source)


def lines(casework):
    with casework.work(SYSTEM) as work:
        return [row.id for row in ledger_of(work, work.session.scalars(select(TaskRow)).one())]


def test_what_was_left_when_the_deadline_began_to_rest_is_left_when_it_ends(casework, clock, asked):
    clock.move_to(WEDNESDAY)  # Thursday, Friday and Monday are left
    rest(casework, date(2026, 3, 18))

    assert task(casework).due_on == date(2026, 3, 23)  # Thursday, Friday and Monday


def test_a_rest_is_shown_with_its_days_its_reason_its_law_and_who(casework, clock, asked):
    clock.move_to(WEDNESDAY)
    rest(casework, date(2026, 3, 18), source="rsl_11")

    *_, step = task(casework).deadline["steps"]
    assert (step["by"], step["since"], step["until"]) == ("rested", "2026-03-04", "2026-03-18")
    assert (step["period"], step["reason"], step["source"], step["who"]) == (
        "10 WD",
        "missing_information",
        "rsl_11",
        "Alice",
    )
    assert worked_out(task(casework).deadline["steps"]) == "2026-03-23"


def test_days_off_in_a_rest_were_not_left_anyway(casework, clock, asked):
    close(casework, "2026-03-12")
    recount(casework)
    clock.move_to(WEDNESDAY)
    rest(casework, date(2026, 3, 18))

    steps = task(casework).deadline["steps"]
    assert (steps[-1]["period"], steps[-1]["rest_off"]) == (
        "9 WD",
        [["2026-03-12", "lukkedag: Lukket"]],
    )
    assert worked_out(steps) == str(task(casework).due_on) == "2026-03-23"


def test_a_rest_that_ends_early_gives_back_the_days_that_were_left(casework, clock, asked):
    clock.move_to(WEDNESDAY)
    rest(casework, date(2026, 3, 18))
    clock.move_to(datetime(2026, 3, 10, 12, tzinfo=UTC))
    act(casework, resume)

    assert task(casework).due_on == date(2026, 3, 13)  # Wednesday, Thursday, Friday
    with casework.work(SYSTEM) as work:
        assert running(work, task(casework)) is None


def test_no_rung_fires_while_the_deadline_rests(casework, clock, asked):
    clock.move_to(WEDNESDAY)
    rest(casework, date(2026, 3, 18))
    clock.move_to(datetime(2026, 3, 18, 22, tzinfo=UTC))

    assert fire_due(casework) == 0
    assert rungs(casework)["reminder"] == "2026-03-19"


def test_a_rung_that_would_fall_into_the_rest_waits_for_the_first_morning_after(
    casework, clock, asked
):
    clock.move_to(datetime(2026, 3, 5, 6, tzinfo=UTC))  # Friday and Monday are left
    rest(casework, date(2026, 3, 20))

    assert task(casework).due_on == date(2026, 3, 24)
    assert rungs(casework)["reminder"] == "2026-03-23"


def test_when_the_rest_is_over_the_ladder_climbs_as_ever(casework, clock, asked):
    clock.move_to(WEDNESDAY)
    rest(casework, date(2026, 3, 18))
    for _ in range(40):
        clock.forward(timedelta(days=1))
        fire_due(casework)

    mine = str(task(casework).id)
    fired = [row["rung"] for row in journal(casework, "rung_fired") if row["task"] == mine]
    assert fired == ["reminder", "E1", "E2", "E3"]


def test_an_extension_is_counted_from_what_was_reckoned(casework, asked):
    lengthen(casework, "5 WD")

    assert task(casework).due_on == date(2026, 3, 16)
    assert worked_out(task(casework).deadline["steps"]) == "2026-03-16"
    assert rungs(casework)["E1"] == "2026-03-17"


def test_an_extension_that_ends_on_a_day_off_is_rolled_back(casework, asked):
    lengthen(casework, "5 CD")  # Saturday 14 March

    assert task(casework).due_on == date(2026, 3, 13)
    assert worked_out(task(casework).deadline["steps"]) == "2026-03-13"


def test_a_line_is_taken_back_as_if_it_had_never_been(casework, asked):
    before = task(casework)
    lengthen(casework)
    act(casework, take_back, *lines(casework))

    now = task(casework)
    assert (now.due_on, now.deadline["steps"]) == (before.due_on, before.deadline["steps"])
    assert rungs(casework)["E1"] == "2026-03-10"
    (row,) = rows(casework, DayRow)
    assert row.undone_at is not None


def test_it_stands_in_the_journal_by_codes_alone(casework, asked):
    lengthen(casework, "5 WD")

    (written,) = journal(casework, "deadline_extended")
    assert {key: written[key] for key in ("reason", "source", "period")} == {
        "reason": "more_to_examine",
        "source": "own",
        "period": "5 WD",
    }
    (moved,) = journal(casework)
    assert (moved["before"][:10], moved["after"][:10], moved["why"]) == (
        "2026-03-09",
        "2026-03-16",
        "deadline_extended",
    )


def test_a_law_moves_its_own_date_too(casework, lawful):
    lengthen(casework, "7 CD", source="rsl_3")

    found = task(casework)
    assert (found.due_on, found.legal_limit_on) == (date(2026, 3, 16), date(2026, 3, 16))
    assert worked_out(found.deadline["limit"]) == "2026-03-16"


def test_we_cannot_extend_beyond_the_date_of_the_law_by_ourselves(casework, lawful):
    with pytest.raises(InvalidAnswers) as refused:
        lengthen(casework, "5 WD")

    assert set(refused.value.problems) == {"source"}
    assert (task(casework).due_on, rows(casework, DayRow)) == (date(2026, 3, 9), [])


def test_lines_stand_when_the_settings_change(casework, clock, asked):
    lengthen(casework, "5 WD")
    close(casework, "2026-03-12")
    recount(casework)

    assert task(casework).due_on == date(2026, 3, 17)
    assert worked_out(task(casework).deadline["steps"]) == "2026-03-17"


def test_a_deadline_that_has_passed_is_not_changed(casework, clock, asked):
    clock.move_to(datetime(2026, 3, 10, 12, tzinfo=UTC))

    with pytest.raises(Conflict, match="er gået"):
        lengthen(casework)
    with pytest.raises(Conflict, match="er gået"):
        rest(casework, date(2026, 3, 20))


def test_a_deadline_in_hours_is_not_changed(casework, deploy, begin):
    node = ask("a", deadline='after(created_at, "24 h")', ladder="H")
    deploy("p", start(), node, end(), flows="start > a > end", f=FORM)
    begin("p")

    with pytest.raises(Conflict, match="timer"):
        lengthen(casework)


def test_a_deadline_rests_once_at_a_time(casework, asked):
    rest(casework, date(2026, 3, 18))

    with pytest.raises(Conflict, match="allerede i bero"):
        rest(casework, date(2026, 3, 20))


def test_a_rest_that_is_over_cannot_be_taken_back(casework, clock, asked):
    rest(casework, date(2026, 3, 4))
    clock.move_to(datetime(2026, 3, 5, 12, tzinfo=UTC))

    with pytest.raises(Conflict, match="kan ikke fortrydes"):
        act(casework, take_back, *lines(casework))


@pytest.mark.parametrize(
    ("until", "reason", "source", "field"),
    [
        (date(2026, 3, 2), "missing_information", "own", "until"),
        (date(2026, 9, 3), "missing_information", "own", "until"),
        (date(2026, 3, 18), "because", "own", "reason"),
        (date(2026, 3, 18), "missing_information", "a law", "source"),
    ],
)
def test_what_is_missing_for_a_rest_is_said_by_field(casework, asked, until, reason, source, field):
    with pytest.raises(InvalidAnswers) as refused:
        rest(casework, until, reason, source)

    assert set(refused.value.problems) == {field}


@pytest.mark.parametrize("period", ["", "0 WD", "24 h", "P9M", "400 CD", "snart"])
def test_a_length_that_is_none_is_refused(casework, asked, period):
    with pytest.raises(InvalidAnswers) as refused:
        lengthen(casework, period)

    assert set(refused.value.problems) == {"period"}
