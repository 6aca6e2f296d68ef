"""School days are counted by the calendar of the young person's own school."""

from collections.abc import Callable, Mapping
from datetime import date
from shutil import copytree
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.domain.errors import InvalidAnswers, NotAllowed
from engine.ports import SYSTEM, Actor
from engine.services.definitions import newest_definition
from engine.services.recounts import last_recount, recount
from engine.services.tasks import open_task
from engine.storage.models import CaseRow, JournalRow, OutboxRow, TaskRow
from engine.storage.work import Casework, Work
from tests.conftest import BPMN
from tests.explanations.checker import worked_out
from tests.unit.domain.almanac import walk
from tests.workflows.conftest import MALTE
from workflows.cases.corrections import change_school
from workflows.cases.services import REFERRAL
from workflows.explanations import explained, in_a_mail
from workflows.municipalities.configuration import read_configuration
from workflows.municipalities.effects import preview
from workflows.municipalities.layers import SCHOOL, SCHOOL_CLOSING, SCHOOL_HOLIDAY, Change
from workflows.municipalities.packs import install_pack, read_pack
from workflows.municipalities.settings import change_setting, settings_in_force
from workflows.people.records import YoungPersonRow
from workflows.people.services import NewYoungPerson

# Monday 2 March 2026; five school days on are Monday 9 March.
HARBOUR, HILL = "havneskolen", "bakkeskolen"
NINTH, TENTH, WEDNESDAY = date(2026, 3, 9), date(2026, 3, 10), "2026-03-04"
FREJA = NewYoungPerson(first_name="Freja", last_name="Opdigtet", birth_date=date(2011, 3, 3))


def school(code: str, name: str, *, common: bool = True) -> Change:
    return Change(kind=SCHOOL, key=code, before=None, after={"name": name, "common": common})


def closed(code: str, period: str = f"{WEDNESDAY}/{WEDNESDAY}", name: str = "Pædagogisk dag"):
    return Change(kind=SCHOOL_CLOSING, key=f"{code}/{period}", before=None, after=name)


@pytest.fixture
def change(town: Casework, acting_as: Callable[[str], Actor]) -> Callable[[Change], None]:
    """What changes a setting as the process owner does, and lets the worker come by."""

    def make(wanted: Change) -> None:
        def act(work: Work) -> None:
            seen = work.configuration.number
            change_setting(work, wanted, reason="Skolen har besluttet det", seen=seen)

        town.act(acting_as("process_designer"), act)
        recount(town)

    return make


@pytest.fixture
def schools(change: Callable[[Change], None]) -> None:
    """Two schools with a calendar of their own; nothing stands in it yet."""
    change(school(HARBOUR, "Havneskolen"))
    change(school(HILL, "Bakkeskolen"))


@pytest.fixture
def attend(town: Casework, refer, acting_as) -> Callable[..., UUID]:
    """What refers a young person of a school, and asks for something in five school days."""

    def begin(code: str | None = None, person: NewYoungPerson = MALTE) -> UUID:
        case_id = refer(person).case_id
        if code is not None:
            town.act(acting_as("intake"), lambda work: change_school(work, case_id, code, ""))
        town.act(SYSTEM, lambda work: ask(work, case_id))
        return case_id

    return begin


def ask(work: Work, case_id: UUID) -> None:
    open_task(
        work,
        case_id=case_id,
        element="absence",
        title="Ring til skolen om fraværet",
        role="primary",
        why_now="Fravær.",
        deadline='after(created, "5 SD")',
        ladder="A",
        definition=newest_definition(work, REFERRAL),
    )


def task_of(town: Casework, case_id: UUID) -> TaskRow:
    with town.work(SYSTEM) as work:
        query = select(TaskRow).where(TaskRow.case_id == case_id, TaskRow.element == "absence")
        row = work.session.scalars(query).one()
        work.session.expunge(row)
        return row


def journal(town: Casework, case_id: UUID, act: str) -> list[Mapping[str, object]]:
    with town.work(SYSTEM) as work:
        query = select(JournalRow.data).where(JournalRow.case_id == case_id, JournalRow.act == act)
        return list(work.session.scalars(query))


def looked_at(town: Casework) -> int:
    with town.work(SYSTEM) as work:
        row = last_recount(work)
        assert row is not None
        return row.looked_at


# -- Which days count -----------------------------------------------------------------------


def test_a_day_off_of_the_own_school_does_not_count(change, schools, attend, town):
    change(closed(HARBOUR))

    assert task_of(town, attend(HARBOUR)).due_on == TENTH


def test_it_counts_for_the_young_people_of_another_school(change, schools, attend, town):
    change(closed(HARBOUR))

    assert task_of(town, attend(HILL)).due_on == NINTH


def test_it_counts_for_one_whose_school_nobody_has_chosen(change, schools, attend, town):
    change(closed(HARBOUR))

    assert task_of(town, attend()).due_on == NINTH


def test_the_holidays_of_all_schools_are_those_of_a_school_too(change, schools, attend, town):
    common = Change(
        kind=SCHOOL_HOLIDAY, key=f"{WEDNESDAY}/{WEDNESDAY}", before=None, after="Temadag"
    )
    change(common)

    assert task_of(town, attend(HARBOUR)).due_on == TENTH


