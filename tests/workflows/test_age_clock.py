"""The age clock: one per young person from the birth date, moved when that is corrected."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from engine.domain.errors import InvalidAnswers, NotAllowed
from engine.ports import SYSTEM
from engine.services.deployments import configure
from engine.services.recounts import recount
from engine.storage.configurations import load_content
from engine.storage.models import InstanceRow, JournalRow, TimerRow
from engine.storage.work import Casework, Work
from tests.conftest import BPMN
from tests.explanations.dates import unfounded
from tests.workflows.conftest import MALTE, Life
from workflows.cases.birth_date import REVIEW, change_birth_date
from workflows.cases.closing import close_case
from workflows.cases.records import YouthCaseRow
from workflows.consent.records import ConsentRow
from workflows.municipalities.packs import read_pack
from workflows.people.services import NewYoungPerson

BORN = MALTE.birth_date  # 14 June 2011: 14 years old


@pytest.fixture
def life(case: YouthCaseRow, living: Callable[[UUID], Life]) -> Life:
    """Malte's life, from his referral at 14 on."""
    return living(case.case_id)


@pytest.fixture
def correct(town, acting_as, case: YouthCaseRow):
    """What corrects Malte's birth date, as the intake who holds the thread."""

    def change(
        born: date, *, reason: str = "register", was: date | None = BORN, by: str = "intake"
    ):
        return town.act(
            acting_as(by),
            lambda work: change_birth_date(work, case.case_id, born, reason, was=was),
        )

    return change


def ahead(life: Life) -> dict[str, date]:
    return {
        str(timer.start_key).split(":")[0]: timer.planned_at.date()
        for timer in life.all(TimerRow)
        if timer.start_key and timer.done_at is None
    }


def journal(life: Life, act: str) -> list[dict[str, object]]:
    rows = sorted(life.all(JournalRow), key=lambda row: row.seq)
    return [row.data for row in rows if row.act == act]


def test_a_young_person_of_fourteen_has_every_later_age_before_them(life: Life) -> None:
    assert ahead(life) == {
        "own_consent": date(2026, 5, 29),
        "age_16": date(2027, 6, 14),
        "age_17": date(2028, 6, 14),
        "handover_prestart": date(2028, 9, 14),
        "handover_owner": date(2028, 12, 14),
        "receiver_named": date(2029, 3, 14),
        "adult_consent": date(2029, 5, 15),
        "age_18": date(2029, 6, 14),
        "age_23": date(2034, 6, 14),
        "age_25": date(2036, 6, 13),
        "age_30": date(2041, 6, 14),
    }


def test_an_age_that_is_reached_stands_in_the_journal_once(life: Life) -> None:
    life.until(datetime(2027, 6, 15, tzinfo=UTC))

    assert [each["milestone"] for each in journal(life, "milestone_reached")] == ["age_16"]


def test_an_upper_age_gives_the_one_who_holds_the_thread_a_task(
    refer: Callable[..., YouthCaseRow], living: Callable[[UUID], Life]
) -> None:
    person = NewYoungPerson(first_name="Ida", last_name="Prøve", birth_date=date(2001, 3, 11))
    life = living(refer(person, schooling="none").case_id)

    life.until(datetime(2026, 3, 11, 8, tzinfo=UTC))

    (task,) = life.open_tasks("age_25")
    assert (task.assignee_id, str(task.due_on)) == (life.case.primary_id, "2026-04-13")


def test_a_corrected_birth_date_moves_every_milestone_ahead(life: Life, correct) -> None:
    correct(date(2011, 6, 21))

    assert ahead(life)["own_consent"] == date(2026, 6, 8)
    assert ahead(life)["age_18"] == date(2029, 6, 21)
    assert len(ahead(life)) == 11


def test_old_and_new_dates_stand_in_the_journal(life: Life, correct) -> None:
    correct(date(2011, 6, 21))

    assert journal(life, "birth_date_changed") == [
        {"old_date": "2011-06-14", "new_date": "2011-06-21", "why": "register"}
    ]
    moved = {str(each["milestone"]): each for each in journal(life, "milestone_moved")}
    assert len(moved) == 11
    assert (moved["age_18"]["old_date"], moved["age_18"]["new_date"]) == (
        "2029-06-14",
        "2029-06-21",
    )


def test_the_same_dates_again_are_not_told(life: Life, correct) -> None:
    moved = correct(date(2011, 6, 21))
    back = correct(BORN, was=date(2011, 6, 21))

    assert {each.name for each in back} == {each.name for each in moved}
    assert ahead(life)["age_18"] == date(2029, 6, 14)


def test_those_it_concerns_are_told_and_not_the_one_who_did_it(
    life: Life, correct, staff, names_of
) -> None:
    correct(date(2011, 6, 21))

    told = {row.recipient_id for row in life.outbox() if row.kind == "birth_date_changed"}
    assert told == {names_of("leader_ungecenter")}


def test_a_milestone_that_the_new_date_has_passed_starts_at_once(life: Life, correct) -> None:
    correct(date(2008, 10, 1))

    assert "handover" in {row.process for row in life.all(InstanceRow)}
    assert "handover_prestart" not in ahead(life)
    assert "own_consent" not in ahead(life)


