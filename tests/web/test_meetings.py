"""A meeting from its agenda to its minutes, as those at the table see it."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.adapters.clock import MovableClock
from engine.ports import SYSTEM
from engine.storage.models import TaskRow
from engine.storage.work import Casework
from tests.web.conftest import Page, Visitor
from tests.workflows.conftest import Life
from tests.workflows.test_seating import with_parameter
from tests.workflows.test_whole_cases import local, series
from workflows.access.records import ReadLogRow
from workflows.forums.attendance import chairs
from workflows.forums.records import AgendaItemRow, AgreementRow, MeetingRow
from workflows.forums.seating import MOST

NAME = "Sofie"
DECISION = {
    "young_persons_view": "Hun vil gerne i skole igen.",
    "result": "multi",
    "why": "Der skal flere til.",
    "agreements": "",
    "follow_up_on-day": "30",
    "follow_up_on-month": "6",
    "follow_up_on-year": "2026",
    "is_legal_decision": "no",
}


@pytest.fixture
def life(town: Casework, clock: MovableClock, case: str) -> Life:
    """Sofie, referred on 2 March 2026, is on the agenda of 19 March, which closes on 12 March."""
    series(town, "team1", date(2026, 3, 19))
    found = Life(town, clock, UUID(case.rsplit("/", 1)[-1]))
    found.do("screening", effort="team", disciplines=["uu_counsellor", "ppr_psychologist"])
    found.do("record_answer", answer="yes", channel="mitid")
    return found


@pytest.fixture
def address(life: Life) -> str:
    """The address of the meeting."""
    return f"/moeder/{life.all_meetings()[0].id}"


@pytest.fixture
def on_the_day(life: Life) -> None:
    """It is ten o'clock on the day of the meeting."""
    life.until(local("2026-03-19"))


def came(staff: Mapping[str, UUID], *usernames: str, town: Casework) -> dict[str, str]:
    """What is typed when these came, with a mandate, and nobody else."""
    with town.work(SYSTEM) as work:
        meeting = work.session.scalars(select(MeetingRow).order_by(MeetingRow.held_on)).first()
        assert meeting is not None
        here = {staff[name] for name in usernames}
        typed: dict[str, str] = {}
        for number, chair in enumerate(chairs(work, meeting)):
            typed[f"came_{number}"] = "present" if chair.employee_id in here else "absent"
            typed[f"mandate_{number}"] = "1"
    return typed


@pytest.fixture
def opened(
    on_the_day: None,
    address: str,
    signed_in: Callable[[str], Visitor],
    staff: Mapping[str, UUID],
    town: Casework,
) -> Visitor:
    """The convenor has opened the meeting and said who came."""
    convenor = signed_in("uu_counsellor")
    convenor.get(address)
    convenor.post(f"{address}/aabn")
    convenor.get(f"{address}/fremmoede")
    typed = came(staff, "uu_counsellor", "ppr_psychologist", town=town)
    assert convenor.post(f"{address}/fremmoede", typed).status == 303
    return convenor


def item_address(address: str, life: Life) -> str:
    item = max(life.all(AgendaItemRow), key=lambda row: row.placed_at)
    return f"{address}/punkter/{item.id}"


def agreement(staff: Mapping[str, UUID], number: int = 1, **more: Any) -> dict[str, str]:
    typed = {
        f"goal_{number}": "Sofie kommer i skole.",
        f"agreement_{number}": "Ring til skolen.",
        f"owner_{number}": str(staff["ppr_psychologist"]),
        f"due_on_{number}-day": "27",
        f"due_on_{number}-month": "3",
        f"due_on_{number}-year": "2026",
    }
    return typed | more


def test_those_who_sit_in_a_forum_find_their_meetings_in_the_frame(
    signed_in: Callable[[str], Visitor],
) -> None:
    assert signed_in("uu_counsellor").get("/indbakke").href("Møder") == "/moeder"


def test_those_who_sit_in_none_have_no_such_word(signed_in: Callable[[str], Visitor]) -> None:
    assert 'href="/moeder"' not in signed_in("intake").get("/indbakke").html


def test_my_meetings_tell_day_place_points_and_when_the_agenda_closes(
    life: Life, signed_in: Callable[[str], Visitor]
) -> None:
    page = signed_in("health_nurse").get("/moeder")

    assert page.heading == "Møder"
    assert "tors. 19. mar. · Ungeteam 1 9.00–11.00 · På skolerne efter tur" in page.text
    assert "1 punkt · dagsordenen lukker tors. 12. mar." in page.text


def test_one_who_does_not_sit_there_does_not_find_the_meeting(
    address: str, signed_in: Callable[[str], Visitor]
) -> None:
    assert signed_in("job_adviser").get(address).status == 404