def test_a_school_with_a_plan_of_its_own_leaves_them_out(change, attend, town):
    change(school("kostskolen", "Kostskolen", common=False))
    change(
        Change(kind=SCHOOL_HOLIDAY, key=f"{WEDNESDAY}/{WEDNESDAY}", before=None, after="Temadag")
    )

    assert task_of(town, attend("kostskolen")).due_on == NINTH


def test_only_school_days_are_counted_by_it(change, schools, attend, town):
    change(closed(HARBOUR))
    case_id = attend(HARBOUR)

    with town.work(SYSTEM) as work:
        words = work.functions_for(case_id)
        assert words["after"](work.today, "5 WD") == NINTH
        assert words["after"](work.today, "5 SD") == TENTH


def test_a_milestone_table_or_step_of_the_case_counts_by_it_as_well(change, schools, attend, town):
    change(closed(HARBOUR))
    case_id = attend(HARBOUR)

    with town.work(SYSTEM) as work:
        assert work.calendar_of(case_id).school == "Havneskolen"
        assert work.calendar.school == ""


# -- Why ------------------------------------------------------------------------------------


def test_the_explanation_names_whose_calendar_it_was_and_which_day_was_off(
    change, schools, attend, town
):
    change(closed(HARBOUR))

    told = " ".join(explained(task_of(town, attend(HARBOUR)).deadline))

    assert "Skoledage er talt efter den kalender, som »Havneskolen« selv har." in told
    assert "onsdag 4. marts 2026 (skolefri: Pædagogisk dag)" in told


def test_without_a_school_it_says_that_the_common_calendar_was_used(attend, town):
    told = " ".join(explained(task_of(town, attend()).deadline))

    assert "Skoledage er talt efter kommunens fælles skolekalender." in told


def test_behind_a_protected_address_no_explanation_names_the_school(change, schools, attend, town):
    change(closed(HARBOUR))
    hidden = NewYoungPerson(
        first_name="Skjult",
        last_name="Opdigtet",
        birth_date=date(2011, 1, 3),
        protected_address=True,
    )

    kept = task_of(town, attend(HARBOUR, hidden)).deadline

    assert "Havneskolen" not in str(kept)
    assert "som den unges skole selv har" in " ".join(explained(kept))


def test_no_mail_names_the_school(change, schools, attend, town):
    change(closed(HARBOUR))

    assert "Havneskolen" not in in_a_mail(task_of(town, attend(HARBOUR)).deadline)


def test_the_date_follows_from_the_explanation_alone_and_from_a_separate_almanac(
    change, schools, attend, town
):
    change(closed(HARBOUR, "2026-03-03/2026-03-05", "Lejrskole"))

    task = task_of(town, attend(HARBOUR))

    lejrskole = frozenset({date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 5)})
    assert worked_out(task.deadline["steps"]) == task.due_on.isoformat()
    assert walk(date(2026, 3, 2), 5, "SCHOOL", lejrskole) == task.due_on


# -- A calendar of a school changes ----------------------------------------------------------


def test_what_hangs_on_it_is_recounted_with_a_row_and_a_mail(change, schools, attend, town):
    case_id = attend(HARBOUR)

    change(closed(HARBOUR))

    task = task_of(town, case_id)
    assert task.due_on == TENTH
    assert "onsdag 4. marts 2026 er blevet skolefri (Pædagogisk dag)" in " ".join(
        explained(task.deadline)
    )
    (told,) = journal(town, case_id, "deadline_changed")
    assert told["because"] == [{"what": "no_school", "of": WEDNESDAY}]
    with town.work(SYSTEM) as work:
        mails = work.session.scalars(select(OutboxRow).where(OutboxRow.kind == "deadline_moved"))
        assert [mail.case_id for mail in mails] == [case_id]


def test_cases_of_other_schools_are_not_even_looked_at(change, schools, attend, town):
    attend(HILL)
    attend(HARBOUR, FREJA)

    change(closed(HARBOUR))

    assert looked_at(town) == 1


def test_the_preview_counts_the_tasks_of_that_school_alone(change, schools, attend, town):
    attend(HILL)
    attend(HARBOUR, FREJA)

    with town.work(SYSTEM) as work:
        assert preview(work, closed(HARBOUR)).tasks == 1


def test_a_school_that_leaves_the_list_follows_the_common_calendar(change, schools, attend, town):
    change(closed(HARBOUR))
    case_id = attend(HARBOUR)

    change(
        Change(kind=SCHOOL, key=HARBOUR, before=school(HARBOUR, "Havneskolen").after, after=None)
    )

    task = task_of(town, case_id)
    assert task.due_on == NINTH
    assert "kommunens fælles skolekalender" in " ".join(explained(task.deadline))