def test_an_age_noted_too_early_comes_again(
    refer: Callable[..., YouthCaseRow], living: Callable[[UUID], Life], town, acting_as
) -> None:
    person = NewYoungPerson(first_name="Ida", last_name="Prøve", birth_date=date(2010, 3, 9))
    life = living(refer(person).case_id)
    life.until(datetime(2026, 3, 10, tzinfo=UTC))

    town.act(
        acting_as("intake"),
        lambda work: change_birth_date(
            work, life.case_id, date(2010, 9, 9), "misspelt", was=person.birth_date
        ),
    )

    assert ahead(life)["age_16"] == date(2026, 9, 9)


def test_what_had_begun_by_the_old_date_becomes_a_task_to_look_through(life: Life, correct) -> None:
    life.until(datetime(2026, 5, 29, 7, tzinfo=UTC))
    assert "consent" in {row.process for row in life.all(InstanceRow)}

    correct(date(2011, 7, 14))

    (task,) = life.open_tasks(REVIEW)
    assert task.assignee_id == life.case.primary_id


def test_deadlines_and_timers_of_what_runs_follow_the_corrected_date(
    life: Life, correct, town
) -> None:
    life.until(datetime(2026, 5, 29, 7, tzinfo=UTC))
    assert ("record_answer", "2026-06-26") in life.due()

    correct(date(2011, 6, 21))

    assert ("record_answer", "2026-07-03") in life.due()
    (timer,) = (row for row in life.all(TimerRow) if row.kind == "drawn" and row.done_at is None)
    assert timer.planned_at == datetime(2026, 7, 3, 22, tzinfo=UTC)  # 4 July, 00:00 local
    (consent,) = (row for row in life.all(ConsentRow) if row.purpose == "own_15")
    assert consent.answer_due == date(2026, 7, 3)
    with town.work(SYSTEM) as work:
        assert unfounded(work) == []


def test_old_and_new_day_of_a_running_deadline_stand_in_the_journal(life: Life, correct) -> None:
    life.until(datetime(2026, 5, 29, 7, tzinfo=UTC))
    correct(date(2011, 6, 21))

    (changed,) = journal(life, "deadline_changed")
    assert (str(changed["before"])[:10], str(changed["after"])[:10]) == ("2026-06-26", "2026-07-03")
    assert (changed["why"], changed["because"]) == (
        "birth_date_changed",
        [{"what": "birth_date", "of": ""}],
    )


def test_a_branch_that_the_new_date_has_passed_is_counted_the_other_way(
    refer: Callable[..., YouthCaseRow], living: Callable[[UUID], Life], town, acting_as
) -> None:
    person = NewYoungPerson(first_name="Ida", last_name="Prøve", birth_date=date(2008, 11, 20))
    life = living(refer(person).case_id)
    life.until(datetime(2026, 3, 3, 9, tzinfo=UTC))
    before = {task.element: task.due_on for task in life.open_tasks()}

    town.act(
        acting_as("intake"),
        lambda work: change_birth_date(
            work, life.case_id, date(2008, 6, 20), "register", was=person.birth_date
        ),
    )

    after = {task.element: task.due_on for task in life.open_tasks()}
    moved = {element for element in before if after.get(element) != before[element]}
    assert moved
    assert all(day is None or day >= date(2026, 3, 2) for day in after.values())
    with town.work(SYSTEM) as work:
        assert unfounded(work) == []


def test_a_changed_setting_for_the_29th_of_february_moves_the_ages_of_those_born_on_it(
    town, refer, living
) -> None:
    leap = living(refer(_born(2012, 2, 29)).case_id)
    other = living(refer(_born(2012, 3, 2)).case_id)
    before = ahead(other)
    content = {**read_pack(BPMN, "sonderborg").content}
    numbers = dict(content["parameters"])
    numbers["leap_day.duties"] = {**numbers["leap_day.duties"], "value": "03-01"}
    town.act(SYSTEM, lambda work: configure(work, {**content, "parameters": numbers}))

    assert recount(town) == 1

    assert ahead(leap)["age_18"] == date(2030, 3, 1)
    assert {each["milestone"] for each in journal(leap, "milestone_moved")} >= {"age_18", "age_17"}
    assert ahead(other) == before


def _born(year: int, month: int, day: int) -> NewYoungPerson:
    return NewYoungPerson(first_name="Liv", last_name="Prøve", birth_date=date(year, month, day))


@pytest.mark.parametrize(
    ("born", "reason", "was", "field"),
    [
        (BORN, "register", BORN, "birth_date"),
        (date(2030, 1, 1), "register", BORN, "birth_date"),
        (date(1940, 1, 1), "register", BORN, "birth_date"),
        (date(2011, 6, 15), "register", date(2011, 6, 13), "birth_date"),
        (date(2011, 6, 15), "because", BORN, "reason"),
    ],
)
def test_a_birth_date_that_cannot_be_is_refused_by_field(
    life: Life, correct, born: date, reason: str, was: date, field: str
) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        correct(born, reason=reason, was=was)

    assert set(refused.value.problems) == {field}
    assert journal(life, "birth_date_changed") == []


