"""Every row of the tables we ship, each side of every limit. Source: the team descriptions."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.decisions.tables import DecisionTable, evaluate, read_decisions
from engine.domain.ladders import RungKind, read_rungs
from workflows.consent.vocabulary import vocabulary

DECISIONS = Path(__file__).parents[3] / "bpmn" / "decisions"
TABLES = sorted(path.stem for path in DECISIONS.glob("*.dmn"))

ANYBODY = {
    "acute": {"urgency": "normal"},
    "consent_from_whom": {"age": 16, "purpose": "team_assessment", "lacks_capacity": False},
    "consent_scope": {"purpose": "team_assessment"},
    "team_by_age_schooling": {
        "age": 16,
        "schooling": "none",
        "employment_case": False,
        "begun_before_25": False,
    },
    "coordinator_candidate": {
        "accepts": True,
        "team": 2,
        "relation": False,
        "drug_adviser": False,
        "has_coordinator": False,
        "employment_case": True,
    },
    "overarching_plan": {
        "age": 17,
        "employment_case": False,
        "ungeplan": False,
        "holistic": False,
    },
    "effort_type": {
        "disciplines": 1,
        "personal_reasons": True,
        "aims_at_education_or_work": True,
        "age": 17,
        "schooling": "none",
        "special_provision": False,
        "readiness": None,
    },
    "escalation_ladders": {"ladder": "A"},
}


@cache
def table(name: str) -> DecisionTable:
    return read_decisions((DECISIONS / f"{name}.dmn").read_bytes())[name]


def decided(name: str, **inputs: Any) -> dict[str, Any]:
    """What the table says of somebody who differs from anybody only in `inputs`."""
    return dict(evaluate(table(name), {**ANYBODY[name], **inputs}, {}).outputs)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_answers_for_anybody(name: str) -> None:
    assert evaluate(table(name), ANYBODY[name], {}).rows


# -- Which team -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "schooling", "team"),
    [
        (12, "grade_1_7", None),
        (13, "grade_1_7", 1),
        (14, "grade_8", 1),
        (17, "grade_9", 1),
        (13, "none", 2),
        (16, "grade_10", 2),
        (15, "fgu", 2),
        (17, "upper_secondary", 2),
        (17, "exempt", 2),
        (18, "grade_9", 3),
        (18, "grade_10", 3),
        (24, "none", 3),
        (25, "none", None),
        (25, "stu", 3),
        (29, "stu", 3),
        (30, "stu", None),
        (30, "none", None),
    ],
)
def test_the_team_follows_age_and_schooling(age: int, schooling: str, team: int | None) -> None:
    assert decided("team_by_age_schooling", age=age, schooling=schooling)["team"] == team


@pytest.mark.parametrize(("age", "team"), [(24, 3), (25, 3), (29, 3), (30, None)])
def test_an_employment_case_widens_team_3_to_the_30th_birthday(age: int, team: int | None) -> None:
    assert decided("team_by_age_schooling", age=age, employment_case=True)["team"] == team


def test_what_began_before_25_may_be_finished_and_asks_for_a_reason() -> None:
    found = decided("team_by_age_schooling", age=26, begun_before_25=True)

    assert found == {"team": 3, "flex": "reason_required"}


def test_outside_the_ages_the_intake_decides() -> None:
    assert decided("team_by_age_schooling", age=31)["flex"] == "intake_decides"


# -- Who may be coordinator -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inputs", "role", "plan_owner"),
    [
        ({"accepts": False, "team": 1}, "none", "uu_counsellor"),
        ({"accepts": False, "team": 2}, "none", "uu_counsellor"),
        ({"accepts": False, "team": 3}, "none", "job_adviser"),
        ({"team": 1, "relation": True}, "wished", "uu_counsellor"),
        ({"team": 2, "relation": True}, "wished", "uu_counsellor"),
        ({"team": 3, "relation": True}, "wished", "job_adviser"),
        ({"team": 3, "has_coordinator": True}, "coordinator", "job_adviser"),
        ({"team": 1}, "uu_counsellor", "uu_counsellor"),
        ({"team": 2}, "uu_counsellor", "uu_counsellor"),
        ({"team": 2, "has_coordinator": True}, "uu_counsellor", "uu_counsellor"),
        ({"team": 3}, "job_adviser", "job_adviser"),
        ({"team": 3, "employment_case": False}, "uu_counsellor", "uu_counsellor"),
        ({"accepts": False, "team": 3, "employment_case": False}, "none", "uu_counsellor"),
        ({"team": None}, "uu_counsellor", "uu_counsellor"),
    ],
)
def test_the_coordinator_follows_the_wish_and_the_team(
    inputs: dict[str, Any], role: str, plan_owner: str
) -> None:
    found = decided("coordinator_candidate", **inputs)

    assert (found["role"], found["plan_owner_role"]) == (role, plan_owner)


@pytest.mark.parametrize("team", [1, 2, 3])
def test_only_a_drug_adviser_needs_the_leaders_yes(team: int) -> None:
    wished = {"team": team, "relation": True}

    assert decided("coordinator_candidate", **wished)["leader_confirms"] is False
    assert decided("coordinator_candidate", **wished, drug_adviser=True)["leader_confirms"] is True


# -- Which plan gathers the others ------------------------------------------------------------


@pytest.mark.parametrize(
    ("inputs", "overarching"),
    [
        ({"age": 17}, "education_plan"),
        ({"age": 17, "employment_case": True}, "education_plan"),
        ({"age": 17, "ungeplan": True}, "education_plan"),
        ({"age": 18, "employment_case": True}, "min_plan"),
        ({"age": 18}, "education_plan"),
        ({"age": 24, "employment_case": True}, "min_plan"),
        ({"age": 25, "employment_case": True}, "min_plan"),
        ({"age": 25}, "local_plan"),
        ({"age": 15, "holistic": True}, "education_plan"),
        ({"age": 16, "holistic": True}, "holistic_plan"),
        ({"age": 22, "holistic": True, "employment_case": True}, "holistic_plan"),
        ({"age": 23, "holistic": True}, "education_plan"),
    ],
)
def test_the_overarching_plan_follows_age_and_employment(
    inputs: dict[str, Any], overarching: str
) -> None:
    assert decided("overarching_plan", **inputs)["overarching"] == overarching


def test_a_youth_plan_becomes_a_part_of_the_education_plan() -> None:
    without = decided("overarching_plan")["sector_plans"]
    with_one = decided("overarching_plan", ungeplan=True)["sector_plans"]

    assert ("ungeplan" in without, "ungeplan" in with_one) == (False, True)


# -- Who must consent -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "purpose", "giver"),
    [
        (12, "concern", "nobody"),
        (16, "acute", "nobody"),
        (20, "statutory_duty", "nobody"),
        (14, "team_assessment", "guardians"),
        (15, "team_assessment", "young_person"),
        (17, "team_assessment", "young_person"),
        (18, "team_assessment", "young_person"),
        (15, "own_15", "young_person"),
        (18, "adult_18", "young_person"),
        (14, "renewal", "guardians"),
        (16, "renewal", "young_person"),
        (14, "social_effort", "guardians"),
        (15, "social_effort", "both"),
        (17, "social_effort", "both"),
        (18, "social_effort", "young_person"),
        (15, "holistic_plan", "young_person"),
        (16, "holistic_plan", "both"),
        (17, "holistic_plan", "both"),
        (18, "holistic_plan", "young_person"),
        (22, "holistic_plan", "young_person"),
        (14, "drug_compartment", "guardians"),
        (15, "drug_compartment", "young_person"),
        (14, "coordinator", "young_person"),
        (17, "coordinator", "young_person"),
        (18, "coordinator", "young_person"),
    ],
)
def test_consent_comes_from_whom_age_and_purpose_say(age: int, purpose: str, giver: str) -> None:
    assert decided("consent_from_whom", age=age, purpose=purpose)["giver"] == giver


def test_a_representative_answers_for_one_who_lacks_capacity() -> None:
    assert decided("consent_from_whom", age=19, lacks_capacity=True)["giver"] == "representative"


def test_the_guardians_are_told_of_what_a_16_year_old_has_consented_to() -> None:
    assert "forældrene" in decided("consent_from_whom", age=16)["also"]


# -- Which kind of effort ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inputs", "proposal"),
    [
        ({"disciplines": 2}, "multi"),
        ({"disciplines": 3}, "multi"),
        ({"disciplines": 2, "personal_reasons": False}, "none"),
        ({"disciplines": 2, "aims_at_education_or_work": False}, "none"),
        ({"disciplines": 1}, "single"),
        ({"disciplines": 0}, "none"),
        ({"schooling": "grade_8", "special_provision": True}, "multi"),
        ({"schooling": "grade_9", "special_provision": True}, "multi"),
        ({"schooling": "grade_10", "special_provision": True}, "single"),
        ({"readiness": "activity_ready", "age": 19}, "multi"),
        ({"readiness": "resource", "age": 19}, "multi"),
        ({"readiness": "education_ready", "age": 19}, "single"),
        ({"schooling": "exempt", "age": 17}, "multi"),
        ({"schooling": "fgu", "age": 17}, "multi"),
        ({"schooling": "stu", "age": 17}, "multi"),
        ({"schooling": "stu", "age": 18}, "single"),
    ],
)
def test_a_kind_of_effort_is_proposed(inputs: dict[str, Any], proposal: str) -> None:
    assert decided("effort_type", **inputs) == {"proposal": proposal}


@pytest.mark.parametrize(("urgency", "acute"), [("acute", True), ("normal", False), (None, False)])
def test_only_what_is_called_acute_is_acute(urgency: str | None, acute: bool) -> None:
    assert decided("acute", urgency=urgency) == {"acute": acute}


# -- Ladders ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ladder", "rungs"),
    [
        (
            "A",
            [
                ("reminder", -2, "notice", "assignee", True),
                ("E1", 1, "notice", "team_convenor,assignee", False),
                ("E2", 3, "task", "unit_leader", False),
                ("E3", 8, "forum", "leader_forum", False),
            ],
        ),
        (
            "B",
            [
                ("reminder", -2, "notice", "assignee", True),
                ("prewarning", -1, "notice", "unit_leader", True),
                ("E2", 1, "notice", "unit_leader,chief_consultant", False),
                ("E3", 3, "forum", "leader_forum", False),
            ],
        ),
        (
            "H",
            [
                ("reminder", "12 h", "notice", "assignee", True),
                ("prewarning", "20 h", "notice", "unit_leader", True),
                ("E2", "24 h", "notice", "unit_leader,chief_consultant", False),
                ("E3", 1, "forum", "leader_forum", False),
            ],
        ),
        ("relief", [("reminder", -2, "notice", "assignee", True)]),
        ("unheard of", []),
    ],
)
def test_a_ladder_has_its_rungs_in_order(ladder: str, rungs: list[tuple[Any, ...]]) -> None:
    found = decided("escalation_ladders", ladder=ladder).get("rows", [])

    assert [
        (row["rung"], _offset(row), row["kind"], row["recipients"], row["pre"]) for row in found
    ] == rungs


def _offset(row: dict[str, Any]) -> Any:
    return row["offset"] if row["hours"] is None else f"{row['hours']} h"


@pytest.mark.parametrize("ladder", ["A", "B", "H", "relief"])
def test_the_engine_can_climb_every_ladder(ladder: str) -> None:
    rows = decided("escalation_ladders", ladder=ladder)["rows"]
    rungs = read_rungs(
        {
            **row,
            "offset_working_days": row["offset"],
            "offset_hours": row["hours"],
            "to": row["recipients"],
        }
        for row in rows
    )

    assert {rung.kind for rung in rungs} <= set(RungKind)
    if ladder != "H":
        assert all(rung.pre is (rung.offset_working_days < 0) for rung in rungs)


@pytest.mark.parametrize(
    ("purpose", "replaces"),
    [
        ("team_assessment", "overlapping"),
        ("renewal", "next_to_expire"),
        ("own_15", "all"),
        ("adult_18", "all"),
        ("narrowed", "withdrawn"),
        ("drug_compartment", "overlapping"),
        ("disclose", "overlapping"),
    ],
)
def test_what_a_consent_takes_the_place_of(purpose: str, replaces: str) -> None:
    assert decided("consent_scope", purpose=purpose)["replaces"] == replaces


def test_a_consent_that_a_process_asks_for_names_types_that_we_know() -> None:
    named = decided("consent_scope", purpose="team_assessment")["types"]

    assert len(named) < len(vocabulary().types)
    assert vocabulary().titles(named)


def test_a_closed_compartment_is_never_bundled() -> None:
    named = decided("consent_scope", purpose="drug_compartment")["types"]

    assert vocabulary().compartment(named) == "drug_treatment"
    assert named == ["drug_treatment"]