def test_a_school_that_comes_back_counts_by_its_calendar_again(change, schools, attend, town):
    change(closed(HARBOUR))
    case_id = attend(HARBOUR)
    kept = school(HARBOUR, "Havneskolen").after
    change(Change(kind=SCHOOL, key=HARBOUR, before=kept, after=None))

    change(Change(kind=SCHOOL, key=HARBOUR, before=None, after=kept))

    assert task_of(town, case_id).due_on == TENTH


# -- A young person changes school -----------------------------------------------------------


def test_the_deadlines_follow_with_a_row_a_mail_and_why(change, schools, attend, town, acting_as):
    change(closed(HARBOUR))
    case_id = attend(HILL)

    moved = town.act(
        acting_as("intake"), lambda work: len(change_school(work, case_id, HARBOUR, ""))
    )

    task = task_of(town, case_id)
    assert (moved, task.due_on) == (1, TENTH)
    assert "fordi den unge følger en anden skoles kalender" in " ".join(explained(task.deadline))
    assert len(journal(town, case_id, "school_changed")) == 2
    assert [row["why"] for row in journal(town, case_id, "deadline_changed")] == ["school_changed"]


def test_the_explanation_names_the_new_school_also_when_no_date_moves(
    schools, attend, town, acting_as
):
    case_id = attend(HILL)

    town.act(acting_as("intake"), lambda work: change_school(work, case_id, HARBOUR, "") and None)

    task = task_of(town, case_id)
    assert task.due_on == NINTH
    assert "»Havneskolen«" in " ".join(explained(task.deadline))
    assert journal(town, case_id, "deadline_changed") == []


def test_the_same_school_again_writes_nothing(schools, attend, town, acting_as):
    case_id = attend(HILL)

    town.act(acting_as("intake"), lambda work: change_school(work, case_id, HILL, "") and None)

    assert len(journal(town, case_id, "school_changed")) == 1


def test_a_school_of_no_list_has_a_name_and_the_common_calendar(schools, attend, town, acting_as):
    case_id = attend(HILL)

    town.act(
        acting_as("intake"), lambda work: change_school(work, case_id, None, "Langt væk") and None
    )

    with town.work(SYSTEM) as work:
        case = work.session.get_one(CaseRow, case_id)
        person = work.session.scalars(select(YoungPersonRow)).one()
        assert (case.calendar, person.school_code, person.school) == (None, None, "Langt væk")


def test_a_school_that_is_not_on_the_list_is_refused(attend, town, acting_as):
    case_id = attend()

    with pytest.raises(InvalidAnswers):
        town.act(acting_as("intake"), lambda work: change_school(work, case_id, "x", ""))


def test_one_who_does_not_work_with_the_case_may_not(schools, attend, town, acting_as):
    case_id = attend()

    with pytest.raises(NotAllowed):
        town.act(acting_as("intake2"), lambda work: change_school(work, case_id, HILL, ""))


def test_a_new_case_of_one_who_is_known_follows_the_school_that_is_known(
    change, schools, refer, town
):
    change(closed(HARBOUR))
    pupil = NewYoungPerson(
        first_name="Ny",
        last_name="Opdigtet",
        birth_date=date(2011, 3, 3),
        school="Havneskolen",
        school_code=HARBOUR,
    )

    case_id = refer(pupil).case_id

    with town.work(SYSTEM) as work:
        assert work.calendar_of(case_id).school == "Havneskolen"


# -- As it is kept ---------------------------------------------------------------------------


def test_the_days_of_a_school_never_leak_into_one_whose_name_begins_alike(town):
    with town.work(SYSTEM) as work:
        content = {
            **settings_in_force(work),
            "schools": {
                "skole": {"name": "Skolen", "common": True},
                "skole-2": {"name": "Skolen 2", "common": True},
            },
            "school_closings": {f"skole-2/{WEDNESDAY}/{WEDNESDAY}": "Fri"},
        }
    schools = read_configuration(content, 1).schools

    assert schools["skole"].school_holidays == {}
    assert schools["skole-2"].school_holidays == {date(2026, 3, 4): "Fri"}


def test_a_pack_brings_schools_below_what_the_house_has_set(change, town, tmp_path):
    change(school(HARBOUR, "Havneskolen, som vi kalder den"))
    copytree(BPMN, tmp_path / "bpmn")
    file = tmp_path / "bpmn" / "municipalities" / "sonderborg" / "pack.toml"
    file.write_text(file.read_text("utf-8") + SCHOOLS_OF_A_PACK, "utf-8")

    town.act(SYSTEM, lambda work: install_pack(work, read_pack(tmp_path / "bpmn", "sonderborg")))

    with town.work(SYSTEM) as work:
        found = work.configuration.schools
        assert found[HARBOUR].school == "Havneskolen, som vi kalder den"
        assert found[HARBOUR].school_holidays == {date(2026, 3, 4): "Pædagogisk dag"}
        assert found[HILL].school == "Bakkeskolen"


SCHOOLS_OF_A_PACK = f"""
[[schools]]
id = "{HARBOUR}"
name = "Havneskolen"

[[schools.closings]]
since = {WEDNESDAY}
until = {WEDNESDAY}
name = "Pædagogisk dag"

[[schools]]
id = "{HILL}"
name = "Bakkeskolen"
common = false
"""