def test_others_than_those_of_the_case_may_not_correct_it(life: Life, correct) -> None:
    with pytest.raises(NotAllowed):
        correct(date(2011, 6, 15), by="job_adviser")


@pytest.mark.parametrize(("setting", "day"), [("02-28", 28), ("03-01", 1)])
def test_one_born_on_the_29th_of_february_turns_18_by_the_setting(
    town, refer, living, setting: str, day: int
) -> None:
    content = {**read_pack(BPMN, "sonderborg").content}
    numbers = dict(content["parameters"])
    numbers["leap_day.duties"] = {**numbers["leap_day.duties"], "value": setting}
    town.act(SYSTEM, lambda work: configure(work, {**content, "parameters": numbers}))

    person = NewYoungPerson(first_name="Liv", last_name="Prøve", birth_date=date(2012, 2, 29))
    life = living(refer(person).case_id)

    assert ahead(life)["age_18"] == date(2030, 3 if day == 1 else 2, day)


def test_another_milestone_of_the_pack_moves_those_of_cases_that_run(
    life: Life, town: Casework
) -> None:
    with_milestones(town, lambda kept: {**kept, "age_17": {**kept["age_17"], "opens": SOONER}})

    (moved,) = journal(life, "milestone_moved")
    assert (moved["milestone"], moved["old_date"], moved["new_date"]) == (
        "age_17",
        "2028-06-14",
        "2028-03-14",
    )


def test_those_who_work_with_the_case_are_told_in_one_mail_without_the_days(
    life: Life, town: Casework
) -> None:
    with_milestones(
        town,
        lambda kept: {
            **kept,
            "age_16": {**kept["age_16"], "opens": HALF},
            "age_17": {**kept["age_17"], "opens": SOONER},
        },
    )

    (mail,) = [row for row in life.outbox() if row.kind == "milestones_moved"]
    assert "- Den unge fylder 16 år" in mail.body
    assert "- Den unge fylder 17 år" in mail.body
    assert "2028" not in mail.body


def test_nobody_is_told_when_no_milestone_moves(life: Life, town: Casework) -> None:
    with_milestones(
        town, lambda kept: {**kept, "age_17": {**kept["age_17"], "title": "Et andet navn"}}
    )

    assert [row for row in life.outbox() if row.kind == "milestones_moved"] == []


def test_one_that_is_dropped_does_not_come_and_a_new_one_does(life: Life, town: Casework) -> None:
    def other(kept: Mapping[str, Any]) -> Mapping[str, Any]:
        new = {"title": "Seksten og et halvt", "opens": HALF, "if_passed": "skip"}
        return {**{name: each for name, each in kept.items() if name != "age_16"}, "half": new}

    with_milestones(town, other)

    moved = journal(life, "milestone_moved")
    told = {row["milestone"]: (row["old_date"], row["new_date"]) for row in moved}
    assert told == {"age_16": ("2027-06-14", None), "half": (None, "2027-12-14")}
    (mail,) = [row for row in life.outbox() if row.kind == "milestones_moved"]
    assert "- En dato, som kommunen har taget af alderslinjen\n- Seksten og et halvt" in mail.body


SOONER = 'age_date(birth_date, "16y9m")'
HALF = 'age_date(birth_date, "16y6m")'


def with_milestones(
    town: Casework, change: Callable[[Mapping[str, Any]], Mapping[str, Any]]
) -> None:
    def put(work: Work) -> None:
        content = dict(load_content(work.session, work.configuration.number))
        configure(work, {**content, "milestones": dict(change(content["milestones"]))})

    town.act(SYSTEM, put)
    recount(town)


def test_a_pack_may_change_a_milestone_and_leave_one_out(tmp_path) -> None:
    pack = (BPMN / "municipalities" / "sonderborg" / "pack.toml").read_text("utf-8")
    own = '[milestones.age_17]\ntitle = "Sytten"\n[milestones.age_30]\noff = true\n'
    (tmp_path / "municipalities" / "ny").mkdir(parents=True)
    (tmp_path / "municipalities" / "ny" / "pack.toml").write_text(f"{pack}\n{own}", "utf-8")
    for name in ("parameters.toml", "milestones.toml", "retention.toml"):
        (tmp_path / name).write_text((BPMN / name).read_text("utf-8"), "utf-8")

    milestones = read_pack(tmp_path, "ny").content["milestones"]

    assert milestones["age_17"]["title"] == "Sytten"
    assert milestones["age_17"]["opens"] == 'age_date(birth_date, param("plan.transition_age"))'
    assert "age_30" not in milestones


@pytest.fixture
def names_of(staff):
    """What gives the id of an employee by username."""
    return lambda username: staff[username]


def test_the_clock_of_a_closed_case_stands_still(town, life: Life) -> None:

    town.act(SYSTEM, lambda work: close_case(work, life.case_id, "no_basis"))

    assert ahead(life) == {}
