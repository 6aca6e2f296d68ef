"""Settings change: the deadlines that hang on them move, with ladder, journal and message; once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, select

from engine.ports import SYSTEM
from engine.services.deployments import configure
from engine.services.incidents import open_incidents
from engine.services.recounts import SETTLES, last_recount, recount
from engine.services.timers import fire_due
from engine.storage.dependents import Subjects, cases_that_hang_on
from engine.storage.models import InstanceRow, JournalRow, OutboxRow, TaskRow, TimerRow
from tests.bench.statements import counting
from tests.engine.conftest import PARAMETERS
from tests.engine.test_acts import FORM, ask
from tests.engine.test_calendar_of_timers import answer
from tests.explanations.checker import worked_out
from tests.spiff.drawing import after, at, boundary, catch, end, service, start

MONDAY_IN_DUE = "2026-03-06"  # a Friday inside the five working days from Monday 2 March
RULE = 'after(created, param("short"))'


def settings(casework, *, closed=None, **parameters):
    content = {
        "parameters": {**PARAMETERS, **{k.replace("_", "."): v for k, v in parameters.items()}},
        "closing_days": closed or {},
    }
    casework.act(SYSTEM, lambda work: configure(work, content))


def close(casework, day=MONDAY_IN_DUE, name="Lukket"):
    settings(casework, closed={day: name})


def rows(casework, kind, *where):
    with casework.work(SYSTEM) as work:
        return list(work.session.scalars(select(kind).where(*where)))


def task(casework):
    (found,) = rows(casework, TaskRow, TaskRow.element == "a")
    return found


def journal(casework, act="deadline_changed"):
    found = rows(casework, JournalRow, JournalRow.act == act)
    return [row.data for row in sorted(found, key=lambda row: row.seq)]


def rungs(casework, **where):
    found = rows(casework, TimerRow, TimerRow.kind == "rung", TimerRow.outcome.is_(None))
    return {row.rung: row.due_at.date().isoformat() for row in found}


@pytest.fixture
def asked(deploy, begin):
    """A question due in the parameter `short`, five working days: Monday 9 March."""
    deploy("p", start(), ask("a", deadline=RULE), end(), flows="start > a > end", f=FORM)
    return begin("p")


def test_a_new_closing_day_moves_the_deadlines_that_count_across_it(casework, asked):
    close(casework)

    assert recount(casework) == 1
    assert task(casework).due_on == date(2026, 3, 10)


def test_the_ladder_moves_with_its_deadline(casework, asked):
    before = rungs(casework)
    close(casework)
    recount(casework)

    assert before == {
        "reminder": "2026-03-05",
        "E1": "2026-03-10",
        "E2": "2026-03-12",
        "E3": "2026-03-19",
    }
    assert rungs(casework) == {
        "reminder": "2026-03-05",
        "E1": "2026-03-11",
        "E2": "2026-03-13",
        "E3": "2026-03-20",
    }


def test_old_and_new_moment_stand_in_the_journal_with_what_changed(casework, asked):
    close(casework)
    recount(casework)

    (row,) = journal(casework)
    assert (row["before"][:10], row["after"][:10]) == ("2026-03-09", "2026-03-10")
    assert (row["why"], row["because"]) == (
        "settings_changed",
        [{"what": "closed", "of": MONDAY_IN_DUE}],
    )


def test_whom_it_concerns_is_told_with_the_mail_of_the_morning(casework, asked):
    close(casework)
    recount(casework)

    (told,) = rows(casework, OutboxRow)
    assert (told.kind, told.leaves, told.task_id) == (
        "deadline_moved",
        "digest",
        task(casework).id,
    )


def test_a_deadline_of_the_law_is_told_at_once(casework, deploy, begin):
    node = ask("a", deadline=RULE, ladder="B")
    deploy("p", start(), node, end(), flows="start > a > end", f=FORM)
    begin("p")
    close(casework)
    recount(casework)

    assert [row.leaves for row in rows(casework, OutboxRow)] == ["at_once"]


def test_the_explanation_leads_to_the_new_date_and_keeps_how_it_moved(casework, asked):
    close(casework)
    recount(casework)

    kept = task(casework).deadline
    assert worked_out(kept["steps"]) == "2026-03-10"
    assert kept["moved"] == [
        {
            "at": "2026-03-02",
            "why": "settings_changed",
            "before": "2026-03-09",
            "after": "2026-03-10",
            "because": [{"what": "closed", "of": MONDAY_IN_DUE, "name": "Lukket"}],
        }
    ]


def test_to_recount_again_changes_nothing(casework, clock, asked):
    close(casework)
    recount(casework)
    before = rows(casework, JournalRow)
    clock.forward(SETTLES)

    assert recount(casework) == 1  # the second pass, for acts that were under way
    assert recount(casework) == 0
    assert len(rows(casework, JournalRow)) == len(before)
    assert len(rows(casework, OutboxRow)) == 1


def test_a_task_of_an_act_that_was_under_way_is_caught_by_the_second_pass(
    casework, clock, asked, begin
):
    close(casework)
    recount(casework)
    casework.act(SYSTEM, lambda work: _as_if_reckoned_before(work, asked))
    clock.forward(SETTLES)

    recount(casework)

    assert task(casework).due_on == date(2026, 3, 10)


def _as_if_reckoned_before(work, case_id):
    row = work.session.scalars(select(TaskRow).where(TaskRow.case_id == case_id)).one()
    row.due_on, row.due_at = date(2026, 3, 9), datetime(2026, 3, 9, 22, 59, 59, tzinfo=UTC)


def test_when_nothing_has_changed_a_look_is_two_questions(casework, clock, asked):
    recount(casework)

    with counting(casework.database.engine) as counted:
        recount(casework)

    assert sorted(counted.statements) == ["SELECT configurations", "SELECT recounts"]


def test_only_cases_that_hang_on_the_change_are_looked_at(casework, deploy, begin, asked):
    deploy(
        "q",
        *(start(), ask("b", deadline='after(created, "20 CD")'), end()),
        flows="start > b > end",
        f=FORM,
    )
    begin("q")
    settings(casework, short="7 WD")

    assert recount(casework) == 1


def test_a_changed_parameter_moves_what_is_counted_by_it(casework, asked):
    settings(casework, short="7 WD")
    recount(casework)

    assert task(casework).due_on == date(2026, 3, 11)
    (row,) = journal(casework)
    assert row["because"] == [{"what": "parameter", "of": "short"}]


def test_a_closing_day_that_goes_brings_the_deadline_back(casework, asked):
    close(casework)
    recount(casework)
    settings(casework)
    recount(casework)

    assert task(casework).due_on == date(2026, 3, 9)
    assert [each["after"] for each in task(casework).deadline["moved"]] == [
        "2026-03-10",
        "2026-03-09",
    ]


def test_a_day_that_the_ladder_alone_counts_moves_the_ladder_alone(casework, asked):
    close(casework, "2026-03-11")
    recount(casework)

    assert task(casework).due_on == date(2026, 3, 9)
    assert rungs(casework)["E2"] == "2026-03-13"
    assert journal(casework) == []
    (row,) = journal(casework, "rungs_moved")
    assert set(row["rungs"]) == {"E2", "E3"}
    assert rows(casework, OutboxRow) == []


def test_a_rung_that_has_fired_never_fires_again(casework, clock, asked):
    clock.move_to(datetime(2026, 3, 5, 8, tzinfo=UTC))
    fire_due(casework)
    settings(casework, short="20 WD")
    recount(casework)
    clock.move_to(datetime(2026, 3, 27, 8, tzinfo=UTC))
    fire_due(casework)

    assert [row["rung"] for row in journal(casework, "rung_fired")] == ["reminder"]
    assert task(casework).due_on == date(2026, 3, 30)


def test_a_deadline_that_a_change_puts_into_the_past_is_told_and_climbs_next_morning(
    casework, clock, asked
):
    clock.move_to(datetime(2026, 3, 5, 12, tzinfo=UTC))
    fire_due(casework)
    settings(casework, short="1 WD")
    recount(casework)

    assert task(casework).due_on == date(2026, 3, 3)
    assert {row.kind for row in rows(casework, OutboxRow)} == {"reminder", "deadline_moved"}
    assert rungs(casework)["E1"] == rungs(casework)["E2"] == "2026-03-06"

    clock.move_to(datetime(2026, 3, 6, 7, tzinfo=UTC))
    fire_due(casework)
    fired = [(row["rung"], row["acted"]) for row in journal(casework, "rung_fired")]
    assert fired == [("reminder", True), ("E1", False), ("E2", True)]


def test_a_timer_that_was_reckoned_moves_with_its_state(casework, clock, deploy, begin):
    deploy(
        "t",
        *(start(), catch("wait", at('after(today(), "5 WD")')), end()),
        flows="start > wait > end",
    )
    begin("t")
    close(casework)
    recount(casework)

    (timer,) = rows(casework, TimerRow, TimerRow.kind == "drawn")
    assert timer.due_at == datetime(2026, 3, 10, 7, tzinfo=UTC)
    assert worked_out(timer.payload["why"]) == "2026-03-10"
    (row,) = journal(casework, "timer_changed")
    assert (row["before"][:10], row["after"][:10]) == ("2026-03-09", "2026-03-10")

    clock.move_to(datetime(2026, 3, 9, 12, tzinfo=UTC))
    assert fire_due(casework) == 0
    clock.move_to(datetime(2026, 3, 10, 7, tzinfo=UTC))
    assert fire_due(casework) == 1
    assert rows(casework, InstanceRow)[0].outcome == "end"


def test_a_length_of_time_that_has_begun_keeps_its_end(casework, deploy, begin):
    boundary_timer = boundary("late", "a", after("P7D"))
    nodes = (start(), ask("a", deadline=RULE), boundary_timer, end(), end("gone"))
    deploy("p", *nodes, flows="start > a > end\nlate > gone", f=FORM)
    begin("p")
    (before,) = rows(casework, TimerRow, TimerRow.kind == "drawn")
    close(casework)
    recount(casework)

    (timer,) = rows(casework, TimerRow, TimerRow.kind == "drawn")
    assert timer.due_at == before.due_at


@pytest.fixture
def lasting(casework, deploy, begin):
    """A case that waits for as long as the parameter says, since 2 March at ten."""
    deploy("p", start(), catch("wait", after('param("long")')), end(), flows="start > wait > end")
    return begin("p")


def test_a_length_of_time_that_a_parameter_says_ends_by_its_new_value(casework, clock, lasting):
    settings(casework, long="P3D")
    recount(casework)

    (timer,) = rows(casework, TimerRow, TimerRow.kind == "drawn")
    assert timer.due_at == datetime(2026, 3, 5, 9, tzinfo=UTC)
    assert worked_out(timer.payload["why"]) == "2026-03-05T09:00:00+00:00"
    (row,) = journal(casework, "timer_changed")
    assert (row["before"][:10], row["after"][:10]) == ("2026-03-16", "2026-03-05")
    clock.move_to(timer.due_at)
    assert fire_due(casework) == 1


def test_the_house_learns_of_a_wait_that_has_moved(casework, house, lasting):
    settings(casework, long="P3D")
    recount(casework)

    assert [(each[1], each[2].day, each[3].day) for each in house.waits] == [("wait", 16, 5)]


def test_a_date_that_was_handed_on_moves_with_what_hangs_on_it(casework, house, deploy, begin):
    def give(work, _instance, _inputs):
        return {"due": work.functions["after"](work.today, "5 WD").isoformat()}

    house.handlers["give"] = give
    deploy(
        "h",
        *(start(), service("s", "give", **{"out.due": "due"}), ask("a", deadline="due"), end()),
        flows="start > s > a > end",
        f=FORM,
    )
    begin("h")
    close(casework)
    recount(casework)

    assert task(casework).due_on == date(2026, 3, 10)
    assert list(rows(casework, InstanceRow)[0].reckoned) == ["2026-03-10"]


def test_a_deadline_whose_rule_gives_nothing_any_more_stays_and_is_an_incident(casework, asked):
    settings(casework, short="snart")
    recount(casework)

    assert task(casework).due_on == date(2026, 3, 9)
    with casework.work(SYSTEM) as work:
        (incident,) = open_incidents(work)
    assert (incident.element, incident.case_id) == ("a", asked)


def test_a_pass_goes_on_from_where_it_was(casework, asked, begin):
    for _ in range(2):
        begin("p")
    close(casework)

    assert [recount(casework, at_once=1, page_of=1) for _ in range(4)] == [1, 1, 1, 0]
    with casework.work(SYSTEM) as work:
        done = last_recount(work)
    assert (done.looked_at, done.moved) == (3, 3)


def test_settings_that_change_again_before_the_pass_is_over_are_one_pass(casework, asked, begin):
    begin("p")
    close(casework)
    recount(casework, at_once=1, page_of=1)
    settings(casework, closed={MONDAY_IN_DUE: "Lukket", "2026-03-05": "Også lukket"})
    recount(casework)

    assert {row.due_on for row in rows(casework, TaskRow)} == {date(2026, 3, 11)}


def test_a_closed_task_keeps_its_date(casework, clock, asked):
    answer(casework, "a")
    close(casework)

    assert recount(casework) == 0
    assert task(casework).due_on == date(2026, 3, 9)


def test_the_two_passes_are_a_minute_apart(casework, clock, asked):
    close(casework)
    recount(casework)
    clock.forward(SETTLES - timedelta(seconds=1))

    assert recount(casework) == 0


def test_the_cases_are_found_by_index_and_not_by_looking_at_every_open_task(casework, asked):
    if not casework.database.is_sqlite:
        pytest.skip("PostgreSQL chooses its way by how much there is")
    asked_for = []

    def note(_connection, _cursor, statement, parameters, *_more):
        asked_for.append((statement, parameters))

    event.listen(casework.database.engine, "before_cursor_execute", note)
    with casework.work(SYSTEM) as work:
        cases_that_hang_on(work.session, Subjects(days={date(2026, 3, 6)}, keys={"short"}))
    event.remove(casework.database.engine, "before_cursor_execute", note)

    with casework.database.engine.connect() as connection:
        for statement, parameters in asked_for:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            ways = [row[-1] for row in plan]
            assert not [each for each in ways if each in ("SCAN tasks", "SCAN timers")], ways
