"""Escalation ladders over the worked dates."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine.domain.errors import InvalidDefinition
from engine.domain.ladders import (
    Rung,
    RungKind,
    next_opening,
    read_rungs,
    rungs_after_change,
    rungs_by_the_hour,
    rungs_of,
)


def row(rung, days=None, *, to="assignee", kind="notice", pre=False, hours=None):
    return {
        "rung": rung,
        "offset_working_days": days,
        "offset_hours": hours,
        "kind": kind,
        "to": to,
        "pre": pre,
    }


ORDINARY = read_rungs(
    [
        row("reminder", -2, pre=True),
        row("E1", 1, to="convenor, assignee"),
        row("E2", 3, kind="task", to="unit_leader"),
        row("E3", 8, kind="forum", to="leader_forum"),
    ]
)
STATUTORY = read_rungs(
    [
        row("reminder", -2, pre=True),
        row("prewarning", -1, to="unit_leader", pre=True),
        row("E2", 1, kind="task", to="unit_leader, chief_consultant"),
        row("E3", 3, kind="forum", to="leader_forum"),
    ]
)
HOURLY = read_rungs(
    [
        row("reminder", hours=12, pre=True),
        row("prewarning", hours=20, to="unit_leader", pre=True),
        row("E2", hours=24, kind="task", to="unit_leader, chief_consultant"),
        row("E3", 1, kind="forum", to="leader_forum"),
    ]
)


def fires_on(calendar, planned):
    return {rung.rung: calendar.local_date(at) for rung, at in planned}


def test_an_ordinary_ladder_climbs_from_the_day_the_task_is_due(calendar):
    planned = rungs_of(calendar, ORDINARY, date(2026, 11, 25), date(2026, 8, 25))

    assert fires_on(calendar, planned) == {
        "reminder": date(2026, 11, 23),
        "E1": date(2026, 11, 26),
        "E2": date(2026, 11, 30),
        "E3": date(2026, 12, 7),
    }


def test_a_statutory_ladder_climbs_faster_and_over_new_year(calendar):
    planned = rungs_of(calendar, STATUTORY, date(2026, 12, 30), date(2026, 12, 21))

    assert fires_on(calendar, planned) == {
        "reminder": date(2026, 12, 28),
        "prewarning": date(2026, 12, 29),
        "E2": date(2027, 1, 4),
        "E3": date(2027, 1, 6),
    }


@pytest.mark.parametrize(
    ("rungs", "due_on", "rung", "fires"),
    [
        (ORDINARY, date(2026, 4, 14), "reminder", date(2026, 4, 10)),
        (ORDINARY, date(2026, 4, 14), "E1", date(2026, 4, 15)),
        (ORDINARY, date(2026, 5, 15), "reminder", date(2026, 5, 12)),
        (ORDINARY, date(2026, 9, 8), "reminder", date(2026, 9, 4)),
        (ORDINARY, date(2027, 3, 22), "reminder", date(2027, 3, 18)),
        (ORDINARY, date(2027, 3, 22), "E1", date(2027, 3, 23)),
        (ORDINARY, date(2026, 6, 19), "reminder", date(2026, 6, 17)),
        (ORDINARY, date(2026, 6, 19), "E1", date(2026, 6, 22)),
        (ORDINARY, date(2026, 6, 19), "E2", date(2026, 6, 24)),
        (ORDINARY, date(2026, 6, 19), "E3", date(2026, 7, 1)),
        (STATUTORY, date(2026, 3, 20), "reminder", date(2026, 3, 18)),
        (STATUTORY, date(2026, 3, 20), "prewarning", date(2026, 3, 19)),
        (STATUTORY, date(2027, 1, 28), "reminder", date(2027, 1, 26)),
        (STATUTORY, date(2026, 9, 18), "E2", date(2026, 9, 21)),
        (STATUTORY, date(2026, 9, 18), "E3", date(2026, 9, 23)),
        (STATUTORY, date(2027, 8, 27), "E2", date(2027, 8, 30)),
    ],
)
def test_the_worked_rungs_fall_on_their_days(calendar, rungs, due_on, rung, fires):
    planned = rungs_of(calendar, rungs, due_on, date(2026, 1, 2))

    assert fires_on(calendar, planned)[rung] == fires


def test_a_rung_fires_at_eight_local_on_both_sides_of_daylight_saving(calendar):
    planned = rungs_of(calendar, ORDINARY, date(2026, 3, 27), date(2026, 3, 2))

    assert [at for _, at in planned] == [
        datetime(2026, 3, 25, 7, tzinfo=UTC),
        datetime(2026, 3, 30, 6, tzinfo=UTC),
        datetime(2026, 4, 1, 6, tzinfo=UTC),
        datetime(2026, 4, 13, 6, tzinfo=UTC),
    ]


@pytest.mark.parametrize(
    ("created_on", "kept"),
    [
        (date(2026, 12, 23), ["reminder", "prewarning", "E2", "E3"]),
        (date(2026, 12, 28), ["prewarning", "E2", "E3"]),  # the reminder's own day
        (date(2026, 12, 29), ["E2", "E3"]),
        (date(2026, 12, 30), ["E2", "E3"]),
    ],
)
def test_what_belongs_ahead_of_time_is_skipped_up_to_the_day_of_creation(
    calendar, created_on, kept
):
    planned = rungs_of(calendar, STATUTORY, date(2026, 12, 30), created_on)

    assert [rung.rung for rung, _ in planned] == kept


def test_offsets_are_working_days_also_from_a_day_that_is_none(calendar):
    planned = rungs_of(calendar, STATUTORY, date(2026, 12, 26), date(2026, 12, 1))

    assert fires_on(calendar, planned) == {
        "reminder": date(2026, 12, 22),
        "prewarning": date(2026, 12, 23),
        "E2": date(2026, 12, 28),
        "E3": date(2026, 12, 30),
    }


@pytest.mark.parametrize("rungs", [ORDINARY, STATUTORY], ids=["A", "B"])
@pytest.mark.parametrize(
    "first", [date(2026, 3, 16), date(2026, 12, 7)], ids=["Easter 2026", "Christmas 2026"]
)
def test_no_weekend_and_no_holiday_burns_a_rung(calendar, rungs, first):
    for days in range(45):
        due_on = calendar.roll_back(first + timedelta(days=days))
        planned = rungs_of(calendar, rungs, due_on, first - timedelta(days=60))

        assert len(planned) == 4
        for _, at in planned:
            assert calendar.why_not(calendar.local_date(at)) is None
            assert at == calendar.opens(calendar.local_date(at))


@pytest.mark.parametrize(
    ("due_on", "days"),
    [
        (date(2026, 4, 1), ["2026-03-30", "2026-04-07", "2026-04-09", "2026-04-16"]),
        (date(2026, 4, 8), ["2026-04-01", "2026-04-09", "2026-04-13", "2026-04-20"]),
        (date(2026, 12, 23), ["2026-12-21", "2026-12-28", "2026-12-30", "2027-01-08"]),
        (date(2026, 12, 29), ["2026-12-23", "2026-12-30", "2027-01-05", "2027-01-12"]),
    ],
    ids=["before Easter", "after Easter", "before Christmas", "between the years"],
)
def test_the_rungs_around_easter_and_christmas_stand_on_these_days(calendar, due_on, days):
    planned = rungs_of(calendar, ORDINARY, due_on, date(2026, 1, 5))

    assert [calendar.local_date(at).isoformat() for _, at in planned] == days


def test_a_ladder_by_the_hour_runs_through_the_night_and_over_closing_days(calendar):
    concern = datetime(2026, 12, 23, 14, tzinfo=UTC)  # Wednesday 15:00 in Copenhagen

    planned = rungs_by_the_hour(calendar, HOURLY, concern)

    assert [(rung.rung, at) for rung, at in planned] == [
        ("reminder", datetime(2026, 12, 24, 2, tzinfo=UTC)),
        ("prewarning", datetime(2026, 12, 24, 10, tzinfo=UTC)),
        ("E2", datetime(2026, 12, 24, 14, tzinfo=UTC)),
        ("E3", datetime(2026, 12, 28, 7, tzinfo=UTC)),
    ]


def test_hours_are_elapsed_hours_across_daylight_saving(calendar):
    saturday_noon = datetime(2026, 3, 28, 11, tzinfo=UTC)

    planned = {rung.rung: at for rung, at in rungs_by_the_hour(calendar, HOURLY, saturday_noon)}

    assert planned["E2"] == datetime(2026, 3, 29, 11, tzinfo=UTC)
    assert planned["E3"] == datetime(2026, 3, 30, 6, tzinfo=UTC)


def test_a_ladder_by_the_hour_needs_a_rung_in_hours(calendar):
    with pytest.raises(InvalidDefinition, match="mindst ét trin i timer"):
        rungs_by_the_hour(calendar, ORDINARY, datetime(2026, 3, 28, 11, tzinfo=UTC))


def test_a_rung_in_hours_has_no_place_on_a_ladder_by_the_day(calendar):
    with pytest.raises(InvalidDefinition, match="reminder"):
        rungs_of(calendar, HOURLY, date(2026, 3, 27), date(2026, 3, 2))


def test_a_new_closing_day_moves_the_rungs_that_have_not_fired(calendar):
    changed = replace(calendar, closing_days={**calendar.closing_days, "2026-12-30": "lukket"})

    planned = rungs_after_change(
        changed,
        rungs_of(changed, STATUTORY, date(2027, 1, 4), date(2026, 12, 21)),
        fired=(),
        now=datetime(2026, 12, 22, 12, tzinfo=UTC),
    )

    assert fires_on(changed, planned) == {
        "reminder": date(2026, 12, 28),
        "prewarning": date(2026, 12, 29),
        "E2": date(2027, 1, 5),
        "E3": date(2027, 1, 7),
    }


def test_a_rung_that_has_fired_never_fires_again(calendar):
    planned = rungs_after_change(
        calendar,
        rungs_of(calendar, STATUTORY, date(2027, 1, 8), date(2026, 12, 21)),
        fired={"reminder", "E2"},
        now=datetime(2026, 12, 28, 12, tzinfo=UTC),
    )

    assert [rung.rung for rung, _ in planned] == ["prewarning", "E3"]


def test_of_rungs_overtaken_by_a_change_the_steps_fire_next_morning_and_the_rest_never(calendar):
    planned = rungs_after_change(
        calendar,
        rungs_of(calendar, STATUTORY, date(2026, 12, 18), date(2026, 12, 1)),
        fired=(),
        now=datetime(2026, 12, 21, 12, tzinfo=UTC),
    )

    assert [(rung.rung, at) for rung, at in planned] == [
        ("E2", datetime(2026, 12, 22, 7, tzinfo=UTC)),
        ("E3", datetime(2026, 12, 23, 7, tzinfo=UTC)),
    ]


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (datetime(2026, 3, 27, 6, 59, tzinfo=UTC), datetime(2026, 3, 27, 7, tzinfo=UTC)),
        (datetime(2026, 3, 27, 7, 0, tzinfo=UTC), datetime(2026, 3, 30, 6, tzinfo=UTC)),
        (datetime(2026, 3, 28, 6, 0, tzinfo=UTC), datetime(2026, 3, 30, 6, tzinfo=UTC)),
        (datetime(2026, 4, 1, 12, 0, tzinfo=UTC), datetime(2026, 4, 7, 6, tzinfo=UTC)),
        (datetime(2026, 12, 23, 12, 0, tzinfo=UTC), datetime(2026, 12, 28, 7, tzinfo=UTC)),
    ],
    ids=["before eight", "after eight on a Friday", "a Saturday", "before Easter", "Christmas"],
)
def test_the_next_morning_is_the_next_one_of_work(calendar, now, opens):
    assert next_opening(calendar, now) == opens


def test_a_row_becomes_a_rung():
    assert read_rungs([row("E2", Decimal(1), to=["unit_leader", "chief"], kind="task")]) == (
        Rung(
            rung="E2",
            offset_working_days=1,
            kind=RungKind.TASK,
            to=("unit_leader", "chief"),
            pre=False,
        ),
    )


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (row("E1", 1) | {"rung": None}, "mangler sit navn"),
        (row("E1"), "enten arbejdsdage eller timer"),
        (row("E1", 1, hours=2), "enten arbejdsdage eller timer"),
        (row("E1", Decimal("1.5")), "et helt tal"),
        (row("E1", "1 WD"), "et helt tal"),
        (row("E1", 1, kind="mail"), "notice, task, forum"),
        (row("E1", 1, to=" , "), "mangler modtagere"),
        (row("E1", 1, to=None), "mangler modtagere"),
        (row("E1", 1) | {"pre": "no"}, "true eller false"),
    ],
)
def test_a_broken_row_is_refused(broken, reason):
    with pytest.raises(InvalidDefinition, match=reason):
        read_rungs([broken])


def test_a_rung_stands_once_on_its_ladder():
    with pytest.raises(InvalidDefinition, match="»E1« står to gange"):
        read_rungs([row("E1", 1), row("E1", 3)])
