"""Cases: who holds the thread, what comes next, a new referral, a consent withdrawn."""

import re
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from engine.ports import SYSTEM
from tests.web.conftest import SCREENING, SOFIE
from web.cases.journal import said_once
from workflows.access.records import ReadLogRow
from workflows.cases.records import YouthCaseRow
from workflows.people.records import GuardianRow, YoungPersonRow

CONSENT = {"explained": "1", "answer": "yes", "channel": "oral", "note": "Sagt i telefonen."}


def test_a_referral_opens_a_case_with_a_next_step(intake, case):
    page = intake.get(case)

    assert page.heading == "Sofie Opdigtet, 14 år 8 mdr."
    assert "Det næste Screen henvisningen Ledig: modtagelsen man. 9. mar." in page.text


def test_the_first_line_says_who_holds_the_thread_and_how_to_reach_them(intake, case, names):
    page = intake.get(case)

    assert f"{names['intake']} holder tråden siden i dag · 5500" in page.text


def test_a_referral_with_gaps_names_them_all_and_keeps_every_word(intake):
    page = intake.post("/sager/ny", {"first_name": "Sofie", "reason_referrer": "Hun er væk."})

    assert page.status == 422
    for label in ("Efternavn", "Fødselsdag", "Hvor går den unge nu?"):
        assert f"»{label}« skal udfyldes." in page.text
    assert 'value="Sofie"' in page.html
    assert "Hun er væk.</textarea>" in page.html


def test_a_parent_without_a_name_and_a_birthday_to_come_are_caught(intake):
    page = intake.post(
        "/sager/ny", {**SOFIE, "birth_date-year": "2031", "guardian1_name": "", "cpr": "12"}
    )

    assert page.status == 422
    assert (
        "Fødselsdagen er ikke kommet endnu."
        in intake.post("/sager/ny", {**SOFIE, "birth_date-year": "2031"}).text
    )
    assert "Skriv navnet på forælderen." in page.text


def test_the_people_of_a_referral_are_on_record(town, case):
    with town.work(SYSTEM) as work:
        person = work.session.scalars(select(YoungPersonRow)).one()
        guardian = work.session.scalars(select(GuardianRow)).one()

    assert (person.name, person.schooling) == ("Sofie Opdigtet", "grade_8")
    assert (guardian.name, guardian.relation, guardian.phone) == (
        "Mor Opdigtet",
        "mor",
        "5500 0001",
    )


def test_the_people_around_the_young_person_have_their_numbers(intake, case):
    page = intake.get(case)

    assert "Mor Mor Opdigtet · 5500 0001" in page.text


def test_every_look_at_a_case_is_written_down(town, intake, case, staff):
    intake.get(case)

    with town.work(SYSTEM) as work:
        looks = work.session.scalars(select(ReadLogRow).where(ReadLogRow.purpose == "case")).all()
    assert [(look.actor_id, look.path) for look in looks] == [(staff["intake"], case)]


def test_a_case_of_others_cannot_be_told_from_one_that_is_not(case, signed_in):
    page = signed_in("job_adviser").get(case)

    assert (page.status, "Sofie" in page.text) == (404, False)


def test_the_journey_reads_as_sentences(intake, screening, case):
    intake.get(screening)
    intake.post(screening, SCREENING)

    page = intake.get(case)

    assert "Afsluttede »Screen henvisningen«." in page.text
    assert "Tog opgaven »Screen henvisningen«." in page.text
    assert "Der blev bedt om samtykke." in page.text


def test_every_act_of_the_journal_has_a_sentence_of_its_own():
    from pathlib import Path

    from web.cases.journal import _SENTENCES, _SILENT

    root = Path(__file__).parents[2]
    sources = [*(root / "engine/services").glob("*.py"), *(root / "workflows").rglob("*.py")]
    acts = {
        act
        for source in sources
        for act in re.findall(r'\brecord\(\s*\w+,\s*[\w.]+,\s*"([a-z_]+)"', source.read_text())
    }

    assert "task_opened" in acts
    assert acts - set(_SENTENCES) - _SILENT == set()


def test_a_search_finds_by_part_of_a_name_among_what_one_may_see(intake, case, signed_in):
    assert "Sofie Opdigtet" in intake.get("/sager?q=opdig").text
    assert "Ingen hedder »opdig«" in signed_in("job_adviser").get("/sager?q=opdig").text


def test_ones_own_cases_stand_in_the_list_with_what_is_due(intake, case):
    page = intake.get("/sager")

    assert "Sofie Opdigtet 14 år 8 mdr. man. 9. mar. Hvorfor? Regnes fra" in page.text


