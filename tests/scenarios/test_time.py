"""What time may do to a case: long outages, and nights with an hour more or less."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.adapters.clock import MovableClock
from engine.ports import SYSTEM
from engine.services.timers import fire_due, next_due
from engine.storage.models import IncidentRow, JournalRow, OutboxRow, TaskRow, TimerRow
from engine.storage.work import Casework
from tests.conftest import BPMN
from workflows.scenarios.format import ZONE, Scenario, local, read_scenario
from workflows.scenarios.player import Player

T4 = read_scenario(BPMN / "scenarios" / "t4_declines_the_coordinator.toml")
IN_THE_MIDDLE = local("2026-09-02 10:00")  # she has just declined a coordinator
OUTAGE = timedelta(days=400)

Rebuild = Callable[[MovableClock], Casework]


@pytest.fixture
def after_an_outage(rebuild: Rebuild) -> Casework:
    """T4 to its middle, then nobody looks for 400 days, then somebody looks."""
    half = tuple(line for line in T4.lines if line.at <= IN_THE_MIDDLE)
    return leap(replace(T4, lines=half, lapse=T4.lapse | {"offer_again"}), rebuild)


def leap(begun: Scenario, rebuild: Rebuild) -> Casework:
    """Play to the last line, let nobody look for 400 days, and look."""
    player = Player(begun, rebuild, BPMN)
    assert player.play().holds
    player.clock.forward(OUTAGE)
    while fire_due(player.casework):
        pass
    return player.casework


def rungs(casework: Casework) -> Mapping[UUID, Sequence[JournalRow]]:
    """The journal's rungs of each task, in the order they were written."""
    found: dict[UUID, list[JournalRow]] = defaultdict(list)
    with casework.work(SYSTEM) as work:
        query = select(JournalRow).where(JournalRow.act == "rung_fired")
        for row in work.session.scalars(query.order_by(JournalRow.seq)):
            found[UUID(row.data["task"])].append(row)
    return found


def test_after_400_days_every_late_rung_has_one_row(after_an_outage: Casework) -> None:
    with after_an_outage.work(SYSTEM) as work:
        fired = work.session.execute(
            select(TimerRow.task_id, TimerRow.rung).where(
                TimerRow.kind == "rung", TimerRow.outcome.in_(("fired", "superseded"))
            )
        ).all()

    told = [
        (task, row.data["rung"]) for task, rows in rungs(after_an_outage).items() for row in rows
    ]
    assert sorted(told) == sorted((task, rung) for task, rung in fired)
    assert len(set(told)) == len(told)


def test_after_400_days_the_forgotten_follow_up_climbed_the_whole_ladder_in_order(
    after_an_outage: Casework,
) -> None:
    with after_an_outage.work(SYSTEM) as work:
        task = work.session.scalars(
            select(TaskRow.id).where(TaskRow.element == "hold_follow_up")
        ).one()

    rows = rungs(after_an_outage)[task]
    assert [row.data["rung"] for row in rows] == ["reminder", "E1", "E2", "E3"]
    assert [row.data["acted"] for row in rows] == [False, False, False, True]
    planned = [datetime.fromisoformat(row.data["planned_at"]) for row in rows]
    assert planned == sorted(planned)
    assert all(row.at > moment for row, moment in zip(rows, planned, strict=True))


@pytest.mark.parametrize("name", ["t1_across_easter", "t6_handover_with_a_late_receiver"])
def test_after_400_days_of_other_examples_at_most_the_last_late_rung_of_a_task_acts(
    name: str, rebuild: Rebuild
) -> None:
    whole = read_scenario(BPMN / "scenarios" / f"{name}.toml")
    played = [line for line in whole.lines if line.round == 1]
    before, after = played[: len(played) // 2], played[len(played) // 2 :]
    lapse = whole.lapse | {line.task for line in after if line.task}
    middle = leap(replace(whole, lines=tuple(before), lapse=lapse), rebuild)

    late = [
        [row for row in rows if row.at == rows[-1].at] for rows in rungs(middle).values()
    ]  # of a task, those that the look after the outage found
    assert max(len(rows) for rows in late) > 2
    for rows in late:
        planned = [row.data["planned_at"] for row in rows]
        assert planned == sorted(planned)
        assert len({row.data["rung"] for row in rows}) == len(rows)
        assert not any(row.data["acted"] for row in rows[:-1])


def test_after_400_days_nobody_gets_two_messages_about_one_task(after_an_outage: Casework) -> None:
    with after_an_outage.work(SYSTEM) as work:
        since = work.now
        keys = work.session.scalars(
            select(OutboxRow.key).where(OutboxRow.created_at == since, OutboxRow.kind != "receipt")
        ).all()

    about = [(key.split(":")[0], key.rsplit(":", 1)[-1]) for key in keys]
    assert len(set(about)) == len(about)


def test_after_400_days_nothing_is_an_incident_and_nothing_is_left_due(
    after_an_outage: Casework,
) -> None:
    with after_an_outage.work(SYSTEM) as work:
        assert work.session.scalars(select(IncidentRow)).all() == []
        due = next_due(work)
        assert due is None or due > work.now


@pytest.mark.parametrize(
    ("friday", "night"),
    [
        ("2026-03-27 10:00", date(2026, 3, 29)),
        ("2026-10-23 10:00", date(2026, 10, 25)),
        ("2027-03-19 10:00", date(2027, 3, 28)),
    ],
)
def test_a_night_of_23_or_25_hours_leaves_every_rung_at_eight(
    friday: str, night: date, rebuild: Rebuild
) -> None:
    refer = replace(T4.lines[0], at=local(friday))
    scenario: Scenario = replace(T4, lines=(refer,))
    player = Player(scenario, rebuild, BPMN)
    player.play()

    with player.casework.work(SYSTEM) as work:
        planned = work.session.scalars(select(TimerRow.planned_at).where(TimerRow.kind == "rung"))
        moments = [moment.astimezone(ZONE) for moment in planned]
    after = [moment for moment in moments if moment.date() > night]
    assert {moment.time() for moment in moments} == {time(8)}
    assert {moment.utcoffset() for moment in after} != {refer.at.utcoffset()}
