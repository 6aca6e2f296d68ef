"""The inbox: what bites first, in one line each, and only for those it concerns."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from engine.domain.calendars import WorkingCalendar
from engine.storage.models import TaskRow
from web.inbox.presenters import Today, bite_of, pack_key, state_of, unpack_key, when_of

WEDNESDAY = date(2026, 3, 4)


TODAY = Today(day=WEDNESDAY, calendar=WorkingCalendar(timezone=ZoneInfo("UTC")))


def due(day: date | None) -> TaskRow:
    moment = TODAY
    return TaskRow(
        case_id=uuid4(),
        element="screening",
        title="Screen henvisningen",
        role="intake",
        created_at=moment.calendar.midnight(WEDNESDAY),
        due_on=day,
    )


@pytest.mark.parametrize(
    ("day", "bite"),
    [
        (date(2026, 3, 3), "overdue"),
        (date(2026, 3, 4), "today"),
        (date(2026, 3, 5), "week"),
        (date(2026, 3, 8), "week"),
        (date(2026, 3, 9), "later"),
        (None, "later"),
    ],
)
def test_a_task_stands_where_it_bites(day, bite):
    assert bite_of(due(day), TODAY) == bite


def test_only_a_day_that_has_passed_is_shown_as_overdue():
    assert [state_of(due(date(2026, 3, day)), TODAY) for day in (3, 4)] == ["overdue", "today"]


@pytest.mark.parametrize(
    ("hour", "state", "words"),
    [
        (15, "today", "i dag kl. 15.30"),
        (14, "today", "i dag kl. 14.30"),
        (13, "overdue", "udløb i dag kl. 13.30"),
    ],
)
def test_what_runs_by_the_hour_tells_its_hour_and_is_overdue_a_minute_later(hour, state, words):
    task = due(WEDNESDAY)
    task.due_at = datetime(2026, 3, 4, hour, 30, tzinfo=UTC)
    task.deadline = {"started_at": "2026-03-03T14:30:00+00:00"}
    now = replace(TODAY, now=datetime(2026, 3, 4, 14, 0, tzinfo=UTC))

    assert (state_of(task, now), when_of(task, now)) == (state, words)


def test_a_page_begins_where_the_last_one_ended():
    key = (date_time := Today(day=WEDNESDAY, calendar=_utc()).calendar.midnight(WEDNESDAY), uuid4())

    assert unpack_key(pack_key(key)) == key
    assert key[0] is date_time


@pytest.mark.parametrize("packed", [None, "", "æøå", "bm90IGEga2V5"])
def test_an_address_somebody_has_changed_begins_at_the_beginning(packed):
    assert unpack_key(packed) is None


def test_the_line_says_what_about_whom_when_and_why(case, intake):
    page = intake.get("/indbakke?vis=ledige")

    assert "Screen henvisningen Sofie, 14 år 8 mdr. man. 9. mar." in page.text
    assert "Der er kommet en ny henvisning." in page.text


def test_a_free_task_can_be_taken_from_its_own_line(case, intake, task_of):
    taken = intake.post(f"{task_of('screening')}/tag")

    assert (taken.status, taken.address) == (303, task_of("screening"))
    assert "Screen henvisningen" in intake.get("/indbakke").text


def test_a_task_of_another_role_is_not_offered(case, signed_in):
    page = signed_in("job_adviser").get("/indbakke?vis=ledige")

    assert "Screen henvisningen" not in page.text


def test_a_colleague_sees_that_a_task_is_taken_and_by_whom(screening, signed_in, names):
    page = signed_in("intake2").get("/indbakke?vis=team")

    assert "Screen henvisningen" in page.text
    assert f"Hos {names['intake']}" in page.text


def test_a_colleague_does_not_learn_who_a_taken_task_is_about(screening, signed_in):
    page = signed_in("intake2").get("/indbakke?vis=team")

    assert "Sofie" not in page.text


def test_an_overdue_task_comes_first_and_says_by_how_much(screening, intake, clock):
    intake.post("/log-ud")
    clock.forward(timedelta(days=9))
    intake.sign_in("intake")

    page = intake.get("/indbakke")

    assert "Over fristen 1 Screen henvisningen Sofie, 14 år 8 mdr. 2 arbejdsdage over" in page.text


def test_an_empty_inbox_is_true_and_kind(signed_in):
    page = signed_in("mentor").get("/indbakke")

    assert "Du har ingen opgaver." in page.text


def test_what_the_others_have_is_shown_to_who_holds_the_thread(case, intake):
    page = intake.get("/indbakke")

    assert "Venter på andre 1 Screen henvisningen" in page.text
    assert "Ledig: modtagelsen" in page.text


def test_the_filter_stands_in_the_address(intake):
    page = intake.get("/indbakke?vis=ledige")

    assert 'href="/indbakke?vis=ledige" aria-current="true"' in page.html


def test_a_deadline_is_told_in_words():
    assert when_of(due(None), Today(day=WEDNESDAY, calendar=_utc())) == "uden frist"


def _utc() -> WorkingCalendar:
    return WorkingCalendar(timezone=ZoneInfo("UTC"))