def test_a_process_page_says_in_words_what_its_diagram_shows(intake, case):
    page = intake.get(intake.get(case).href("Se diagrammet"))

    assert page.heading == "Henvisning"
    assert "Screen henvisningen her nu, man. 9. mar." in page.text
    assert 'class="shape task is-here"' not in page.html  # classes are parted by single spaces
    assert re.search(r'class="shape task\s+is-here"', page.html)
    assert "<desc" in page.html


def test_the_link_to_a_diagram_leads_to_where_the_process_stands(intake, case):
    address = intake.get(case).href("Se diagrammet")

    page = intake.get(address)

    assert address.endswith("#her")
    assert re.findall(r'<g id="her" class="shape (\w+)\s+is-here"', page.html) == ["task"]
    assert page.href("Gå derhen, hvor vi er") == "#her"


def test_a_process_of_another_case_is_not_found(intake, case):
    other = intake.post("/sager/ny", {**SOFIE, "first_name": "Aya"}).address
    process = intake.get(other).href("Se diagrammet").rsplit("/", 1)[-1]

    assert intake.get(f"{case}/processer/{process}").status == 404


def test_withdrawing_a_consent_says_first_what_stops_and_then_stops_it(
    intake, screening, case, task_of
):
    _give_consent(intake, screening, task_of)

    asked = intake.get(intake.get(case).href("Træk tilbage"))
    assert "Sagen tages af dagsordenen for Ungeteam 1" in asked.text
    done = intake.post(re.search(r'action="(/sager/[^"]+)"', asked.html).group(1))

    assert (done.status, done.address) == (303, f"{case}/samtykker")
    assert "trukket tilbage" in intake.get(case).text


def test_a_consent_that_does_not_hold_any_more_cannot_be_withdrawn_again(
    intake, screening, case, task_of
):
    _give_consent(intake, screening, task_of)
    address = intake.get(case).href("Træk tilbage")
    intake.post(address)

    assert intake.post(address).status == 404


def test_a_closed_case_says_so(town, intake, screening, case, task_of):
    intake.get(screening)
    intake.post(screening, {**SCREENING, "effort": "guidance"})

    page = intake.get(case)

    assert "Lukket i dag: vejledning og en vej tilbage" in page.text
    with town.work(SYSTEM) as work:
        assert work.session.scalars(select(YouthCaseRow)).one().closed_at is not None


def test_what_the_calendar_will_start_by_itself_is_announced(intake, case, clock):
    page = intake.get(case)

    assert "Forberedelsen af overgangen til 18 år begynder" in page.text
    clock.forward(timedelta(hours=1))


def _give_consent(intake, screening, task_of) -> None:
    intake.get(screening)
    intake.post(screening, SCREENING)
    task = task_of("record_answer")
    intake.get(task)
    done = intake.post(task, CONSENT)
    assert done.status == 303, done.text


def test_a_process_that_waits_for_another_says_so_and_leads_there(intake, screening, case):
    intake.get(screening)
    intake.post(screening, SCREENING)
    referral = next(
        address
        for address in re.findall(r'href="(/sager/[^"]+/processer/[^"]+)"', intake.get(case).html)
        if intake.get(address).heading == "Henvisning"
    )

    page = intake.get(referral)

    assert "Venter på »Samtykke« her nu, siden i dag" in page.text
    assert intake.get(page.href("Venter på »Samtykke«")).heading == "Samtykke"
    assert re.search(r'class="shape call\s+is-here"', page.html)


def test_the_codes_that_a_withdrawal_leads_to_have_words():
    from web.words import outcome, purpose

    assert purpose("narrowed") == "et snævrere samtykke"
    assert outcome("no_basis") == "lukket, fordi der ikke er et grundlag"


def test_a_sign_that_no_name_has_is_passed_over_in_a_search(intake):
    assert intake.get("/sager?q=Mal%00te").status == 200


def test_the_next_page_of_cases_goes_on_after_the_last_and_no_address_holds_a_name(
    intake, monkeypatch
):
    monkeypatch.setattr("web.cases.views.PAGE", 2)
    names = ("Asta", "Bo", "Bo", "Carla", "Dan")
    for day, first in enumerate(names, start=1):
        intake.post("/sager/ny", {**SOFIE, "first_name": first, "birth_date-day": str(day)})
    shown, address = [], "/sager"
    while address:
        page = intake.get(address)
        shown += re.findall(r"(\w+) Opdigtet", page.text)
        address = page.href("Vis de næste") if "Vis de næste" in page.text else ""
        assert not any(each in address for each in names)

    assert shown == list(names)


def test_what_happens_several_times_at_once_is_told_once_with_how_often(app: Flask) -> None:
    reminded, moved = "En påmindelse er sendt.", "Sagen er nu: i gang."
    with app.test_request_context(headers={"Accept-Language": "da"}):
        told = said_once([reminded, moved, reminded])

    assert told == ["En påmindelse er sendt (2 gange).", moved]
