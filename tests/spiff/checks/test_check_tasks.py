"""What people meet: roles, forms, deadlines and waits."""

import pytest

from tests.spiff.checks.checking import check, files, found, said, task
from tests.spiff.drawing import MESSAGE, after, at, boundary, call, catch, end, gateway, node, start

IN_LINE = "start > x > end"


def of(middle: str, *more: str, flows: str = IN_LINE) -> set[tuple[str, str]]:
    return found(start(), middle, end(), *more, flows=flows)


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("label", "task_without_name"),
        ("role", "task_without_role"),
        ("form", "task_without_form"),
        ("deadline", "task_without_deadline"),
    ],
)
def test_a_task_has_words_a_role_a_form_and_a_deadline(setting, code):
    assert of(task("x", **{setting: ""})) == {(code, "x")}


def test_a_role_exists():
    assert of(task("x", role="wizard")) == {("unknown_role", "x")}


def test_a_task_belongs_to_one_role():
    assert of(task("x", role="mentor,intake")) == {("unknown_role", "x")}


def test_a_role_may_be_worked_out():
    assert of(task("x", role="=birth_date")) == set()


def test_a_form_lies_beside_the_diagram():
    assert of(task("x", form="lost")) == {("unknown_form", "x")}


@pytest.mark.parametrize("text", ["{", "[]", '{"components": [{"type": "filepicker"}]}', "null"])
def test_a_form_can_be_read(text):
    package = files(start(), task("x"), end(), flows=IN_LINE) | {"forms/talk.json": text}

    assert said(check(package)) == {("broken_form", "x")}


def test_a_named_reason_stands_in_for_a_deadline():
    assert of(task("x", deadline="", no_deadline_because="Den unge bestemmer.")) == set()


def test_a_ladder_has_rungs():
    assert of(task("x", ladder="Z")) == {("unknown_ladder", "x")}


def test_what_the_law_names_a_date_for_is_chased_by_the_statutory_ladder():
    assert of(task("x", legal_limit="today()", ladder="A")) == {("limit_without_ladder", "x")}
    assert of(task("x", legal_limit="today()", ladder="B")) == set()


WAIT = {"message": "answered", "candidateGroups": "mentor"}


def test_a_wait_has_an_owner():
    event = catch("x", MESSAGE, message="answered", no_deadline_because="Det haster ikke.")

    assert of(event) == {("wait_without_owner", "x")}


def test_a_wait_ends_or_says_why_it_need_not():
    assert of(catch("x", MESSAGE, **WAIT)) == {("wait_without_end", "x")}
    assert of(catch("x", MESSAGE, **WAIT, no_deadline_because="Det haster ikke.")) == set()


def test_a_timer_at_its_edge_ends_a_wait():
    drawing = of(
        node("receiveTask", "x", **WAIT),
        boundary("late", "x", at("today()")),
        end("end2"),
        flows=f"{IN_LINE}\nlate > end2",
    )

    assert drawing == set()


def test_a_timer_beside_it_ends_a_wait():
    drawing = of(
        gateway("eventBased", "g"),
        catch("x", MESSAGE, **WAIT),
        catch("late", at("today()")),
        end("end2"),
        flows="start > g > x > end\ng > late > end2",
    )

    assert drawing == set()


def test_a_call_has_an_owner_and_an_end():
    assert of(call("x", "consent")) == {("wait_without_owner", "x"), ("wait_without_end", "x")}


def test_a_timer_needs_no_owner():
    assert of(catch("x", at("today()"))) == set()


def test_a_period_written_into_a_timer_is_worth_a_look():
    assert of(catch("x", after("P14D"))) == {("literal_period", "x")}
