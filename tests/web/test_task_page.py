"""A task: what one needs to do it, what happens next, and nothing lost when something is wrong."""

import re
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.services.incidents import open_incidents
from engine.services.timers import fire_due
from engine.storage.models import InstanceRow, TaskRow
from engine.storage.work import Casework
from tests.web.conftest import SCREENING


def test_the_page_tells_why_the_deadline_is_what_it_is(screening, intake):
    page = intake.get(screening)

    assert "Hvorfor?" in page.text
    assert "Regnes fra den dag, opgaven kom: mandag 2. marts 2026." in page.text
    assert "5 arbejdsdage efter er mandag 9. marts 2026." in page.text
    assert "Længden er »screening«. Kilde: Vores standard." in page.text


def test_the_page_tells_who_holds_the_thread_and_how_to_reach_them(screening, intake, names):
    page = intake.get(screening)

    assert f"Hvem holder tråden {names['intake']}, siden i dag" in page.text


def test_the_page_tells_where_the_step_stands(screening, intake):
    page = intake.get(screening)

    assert re.search(r"Hvor vi er i »Henvisning« Screen henvisningen her nu", page.text)
    assert page.href("Se diagrammet").startswith("/sager/")


def test_a_form_that_is_not_whole_comes_back_with_every_word_and_a_link_to_each_gap(
    screening, intake
):
    intake.get(screening)

    page = intake.post(screening, {"screening_note": "Det, jeg havde skrevet."})

    assert page.status == 422
    assert "Det, jeg havde skrevet.</textarea>" in page.html
    assert page.href("skal udfyldes") == "#language_only-1"


def test_after_a_task_the_page_says_what_happens_now_and_for_whom(screening, intake, names):
    intake.get(screening)

    done = intake.post(screening, SCREENING)

    assert (done.status, done.address) == (303, f"{screening}/kvittering")
    receipt = intake.get(done.address)
    assert "Det sker der nu Indhent og registrér samtykke Sofie" in receipt.text
    assert "Hos dig" in receipt.text


@pytest.fixture
def stopped(screening, intake, town):
    """The screening, whose answer has led to something that broke; it is mended by now."""
    intake.get(screening)
    with town.work(SYSTEM) as work:
        row = work.session.scalars(select(InstanceRow)).one()
        state, row.state = row.state, b"not a state"
    page = intake.post(screening, SCREENING)
    with town.work(SYSTEM) as work:
        work.session.scalars(select(InstanceRow)).one().state = state
    assert (page.status, page.address) == (303, screening)
    return screening


def test_a_task_that_breaks_is_seen_by_those_who_run_the_system(stopped, town, signed_in):
    with town.work(SYSTEM) as work:
        (incident,) = open_incidents(work)

    text = signed_in("system_admin").get("/drift/").text

    assert incident.tries_left == 19
    assert "Henvisning" in text
    assert "1 forsøg, 19 tilbage; prøver igen i dag 10.01 Hvorfor? Forsøg 1 gik galt" in text
    assert "Hos: drift og den, der" in text
    assert "Sofie" not in text


def test_who_answered_is_told_that_the_case_stopped_and_finds_what_they_wrote(stopped, intake):
    page = intake.get(stopped)

    assert "Sagen er stoppet her:" in page.text
    assert "Systemet prøver igen af sig selv: i dag 10.01 Hvorfor?" in page.text
    assert "Ret svaret og prøv igen" in page.text
    assert "Samtale med skolen." in page.html
    assert "Traceback" not in page.html


def test_the_inbox_and_the_case_tell_that_it_stopped(stopped, intake, case):
    assert "Sagen er stoppet her. Det arbejder vi på." in intake.get("/indbakke").text

    page = intake.get(case)

    assert "Sagen er stoppet her:" in page.text
    assert page.href("Ret svaret og prøv igen") == stopped


def test_a_colleague_is_told_without_a_way_to_the_answer(stopped, signed_in, case):
    page = signed_in("leader_ungecenter").get(case)

    assert "Sagen er stoppet her:" in page.text
    assert "Ret svaret og prøv igen" not in page.text


def test_a_changed_answer_without_a_reason_is_asked_for_one_and_nothing_is_lost(stopped, intake):
    intake.get(stopped)
    changed = SCREENING | {"screening_note": "Samtale med moren.", "stopped": "1"}

    page = intake.post(stopped, changed)

    assert page.status == 422
    assert "Vælg, hvorfor du retter svaret." in page.text
    assert "Samtale med moren." in page.html