def test_before_the_cut_off_a_member_sees_an_item_and_not_who_it_is_about(
    address: str, signed_in: Callable[[str], Visitor]
) -> None:
    page = signed_in("health_nurse").get(address)

    assert "Et punkt, du ikke kan se" in page.text
    assert NAME not in page.text


def test_from_the_cut_off_a_member_may_open_the_case(
    life: Life, address: str, signed_in: Callable[[str], Visitor]
) -> None:
    life.until(local("2026-03-12", "08:00"))
    nurse = signed_in("health_nurse")

    page = nurse.get(address)

    assert page.href(NAME) == f"/sager/{life.case_id}"
    assert nurse.get(page.href(NAME)).status == 200


def test_every_look_at_who_is_on_the_agenda_is_logged(
    life: Life, address: str, signed_in: Callable[[str], Visitor], town: Casework
) -> None:
    life.until(local("2026-03-12", "08:00"))

    signed_in("health_nurse").get(address)

    with town.work(SYSTEM) as work:
        query = select(ReadLogRow).where(ReadLogRow.path == address)
        (row,) = work.session.scalars(query)
    assert (row.purpose, row.case_ids) == ("meeting", [str(life.case_id)])


def test_the_day_and_the_closing_of_the_agenda_tell_why(
    address: str, signed_in: Callable[[str], Visitor]
) -> None:
    assert signed_in("health_nurse").get(address).html.count("<summary>Hvorfor?</summary>") == 2


def test_only_the_convenor_is_offered_to_lead(
    life: Life, address: str, signed_in: Callable[[str], Visitor]
) -> None:
    life.until(local("2026-03-12", "08:00"))

    assert "Luk dagsordenen" in signed_in("uu_counsellor").get(address).text
    assert "Luk dagsordenen" not in signed_in("health_nurse").get(address).text


def test_who_tries_to_lead_without_being_the_convenor_is_told_who_does(
    on_the_day: None, address: str, signed_in: Callable[[str], Visitor]
) -> None:
    nurse = signed_in("health_nurse")
    nurse.get(address)

    page = nurse.post(f"{address}/aabn")

    assert page.status == 403
    assert "Det gør mødelederen for Ungeteam 1" in page.text


def test_the_agenda_is_closed_by_hand_from_its_cut_off(
    life: Life, address: str, signed_in: Callable[[str], Visitor]
) -> None:
    life.until(local("2026-03-12", "08:00"))
    convenor = signed_in("uu_counsellor")
    convenor.get(address)

    convenor.post(f"{address}/luk-dagsorden")

    page = convenor.get(address)
    assert "Dagsordenen er lukket." in page.text
    assert "Mødet kan åbnes på dagen." in page.text


def test_who_came_stands_on_the_page(opened: Visitor, address: str, names: dict[str, str]) -> None:
    page = opened.get(address)

    assert f"{names['ppr_psychologist']}, PPR-psykolog: Kom" in page.text
    assert f"{names['health_nurse']}, sundhedsplejerske: Kom ikke" in page.text


def test_an_item_without_its_disciplines_says_what_is_missing(
    on_the_day: None, life: Life, address: str, signed_in: Callable[[str], Visitor]
) -> None:
    convenor = signed_in("uu_counsellor")
    convenor.get(address)
    convenor.post(f"{address}/aabn")

    page = convenor.get(address)
    assert "Mangler med mandat: UU-vejleder, PPR-psykolog" in page.text

    convenor.get(item_address(address, life))
    refused = convenor.post(item_address(address, life), DECISION | {"agreements": "Ingen."})
    assert (refused.status, refused.heading) == (409, "Noget andet skal gøres først")
    assert "Der mangler nogen, der kan beslutte punktet." in refused.text


def test_a_substitute_without_a_name_is_asked_for_and_nothing_is_lost(
    on_the_day: None, address: str, signed_in: Callable[[str], Visitor]
) -> None:
    convenor = signed_in("uu_counsellor")
    convenor.get(f"{address}/fremmoede")

    page = convenor.post(f"{address}/fremmoede", {"came_0": "substitute", "note_0": "Syg"})

    assert page.status == 422
    assert "Vælg, hvem der kom i stedet." in page.text
    assert 'value="Syg"' in page.html


def test_the_young_persons_words_stand_beside_the_form(
    opened: Visitor, life: Life, address: str
) -> None:
    page = opened.get(item_address(address, life))

    assert page.heading.startswith(NAME)
    assert "Hvad siger den unge selv" in page.text
    assert "Hvem holder tråden" in page.text


def decided(visitor: Visitor, life: Life, address: str, typed: Mapping[str, str]) -> Page:
    visitor.get(item_address(address, life))
    return visitor.post(item_address(address, life), dict(typed))


