"""The checker of explanations can tell a right one from a wrong one."""

import pytest

from tests.explanations.checker import Unfounded, worked_out

SCREENING = [
    {"by": "given", "name": "created", "to": "2026-03-26"},
    {
        "by": "after",
        "period": "5 WD",
        "to": "2026-04-07",
        "off": [
            ["2026-04-02", "Skærtorsdag"],
            ["2026-04-03", "Langfredag"],
            ["2026-04-06", "2. påskedag"],
        ],
    },
]


def test_a_whole_explanation_leads_to_its_date():
    assert worked_out(SCREENING) == "2026-04-07"


def test_a_day_off_that_is_not_told_is_missed():
    start, count = SCREENING

    with pytest.raises(Unfounded, match="leads to 2026-04-06"):
        worked_out([start, {**count, "off": count["off"][:2]}])


def test_a_day_off_without_a_reason_does_not_count():
    start, count = SCREENING

    with pytest.raises(Unfounded, match="leads to"):
        worked_out([start, {**count, "off": [[day, ""] for day, _ in count["off"]]}])


def test_a_date_that_nobody_wrote_down_is_no_start():
    with pytest.raises(Unfounded, match="no record"):
        worked_out([{"by": "given", "name": "due", "to": "2026-04-07"}])


def test_no_explanation_is_none():
    with pytest.raises(Unfounded, match="no start"):
        worked_out([])
