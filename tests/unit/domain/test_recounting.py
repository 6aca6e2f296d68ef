"""What a date hangs on, what has changed, and steps that are taken anew."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from engine.domain.changes import Change, changes, concerning, joined
from engine.domain.deadlines import due
from engine.domain.dependence import UNKNOWN, Dependence, dependence, hangs_on
from engine.domain.feel_functions import functions
from engine.domain.ladders import rungs_of
from engine.domain.ledgers import Line, with_ledger
from engine.domain.parameters import register
from engine.domain.reckonings import Moved, reckoning_of, rolled
from engine.domain.replaying import Circumstances, replayed
from tests.explanations.checker import worked_out
from tests.unit.domain.test_ladders import ORDINARY

PERIODS = ("1 WD", "5 WD", "20 WD", "10 SD", "6 HD", "30 CD", "P3M", "P4W")
NUMBERS = register({"short": "5 WD", "long": "P3M"}, source="Vores standard")
MONDAY = date(2026, 3, 2)


def reckoned(calendar, start, word, period):
    """The steps by which `word` leads from `start`, as an act keeps them."""
    moves: list[Moved] = []
    found = functions(calendar, NUMBERS, start, moves.append)[word](start, period)
    return reckoning_of(calendar, found, moves, lambda _: "created", {})


def deadline_of(calendar, start, period):
    """What `start` and `period` give: the steps, the day due, and the days of the ladder."""
    steps = reckoned(calendar, start, "after", period)
    found = due(calendar, date.fromisoformat(steps[-1]["to"]))
    steps += rolled(calendar, found.legal_limit_on, found.due_on)
    ladder = rungs_of(calendar, ORDINARY, found.due_on, start)
    return steps, found, [calendar.local_date(each.fires_at) for each in ladder]


def test_a_day_outside_what_a_deadline_hangs_on_changes_nothing_of_it(calendar):
    chance = Random(20261122)  # noqa: S311  # no secret, and the same every time
    outside = inside = 0
    for _ in range(2_000):
        start = date(2026, 1, 1) + timedelta(days=chance.randrange(1_200))
        period, day = chance.choice(PERIODS), start + timedelta(days=chance.randrange(-40, 140))
        closed = {**calendar.closing_days, day.isoformat(): "lukket"}
        changed = replace(calendar, closing_days=closed)
        steps, found, ladder = deadline_of(calendar, start, period)
        hung_on = dependence(steps).widened([found.due_on, *ladder])
        _, anew, ladder_anew = deadline_of(changed, start, period)
        if hung_on.since <= day <= hung_on.until:
            inside += (anew, ladder_anew) != (found, ladder)
        else:
            outside += 1
            assert (anew, ladder_anew) == (found, ladder), (start, period, day)
    assert outside > 500
    assert inside > 100


def test_steps_taken_anew_are_those_that_the_rule_gives_now(calendar):
    chance = Random(4)  # noqa: S311  # no secret, and the same every time
    for _ in range(500):
        start = date(2026, 1, 1) + timedelta(days=chance.randrange(1_200))
        word, period = chance.choice(("after", "before")), chance.choice(PERIODS)
        day = start + timedelta(days=chance.randrange(-60, 60))
        changed = replace(calendar, closing_days={day.isoformat(): "lukket"})

        anew = replayed(reckoned(calendar, start, word, period), Circumstances(changed, NUMBERS))

        assert anew == reckoned(changed, start, word, period)
        assert worked_out(anew) == anew[-1]["to"]


def test_a_parameter_is_asked_again(calendar):
    moves: list[Moved] = []
    words = functions(calendar, NUMBERS, MONDAY, moves.append)
    found = words["after"](MONDAY, words["param"]("short"))
    steps = reckoning_of(calendar, found, moves, lambda _: "created", {})
    longer = NUMBERS.overridden_by({"short": "7 WD"}, "Byrådet")

    anew = replayed(steps, Circumstances(calendar, longer))

    assert (anew[-1]["to"], anew[-1]["source"]) == ("2026-03-11", "Byrådet")


@pytest.mark.parametrize(("setting", "day"), [("02-28", "2030-02-28"), ("03-01", "2030-03-01")])
def test_an_age_is_counted_from_the_corrected_birth_date_by_the_setting(calendar, setting, day):
    steps = [
        {"by": "given", "name": "birth_date", "to": "2012-03-14"},
        {"by": "age", "period": "18y", "to": "2030-03-14"},
    ]
    numbers = register({"leap_day.duties": setting})

    anew = replayed(steps, Circumstances(calendar, numbers, date(2012, 2, 29)))

    assert worked_out(anew) == day
    assert dependence(anew).keys == {"leap_day.duties"}


def test_the_day_of_a_meeting_is_the_meetings_own(calendar):
    steps = [
        {"by": "given", "name": "anchor", "to": "2026-03-02"},
        {"by": "series", "period": "P14D", "to": "2026-03-16"},
        {"by": "before", "period": "5 WD", "to": "2026-03-09"},
    ]
    changed = replace(calendar, closing_days={"2026-03-10": "lukket"})

    assert replayed(steps, Circumstances(changed, NUMBERS)) == steps


def test_a_roll_that_is_not_needed_any_more_is_gone(calendar):
    steps = [
        {"by": "given", "name": "created", "to": "2026-12-20"},
        {"by": "after", "period": "4 CD", "to": "2026-12-24"},
        {"by": "back", "to": "2026-12-23", "off": [["2026-12-24", "lukkedag: Juleaften"]]},
    ]
    anew = replayed(steps, Circumstances(replace(calendar, closing_days={}), NUMBERS))

    assert [step["by"] for step in anew] == ["given", "after"]


def test_what_nobody_knows_hangs_on_everything():
    assert hangs_on(UNKNOWN, {"short"})
    assert hangs_on("|long|short|", {"short"})
    assert not hangs_on("|shorter|", {"short"})
    assert not hangs_on("", {"short"})


def test_changes_are_days_that_came_and_went_and_numbers_that_are_others(calendar):
    before = replace(calendar, closing_days={"12-24": "Juleaften"}), NUMBERS
    after = (
        replace(calendar, closing_days={"2026-12-30": "Flytning"}),
        NUMBERS.overridden_by({"short": "7 WD"}, "Byrådet"),
    )

    assert [(each.what, each.of) for each in changes(before, after)] == [
        ("closed", "2026-12-30"),
        ("opened", "12-24"),
        ("parameter", "short"),
    ]


def test_of_changes_one_after_the_other_the_last_counts_from_the_first():
    first = Change(what="parameter", of="short", before="5 WD", after="7 WD")
    then = Change(what="parameter", of="short", before="7 WD", after="9 WD")

    assert joined([first, then]) == [
        Change(what="parameter", of="short", before="5 WD", after="9 WD")
    ]


def test_a_day_of_every_year_concerns_what_lies_around_it_in_any_year():
    closed = Change(what="closed", of="06-05", name="Grundlovsdag")
    near = Dependence(date(2028, 6, 1), date(2028, 6, 9), frozenset())
    far = Dependence(date(2028, 6, 6), date(2028, 6, 9), frozenset())

    assert concerning([closed], near, today=MONDAY) == [closed]
    assert concerning([closed], far, today=MONDAY) == []


def test_lines_of_the_ledger_follow_each_other(calendar):
    steps = reckoned(calendar, MONDAY, "after", "5 WD")
    told = {"reason": "missing_information", "source": "own", "who": "Alice"}
    lines = [
        Line(by="rested", since=date(2026, 3, 4), until=date(2026, 3, 6), **told),
        Line(by="extended", since=date(2026, 3, 9), period="3 WD", **told),
    ]

    assert worked_out(with_ledger(calendar, steps, lines)) == "2026-03-16"


def test_days_of_a_rest_are_counted_as_the_deadline_is(calendar):
    steps = reckoned(calendar, MONDAY, "after", "10 CD")
    told = {"reason": "party_hearing", "source": "fvl_19", "who": "Alice"}
    line = Line(by="rested", since=date(2026, 3, 6), until=date(2026, 3, 9), **told)

    *_, step = with_ledger(calendar, steps, [line])
    assert (step["period"], step["to"]) == ("3 CD", "2026-03-15")