def test_a_decision_leads_back_to_the_meeting_and_the_case_goes_on(
    opened: Visitor, life: Life, address: str, staff: Mapping[str, UUID]
) -> None:
    page = decided(opened, life, address, DECISION | agreement(staff))

    assert (page.status, page.address) == (303, address)
    assert life.open_tasks("decision_letter")
    assert life.open_tasks("decide") == []


def test_the_minutes_tell_goal_agreement_owner_and_day(
    opened: Visitor, life: Life, address: str, staff: Mapping[str, UUID], names: dict[str, str]
) -> None:
    decided(opened, life, address, DECISION | agreement(staff))

    page = opened.get(address)

    assert "En indsats på tværs af fagområder" in page.text
    line = f"Sofie kommer i skole. Ring til skolen. {names['ppr_psychologist']} fre. 27. mar."
    assert re.search(f"{line} (Hvorfor\\? .*)?ikke gjort endnu", page.text)


def test_the_agreement_lies_in_the_inbox_of_its_owner(
    opened: Visitor,
    life: Life,
    address: str,
    staff: Mapping[str, UUID],
    signed_in: Callable[[str], Visitor],
) -> None:
    decided(opened, life, address, DECISION | agreement(staff))

    page = signed_in("ppr_psychologist").get("/indbakke")

    assert "Ring til skolen." in page.text


def test_the_owner_does_what_was_agreed(
    opened: Visitor,
    life: Life,
    address: str,
    staff: Mapping[str, UUID],
    signed_in: Callable[[str], Visitor],
    task_of: Callable[[str], str],
) -> None:
    decided(opened, life, address, DECISION | agreement(staff))
    owner, task = signed_in("ppr_psychologist"), task_of("agreement")
    assert "Der er ingen spørgsmål." in owner.get(task).text

    assert owner.post(task).status == 303

    assert "gjort" in opened.get(address).text
    assert life.open_tasks("agreement") == []


def test_what_is_missing_is_said_all_at_once_and_nothing_typed_is_lost(
    opened: Visitor, life: Life, address: str, staff: Mapping[str, UUID]
) -> None:
    typed = DECISION | agreement(staff, **{"goal_1": ""}) | {"why": ""}

    page = decided(opened, life, address, typed)

    assert page.status == 422
    assert "Skriv målet med aftalen." in page.text
    assert 'href="#why"' in page.html
    assert 'href="#goal_1"' in page.html
    assert 'value="Ring til skolen."' in page.html
    assert "Hun vil gerne i skole igen." in page.text
    assert life.all(AgreementRow) == []


def test_an_agreement_in_the_third_row_is_told_in_the_third_row(
    opened: Visitor, life: Life, address: str, staff: Mapping[str, UUID]
) -> None:
    page = decided(opened, life, address, DECISION | agreement(staff, 3, **{"owner_3": ""}))

    assert 'href="#owner_3"' in page.html


def test_without_any_agreement_one_says_why(opened: Visitor, life: Life, address: str) -> None:
    page = decided(opened, life, address, DECISION)

    assert page.status == 422
    assert 'href="#agreements"' in page.html
    assert decided(opened, life, address, DECISION | {"agreements": "Ingen."}).status == 303


def test_an_item_is_put_off_and_stands_as_that(opened: Visitor, life: Life, address: str) -> None:
    opened.get(item_address(address, life))

    opened.post(f"{item_address(address, life)}/udsaet")

    assert "udsat til et senere møde" in opened.get(address).text
    assert [row.held_on for row in life.all_meetings()] == [date(2026, 3, 19), date(2026, 4, 9)]


def test_the_minutes_are_approved_when_all_is_settled(
    opened: Visitor, life: Life, address: str, staff: Mapping[str, UUID]
) -> None:
    assert "Godkend referatet" not in opened.get(address).text
    decided(opened, life, address, DECISION | agreement(staff))
    opened.get(address)

    assert opened.post(f"{address}/godkend").status == 303

    page = opened.get(address)
    assert "Referatet er godkendt" in page.text
    assert "Skriv, hvem der kom" not in page.text


def test_a_meeting_is_moved_and_says_from_where(
    address: str, life: Life, signed_in: Callable[[str], Visitor]
) -> None:
    convenor = signed_in("uu_counsellor")
    convenor.get(f"{address}/flyt")

    day = {"day-day": "24", "day-month": "3", "day-year": "2026", "place": "Rådhuset"}
    convenor.post(f"{address}/flyt", day)

    page = convenor.get(address)
    assert "Ungeteam 1, tirs. 24. mar." in page.text
    assert "Rådhuset · flyttet fra tors. 19. mar." in page.text


def test_a_meeting_is_not_moved_to_a_saturday(
    address: str, signed_in: Callable[[str], Visitor]
) -> None:
    convenor = signed_in("uu_counsellor")
    convenor.get(f"{address}/flyt")

    day = {"day-day": "21", "day-month": "3", "day-year": "2026", "place": "Rådhuset"}
    page = convenor.post(f"{address}/flyt", day)

    assert page.status == 422
    assert "Vælg en arbejdsdag. Den dag er lørdag." in page.text
    assert 'value="Rådhuset"' in page.html


