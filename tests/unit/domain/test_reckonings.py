"""How a date came about, step by step, as it is kept."""

from dataclasses import replace
from datetime import date

import pytest

from engine.domain.feel_functions import functions
from engine.domain.parameters import register
from engine.domain.reckonings import reckoning_of, rolled

TODAY = date(2026, 3, 26)


@pytest.fixture
def moves():
    return []


@pytest.fixture
def feel(calendar, moves):
    parameters = register({"screening": "5 WD", "handover.decided": "17y6m"}, "Vores standard")
    return functions(calendar, parameters, TODAY, moves.append)


def reckoned(calendar, day, moves, known=None):
    return reckoning_of(calendar, day, moves, lambda _written: "created", known or {})


def test_a_count_keeps_its_parameter_and_the_days_that_only_the_calendar_knows(
    calendar, feel, moves
):
    day = feel["after"](TODAY, feel["param"]("screening"))

    assert reckoned(calendar, day, moves) == [
        {"by": "given", "name": "created", "to": "2026-03-26"},
        {
            "by": "after",
            "period": "5 WD",
            "key": "screening",
            "source": "Vores standard",
            "to": "2026-04-07",
            "off": [
                ["2026-04-02", "Skærtorsdag"],
                ["2026-04-03", "Langfredag"],
                ["2026-04-06", "2. påskedag"],
            ],
        },
    ]


def test_a_count_goes_on_from_the_one_before_it(calendar, feel, moves):
    reached = feel["age_date"]("2008-09-20", feel["param"]("handover.decided"))
    day = feel["before"](reached, "P1M")

    assert [
        (step["by"], step.get("name"), step["to"]) for step in reckoned(calendar, day, moves)
    ] == [
        ("given", "birth_date", "2008-09-20"),
        ("age", None, "2026-03-20"),
        ("before", None, "2026-02-20"),
    ]


def test_what_was_counted_and_not_used_is_left_out(calendar, feel, moves):
    feel["after"](TODAY, "30 CD")
    day = feel["after"](TODAY, "2 WD")
    feel["after"](TODAY, "10 WD")

    assert [step["to"] for step in reckoned(calendar, day, moves)] == ["2026-03-26", "2026-03-30"]


def test_it_goes_on_from_a_day_that_is_known(calendar, feel, moves):
    series = [
        {"by": "given", "name": "anchor", "to": "2026-04-09"},
        {"by": "series", "period": "P21D", "to": "2026-04-30"},
    ]
    day = feel["after"]("2026-04-30", "3 WD")

    steps = reckoned(calendar, day, moves, {"2026-04-30": series})

    assert [step["by"] for step in steps] == ["given", "series", "after"]


def test_a_roll_keeps_the_days_it_passes(calendar):
    (step,) = rolled(calendar, date(2027, 1, 1), date(2026, 12, 30))

    assert step == {
        "by": "back",
        "to": "2026-12-30",
        "off": [["2027-01-01", "Nytårsdag"], ["2026-12-31", "lukkedag: nytårsaftensdag"]],
    }


def test_a_day_that_stays_is_not_rolled(calendar):
    assert rolled(calendar, TODAY, TODAY) == []


def test_the_setting_for_29_february_is_kept_where_it_counts(calendar, feel, moves):
    day = feel["birthday"]("2008-02-29", 18)

    assert reckoned(calendar, day, moves)[-1]["leap"] == "02-28"


def test_a_school_holiday_is_told_where_school_days_are_counted(calendar, moves):
    school = replace(calendar, school_holidays={date(2026, 10, 12): "efterårsferie"})
    words = functions(school, register({}), TODAY, moves.append)

    day = words["after"]("2026-10-09", "1 SD")

    assert reckoned(school, day, moves)[-1]["off"] == [["2026-10-12", "skolefri: efterårsferie"]]
