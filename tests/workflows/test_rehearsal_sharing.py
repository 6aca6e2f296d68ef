"""What is known of few cases is held back from the report that a process owner reads."""

from datetime import UTC, datetime
from uuid import UUID

from workflows.rehearsal.observing import Task
from workflows.rehearsal.playing import Failed
from workflows.rehearsal.sharing import held_back, undone

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


def failed(cases: int, title: str = "t", *, nobody: bool = False) -> list[Failed]:
    return [
        Failed(
            at=datetime(2026, 3, 2, tzinfo=UTC),
            case_id=UUID(int=number),
            process="p",
            element="e",
            title=title,
            role="r",
            nobody=nobody,
            why="a sentence with a name in it",
        )
        for number in range(cases)
    ]


def test_what_could_not_be_done_is_told_by_its_title_and_whether_nobody_has_the_role():
    (row,) = undone(failed(6, nobody=True))

    assert row == {"process": "p", "title": "t", "role": "r", "nobody": True, "times": 6}


def test_what_could_not_be_done_in_few_cases_is_not_counted():
    assert [row["times"] for row in undone([*failed(4) * 3, *failed(5, "u")])] == [None, 5]
