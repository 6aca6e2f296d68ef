"""What is known of few cases is held back from the report that a process owner reads."""

from datetime import UTC, datetime

from workflows.rehearsal.observing import Task
from workflows.rehearsal.sharing import held_back

OFTEN, SELDOM, SOMETIMES = (("p", title, "r") for title in ("often", "seldom", "sometimes"))


def tasks(cases: int, each: int = 1) -> list[Task]:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    return [
        Task(
            case=str(number),
            created_at=now,
            element="e",
            title="t",
            process="p",
            role="r",
            team="",
            who="",
            due_on=None,
            due_at=None,
            closed_at=None,
            status="open",
            statutory=False,
        )
        for number in range(cases)
        for _ in range(each)
    ]


def test_what_five_cases_have_is_shown():
    assert held_back([{OFTEN: tasks(9), SOMETIMES: tasks(5)}]) == set()


def test_many_tasks_of_few_cases_are_held_back():
    found = held_back([{OFTEN: tasks(9), SOMETIMES: tasks(2), SELDOM: tasks(1, each=30)}])

    assert found == {SELDOM, SOMETIMES}


def test_the_only_one_takes_the_next_smallest_with_it_or_the_total_would_tell():
    found = held_back([{OFTEN: tasks(9), SOMETIMES: tasks(6), SELDOM: tasks(1)}])

    assert found == {SELDOM, SOMETIMES}


def test_what_is_held_back_in_one_run_is_held_back_in_the_other():
    in_force, tried = {OFTEN: tasks(9), SELDOM: tasks(8)}, {OFTEN: tasks(9), SELDOM: tasks(4)}

    assert SELDOM in held_back([in_force, tried])