def test_a_cancelled_meeting_is_asked_about_first_and_sends_its_items_on(
    address: str, life: Life, signed_in: Callable[[str], Visitor]
) -> None:
    convenor = signed_in("uu_counsellor")
    assert "Punkterne kommer på det næste møde." in convenor.get(f"{address}/aflys").text

    convenor.post(f"{address}/aflys")

    assert "Aflyst" in convenor.get(address).text
    assert life.all_meetings()[-1].held_on == date(2026, 4, 9)


def test_the_leaders_see_a_task_and_no_young_person(
    town: Casework, clock: MovableClock, case: str, signed_in: Callable[[str], Visitor]
) -> None:
    life = Life(town, clock, UUID(case.rsplit("/", 1)[-1]))
    life.until(local("2026-03-25"))
    meeting = life.all_meetings()[0]

    page = signed_in("leader_ungecenter").get(f"/moeder/{meeting.id}")

    assert "Screen henvisningen" in page.text
    assert NAME not in page.text


def test_the_pages_of_a_meeting_read_in_english(opened: Visitor, address: str, life: Life) -> None:
    opened.get(address)
    opened.post("/sprog", {"language": "en", "back": address})

    assert "Agenda" in opened.get(address).text
    assert "Agreements that become tasks" in opened.get(item_address(address, life)).text


def test_nothing_stands_still_after_a_meeting(
    opened: Visitor, life: Life, address: str, staff: Mapping[str, UUID], town: Casework
) -> None:
    decided(opened, life, address, DECISION | agreement(staff))

    assert life.incidents() == []
    with town.work(SYSTEM) as work:
        assert work.session.scalars(select(TaskRow).where(TaskRow.status == "stopped")).all() == []


def test_who_decides_from_the_inbox_is_held_to_the_quorum_too(
    on_the_day: None, life: Life, address: str, signed_in: Callable[[str], Visitor]
) -> None:
    convenor = signed_in("uu_counsellor")
    task = f"/opgaver/{decision_task_of(life)}"
    convenor.get(task)
    convenor.post(f"{task}/tag")

    answer = convenor.post(task, DECISION | {"agreements": "Ingen, for vi venter."})

    assert answer.status == 409
    assert "Skriv fremmødet ind, eller udsæt punktet." in answer.text
    assert "Hun vil gerne i skole igen." in answer.text
    assert [item.status for item in life.all(AgendaItemRow)] == ["released"]


def test_with_a_quorum_the_item_can_be_decided_from_the_inbox(opened: Visitor, life: Life) -> None:
    task = f"/opgaver/{decision_task_of(life)}"
    opened.get(task)
    opened.post(f"{task}/tag")

    answer = opened.post(task, DECISION | {"agreements": "Ingen, for vi venter."})

    assert answer.status == 303
    assert [item.status for item in life.all(AgendaItemRow)] == ["decided"]


def decision_task_of(life: Life) -> UUID:
    (task,) = life.open_tasks("decide")
    return task.id


def test_who_came_instead_is_asked_only_of_one_for_whom_another_came(opened: Visitor, address: str):
    page = opened.get(f"{address}/fremmoede")

    assert "data-conditions" in page.html
    assert "Udfyldes ikke" not in page.text
    assert "Udfyldes, når »Kom de?« er »En anden kom i stedet«." in page.text


def test_who_sits_with_the_young_person_is_written_at_the_item(
    opened: Visitor, address: str, life: Life
) -> None:
    page = opened.get(address)
    table = page.href("Hvem sidder med den unge?")
    form = opened.get(table)
    few = form.html.split('value="')
    people = [each.split('"')[0] for each in few if len(each.split('"')[0]) == 36][:3]

    sent = opened.post(table, {"people": people, "reason": ""})

    assert (sent.status, sent.address) == (303, table)
    assert "3 fagpersoner sidder sammen med den unge." in opened.get(address).text


def test_too_many_are_refused_and_what_was_typed_stands(
    opened: Visitor, address: str, town: Casework
) -> None:
    town.act(SYSTEM, lambda work: with_parameter(work, MOST, 1))
    table = opened.get(address).href("Hvem sidder med den unge?")
    few = opened.get(table).html.split('value="')
    people = [each.split('"')[0] for each in few if len(each.split('"')[0]) == 36][:2]

    sent = opened.post(table, {"people": people, "reason": "Han vil gerne."})

    assert sent.status == 422
    assert "Højst 1 fagpersoner kan sidde sammen med den unge." in sent.text
    assert "Han vil gerne." in sent.html
    assert sent.html.count("checked") == 2