def test_a_changed_answer_carries_the_case_on_and_stands_in_the_journal(
    stopped, intake, case, names
):
    intake.get(stopped)
    changed = {"screening_note": "Samtale med moren.", "stopped": "1", "correction": "typed_wrong"}

    page = intake.post(stopped, SCREENING | changed)

    assert (page.status, page.address) == (303, f"{stopped}/kvittering")
    text = intake.get(case).text
    assert "Sagen er stoppet her" not in text
    assert "blev rettet, for: Jeg kom til at skrive noget forkert." in text


def test_an_operator_has_the_step_tried_again(stopped, signed_in, town, intake):
    operator = signed_in("system_admin")
    with town.work(SYSTEM) as work:
        (incident,) = open_incidents(work)

    operator.get("/drift/")
    operator.post(f"/drift/haendelser/{incident.id}/proev-igen")
    fire_due(town)

    assert "Intet er gået i stå." in operator.get("/drift/").text
    assert incident.cause in operator.get("/drift/?vis=loeste").text
    assert intake.get(stopped).status == 303


def test_sending_twice_tells_when_one_did_it_oneself(screening, intake):
    intake.get(screening)
    intake.post(screening, SCREENING)

    again = intake.post(screening, SCREENING)

    assert again.status == 409
    assert "Du afsluttede selv opgaven i dag kl. 10.00." in again.text


def test_a_task_that_a_colleague_has_taken_meanwhile_keeps_what_was_typed(
    screening, intake, town, signed_in, names, staff
):
    intake.get(screening)
    _give_to(town, screening, staff["intake2"])

    page = intake.post(screening, {**SCREENING, "screening_note": "Min tekst."})

    assert page.status == 409
    assert f"{names['intake2']} har taget opgaven, siden du hentede siden." in page.text
    assert "Hvad bygger du det på? Min tekst." in page.text


def test_a_task_that_a_colleague_has_completed_meanwhile_says_who_and_when(
    screening, intake, town, signed_in, names, staff
):
    intake.get(screening)
    _give_to(town, screening, staff["intake2"])
    colleague = signed_in("intake2")
    colleague.get(screening)
    assert colleague.post(screening, SCREENING).status == 303

    page = intake.post(screening, {**SCREENING, "screening_note": "Min tekst."})

    assert page.status == 409
    assert f"{names['intake2']} afsluttede den i dag kl. 10.00." in page.text
    assert "Min tekst." in page.text


def test_a_page_of_another_version_of_the_process_completes_nothing(screening, intake):
    intake.get(screening)

    page = intake.post(screening, {**SCREENING, "version": "gammel"})

    assert page.status == 409
    assert "Processen er ændret, siden du hentede siden." in page.text
    assert "Samtale med skolen." in page.text
    assert intake.get(screening).status == 200


def test_a_task_that_is_put_back_is_free_for_the_others(screening, intake):
    intake.get(screening)

    assert intake.post(f"{screening}/laeg-tilbage").address == "/indbakke"
    assert "Ingen har taget opgaven endnu." in intake.get(screening).text


def test_a_free_task_shows_what_it_asks_before_one_takes_it(case, intake, task_of):
    page = intake.get(task_of("screening"))

    assert "Det, opgaven spørger om" in page.text
    assert '<form action="' + task_of("screening") + '"' not in page.html


def test_an_unknown_task_is_a_kind_page(intake):
    page = intake.get(f"/opgaver/{uuid4()}")

    assert (page.status, page.heading) == (404, "Siden findes ikke")
    assert page.href("Til indbakken") == "/indbakke"


def test_somebody_elses_case_cannot_be_told_from_one_that_is_not(screening, signed_in):
    stranger = signed_in("job_adviser")

    assert stranger.get(screening).status == 404


def test_a_colleague_of_the_unit_is_told_kindly_that_it_is_not_theirs(screening, signed_in):
    page = signed_in("intake2").get(screening)

    assert page.status == 403
    assert "Opgaven hører til en kollegas sag." in page.text


def _give_to(town: Casework, task: str, employee: UUID) -> None:
    with town.work(SYSTEM) as work:
        row = work.session.get_one(TaskRow, _uuid(task))
        row.assignee_id = employee


def _uuid(address: str) -> UUID:
    return UUID(address.rsplit("/", 1)[-1])


def test_the_one_who_screens_reads_what_the_referrer_wrote(screening, intake):
    page = intake.get(screening)

    assert "Henvisningen" in page.text
    assert "Hvorfor henviser du? Meget fravær." in page.text


def test_a_task_that_an_answer_from_outside_ends_says_whose_answer_it_is(screening, intake):
    intake.get(screening)
    receipt = intake.get(intake.post(screening, SCREENING).address)

    page = intake.get(receipt.href("Indhent og registrér samtykke"))

    assert "Svaret skal komme fra Mor Opdigtet, mor, 5500 0001" in page.text
    assert "Samtykket gælder drøftelse i det tværfaglige team" in page.text
