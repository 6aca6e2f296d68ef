"""`next_meeting(forum)`: the first meeting whose agenda is open, for whoever draws a diagram."""

from datetime import date

import pytest

from engine.domain.errors import EvaluationFailed
from engine.ports import SYSTEM
from engine.services.deadlines import reckon
from tests.workflows.test_whole_cases import series
from workflows.forums.meetings import plan_meetings
from workflows.forums.states import set_meeting
from workflows.municipalities.settings import forum_called

# Monday 2 March 2026; team 1 meets on 5 March (closed on 26 February), 26 March and 16 April


@pytest.fixture
def meeting_town(town):
    """The town, in which team 1 meets every third Thursday from 5 March on."""
    series(town, "team1", date(2026, 3, 5))
    return town


def asked(town, rule: str = 'next_meeting("team1")', created=None):
    with town.work(SYSTEM) as work:
        return reckon(work, None, rule, {}, created_at=created)


def test_it_is_the_first_whose_agenda_is_open(meeting_town):
    assert asked(meeting_town).deadline.due_on == date(2026, 3, 26)


def test_it_explains_itself_by_the_series(meeting_town):
    steps = asked(meeting_town).kept["steps"]

    assert [(step["by"], step["to"]) for step in steps] == [
        ("given", "2026-03-05"),
        ("series", "2026-03-26"),
    ]


def test_it_can_be_counted_on_from(meeting_town):
    found = asked(meeting_town, 'before(next_meeting("team1"), "2 WD")')

    assert found.deadline.due_on == date(2026, 3, 24)
    assert [step["by"] for step in found.kept["steps"]] == ["given", "series", "before"]


def test_asked_again_later_it_is_the_meeting_that_was_next_when_the_task_came(meeting_town, clock):
    came = clock.now()
    clock.move_to(came.replace(month=4, day=1))

    assert asked(meeting_town, created=came).deadline.due_on == date(2026, 3, 26)


def test_a_cancelled_meeting_is_passed_over(meeting_town):
    def cancel(work):
        plan_meetings(work, forum_called(work, "team1"), date(2026, 3, 26))
        rows = plan_meetings(work, forum_called(work, "team1"), date(2026, 3, 26))
        set_meeting(rows[-1], "cancelled")

    meeting_town.act(SYSTEM, cancel)

    assert asked(meeting_town).deadline.due_on == date(2026, 4, 16)


def test_a_forum_that_nobody_knows_is_an_error_with_a_sentence(meeting_town):
    with pytest.raises(EvaluationFailed, match="findes ikke"):
        asked(meeting_town, 'next_meeting("team9")')
