"""What somebody sees of a case, because of what, and until when."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.storage.work import Work
from tests.web.conftest import SOFIE
from workflows.access.services import cases_visible_to
from workflows.access.sight import Sight, what_may
from workflows.cases.records import YouthCaseRow
from workflows.consent.records import ConsentRow
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import AbsenceRow, ForumRow

EVERYTHING = {"K0", "K1", "K2", "K3"}
Sees = Callable[[str], Sight | None]
PEOPLE = (
    "intake",
    "intake2",
    "leader_ungecenter",
    "leader_uu",
    "mentor",
    "health_nurse",
    "job_adviser",
    "chief_consultant",
    "system_admin",
)


@pytest.fixture
def case_id(case: str) -> UUID:
    return UUID(case.rpartition("/")[2])


@pytest.fixture
def sees(town, staff, case_id) -> Sees:
    """What gives the sight that somebody has of the case."""

    def look(username: str) -> Sight | None:
        with town.work(SYSTEM) as work:
            return what_may(work, actor_of(work, staff[username]), case_id)

    return look


@pytest.fixture
def change(town, case_id) -> Callable[[Callable[[Work, YouthCaseRow], object]], None]:
    """What changes something of the case."""

    def act(do: Callable[[Work, YouthCaseRow], object]) -> None:
        town.act(SYSTEM, lambda work: do(work, work.session.get_one(YouthCaseRow, case_id)))

    return act


def released(work: Work, case: YouthCaseRow, disciplines: list[str]) -> date:
    """Put the case on the agenda of team 1, released; return the day of the meeting."""
    forum = work.session.scalars(select(ForumRow).where(ForumRow.code == "team1")).one()
    day = date(2026, 3, 10)
    meeting = MeetingRow(
        forum_id=forum.id,
        drawn_on=day,
        held_on=day,
        starts_at=datetime(2026, 3, 10, 8, tzinfo=work.now.tzinfo),
        ends_at=datetime(2026, 3, 10, 10, tzinfo=work.now.tzinfo),
        cut_off_on=work.today,
        cut_off_at=work.now,
        check_at=work.now,
        changed_at=work.now,
    )
    work.session.add(meeting)
    work.flush()
    item = AgendaItemRow(
        meeting_id=meeting.id,
        case_id=case.case_id,
        reason="referral",
        position=1,
        ready_at=work.now,
        placed_at=work.now,
        released_at=work.now,
        status="released",
        disciplines=disciplines,
    )
    work.session.add(item)
    return day


def test_who_holds_the_thread_sees_what_is_special_too(sees: Sees):
    sight = sees("intake")

    assert sight is not None
    assert (sight.classes, sight.behind, sight.until) == (
        EVERYTHING,
        "office:primary_responsible",
        None,
    )


def test_the_leader_of_the_unit_sees_nothing_special_and_no_other_leader_sees_it(sees: Sees):
    sight = sees("leader_ungecenter")

    assert sight is not None
    assert sight.classes == {"K0", "K1", "K2"}
    assert sight.behind.startswith("unit:")
    assert sees("leader_uu") is None


def test_a_coordinator_needs_a_consent_for_what_is_special(sees: Sees, change, staff):
    change(lambda work, case: setattr(case, "coordinator_id", staff["mentor"]))
    before = sees("mentor")
    change(
        lambda work, case: work.session.add(
            ConsentRow(
                case_id=case.case_id,
                purpose="team_assessment",
                kind="disclose",
                giver="young_person",
                status="active",
                asked_at=work.now,
                expires_on=work.today + timedelta(days=1),
            )
        )
    )

    assert before is not None
    assert before.classes == {"K0", "K1", "K2"}
    sight = sees("mentor")
    assert sight is not None
    assert sight.classes == EVERYTHING | {"K4"}


def test_a_consent_ends_on_the_day_it_expires(sees: Sees, change, staff, clock):
    change(lambda work, case: setattr(case, "coordinator_id", staff["mentor"]))
    change(
        lambda work, case: work.session.add(
            ConsentRow(
                case_id=case.case_id,
                purpose="team_assessment",
                kind="disclose",
                giver="young_person",
                status="active",
                asked_at=work.now,
                expires_on=work.today + timedelta(days=1),
            )
        )
    )
    clock.move_to(clock.now() + timedelta(days=1))

    sight = sees("mentor")
    assert sight is not None
    assert not sight.sees("K3")


@pytest.mark.parametrize(
    ("disciplines", "special"), [(["health_nurse"], True), (["ppr_psychologist"], False)]
)
def test_a_member_of_the_team_sees_what_is_special_only_for_their_discipline(
    sees: Sees, change, disciplines, special
):
    change(lambda work, case: released(work, case, disciplines))

    sight = sees("health_nurse")
    assert sight is not None
    assert sight.sees("K2")
    assert sight.sees("K3") is special
    assert sight.until == date(2026, 3, 17)


def test_a_meeting_opens_the_case_until_the_end_of_the_fifth_working_day_after_it(
    sees: Sees, change, clock
):
    change(lambda work, case: released(work, case, []))

    clock.move_to(datetime(2026, 3, 17, 22, 59, 59, tzinfo=clock.now().tzinfo))  # 23:59:59 here
    assert sees("health_nurse") is not None
    clock.move_to(clock.now() + timedelta(seconds=1))
    assert sees("health_nurse") is None


def test_a_deputy_reads_until_the_last_day_and_nothing_special(sees: Sees, change, staff):
    def leave(work: Work, case: YouthCaseRow) -> None:
        work.session.add(
            AbsenceRow(
                employee_id=case.primary_id,
                since=work.today,
                until=work.today + timedelta(days=3),
                deputy_id=staff["mentor"],
                registered_at=work.now,
            )
        )

    change(leave)

    sight = sees("mentor")
    assert sight is not None
    assert (sight.behind, sight.until) == ("office:deputy", date(2026, 3, 5))
    assert sight.classes == {"K0", "K1", "K2"}


def test_a_list_and_a_page_agree_for_everybody(town, change, staff, case_id):
    change(lambda work, case: setattr(case, "coordinator_id", staff["mentor"]))
    change(lambda work, case: released(work, case, []))
    seen = {}
    with town.work(SYSTEM) as work:
        for username in PEOPLE:
            actor = actor_of(work, staff[username])
            query = select(YouthCaseRow.case_id).where(cases_visible_to(work, actor))
            listed = case_id in set(work.session.scalars(query))
            seen[username] = (listed, what_may(work, actor, case_id) is not None)

    assert all(listed is opened for listed, opened in seen.values()), seen
    assert {name for name, (listed, _) in seen.items() if listed} == {
        "intake",
        "intake2",
        "leader_ungecenter",
        "mentor",
        "health_nurse",
    }


def test_an_answer_of_a_class_one_does_not_see_is_not_on_the_page(intake, signed_in):
    words = "Jeg vil gerne have ro."
    case = intake.post("/sager/ny", {**SOFIE, "reason_own_words": words}).address

    leader = signed_in("leader_ungecenter").get(case)

    assert words in intake.get(case).text
    assert leader.status == 200
    assert words not in leader.html
