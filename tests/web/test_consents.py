"""The pages of the consents of a case: what is open to whom, asked for, withdrawn, or by law."""

import re

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.storage.models import JournalRow, TaskRow
from tests.web.test_cases import CONSENT, SCREENING
from workflows.access.records import AccessGrantRow
from workflows.consent.records import ConsentRow, LegalBasisUseRow

ASKED = {
    "purpose": "disclose",
    "types": ["school", "absence"],
    "to": ["unit:ungecenter"],
    "outside": "Lone Lærer, Opdigtet Skole",
    "what_for": "Så skolen kan lave et skema, der passer til ham.",
}
BY_LAW = {
    "basis": "institution_risk",
    "types": ["school", "absence"],
    "outside": "Opdigtet Erhvervsskole",
    "reason": "Han har ikke været i skole i tre uger, og skolen skal kunne hjælpe.",
    "until-day": "1",
    "until-month": "6",
    "until-year": "2026",
    "told": "no",
}


@pytest.fixture
def agreed(intake, screening, task_of):
    """The mother has said yes to the team."""
    intake.get(screening)
    intake.post(screening, SCREENING)
    task = task_of("record_answer")
    intake.get(task)
    assert intake.post(task, CONSENT).status == 303


def rows(town, table):
    with town.work(SYSTEM) as work:
        return list(work.session.scalars(select(table)))


def test_the_page_says_who_may_read_what_until_when_and_why(intake, case, agreed):
    page = intake.get(intake.get(case).href("Hvem må læse hvad?"))

    assert page.heading == "Hvem må læse hvad?"
    assert "Ungeteam 1 Læser kun, mens sagen er på deres dagsorden." in page.text
    assert "Den unges egne ord og ønsker, skole og uddannelse" in page.text
    assert "Mor Opdigtet sagde ja" in page.text


def test_what_was_explained_can_be_read_again(intake, case, agreed):
    assert "Du kan sige nej igen når som helst" in intake.get(f"{case}/samtykker").text


def test_nothing_is_open_before_anybody_has_said_yes(intake, case):
    assert "Intet. Kun de kolleger" in intake.get(f"{case}/samtykker").text


def test_a_stranger_does_not_find_the_page(signed_in, case, agreed):
    assert signed_in("job_adviser").get(f"{case}/samtykker").status == 404


def test_a_consent_to_something_concrete_is_asked_for(town, intake, case):
    done = intake.post(f"{case}/samtykker/nyt", ASKED)

    assert (done.status, done.address) == (303, f"{case}/samtykker")
    (consent,) = rows(town, ConsentRow)
    assert consent.status == "asked"
    assert consent.types == ["school", "absence"]
    assert consent.to_parties == ["unit:ungecenter", "outside:Lone Lærer, Opdigtet Skole"]
    assert "Skole og uddannelse" in consent.shown_text


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("what_for", "Alle relevante oplysninger om ham."),
        ("outside", "Alle relevante parter"),
        ("what_for", "Alt hvad skolen ved om ham og familien."),
    ],
)
def test_a_general_consent_is_refused_with_the_reason_and_what_was_typed_stays(
    town, intake, case, field, text
):
    page = intake.post(f"{case}/samtykker/nyt", {**ASKED, field: text})

    assert page.status == 422
    assert "Det er for bredt. Loven kræver, at et samtykke er konkret" in page.text
    assert text in page.html
    assert rows(town, ConsentRow) == []


def test_ticking_everything_is_as_general_as_writing_it(intake, case):
    everything = re.findall(r'name="types" value="(\w+)"', intake.get(f"{case}/samtykker/nyt").html)

    page = intake.post(f"{case}/samtykker/nyt", {**ASKED, "types": everything[:-1]})

    assert page.status == 422
    assert "Alt på én gang er for bredt" in page.text


def test_drug_treatment_is_never_bundled_with_other_types(intake, case):
    page = intake.post(f"{case}/samtykker/nyt", {**ASKED, "types": ["school", "drug_treatment"]})

    assert page.status == 422
    assert "Rusmiddelbehandling skal have sit eget samtykke" in page.text


def test_the_same_is_not_asked_for_twice(intake, case):
    intake.post(f"{case}/samtykker/nyt", ASKED)

    assert "Der er allerede spurgt" in intake.post(f"{case}/samtykker/nyt", ASKED).text


def test_the_preview_of_a_withdrawal_writes_nothing_but_the_look(town, intake, case, agreed):
    before = rows(town, JournalRow)

    page = intake.get(intake.get(case).href("Træk tilbage"))

    assert "Ungeteam 1 kan ikke længere læse om" in page.text
    assert "Opgaven »Skriv dit bidrag til mødet« bortfalder" in page.text
    assert "»Bed modtagerne stoppe brugen«, senest" in page.text
    assert len(rows(town, JournalRow)) == len(before)
    assert [row.status for row in rows(town, ConsentRow)] == ["active"]


def test_a_withdrawn_consent_stands_with_who_said_it_and_how(town, intake, case, agreed):
    address = intake.get(case).href("Træk tilbage")
    intake.post(address, {"channel": "paper"})

    page = intake.get(f"{case}/samtykker")

    assert "Gælder ikke mere" in page.text
    assert "Mor Opdigtet, på papir" in page.text
    assert [row.revoked_why for row in rows(town, AccessGrantRow)] == ["withdrawn"]


def test_what_rests_on_the_law_names_it_with_a_reason_and_a_task_to_tell(town, intake, case):
    done = intake.post(f"{case}/uden-samtykke", BY_LAW)

    assert (done.status, done.address) == (303, f"{case}/samtykker")
    page = intake.get(f"{case}/samtykker")
    assert "Loven giver lov: Institutionen får at vide, at der er risiko for frafald" in page.text
    assert "Noget blev delt uden samtykke: Institutionen får at vide" in intake.get(case).text
    tasks = {row.element for row in rows(town, TaskRow)}
    assert "inform_of_legal_basis" in tasks


def test_a_reason_of_a_few_words_is_refused_and_stays_in_the_form(town, intake, case):
    page = intake.post(f"{case}/uden-samtykke", {**BY_LAW, "reason": "Fordi."})

    assert page.status == 422
    assert "Skriv hvorfor, med mindst 20 tegn." in page.text
    assert "Fordi." in page.html
    assert rows(town, LegalBasisUseRow) == []


def test_a_basis_reaches_no_further_than_the_law(intake, case):
    page = intake.post(f"{case}/uden-samtykke", {**BY_LAW, "types": ["health"]})

    assert page.status == 422
    assert "Det grundlag rækker kun til: skole og uddannelse, fravær." in page.text


def test_that_the_young_person_knows_is_noted_once(town, intake, case):
    intake.post(f"{case}/uden-samtykke", BY_LAW)
    (use,) = rows(town, LegalBasisUseRow)

    done = intake.post(f"{case}/uden-samtykke/{use.id}/fortalt")

    assert (done.status, done.address) == (303, f"{case}/samtykker")
    assert "Den unge ved det nu" not in intake.get(f"{case}/samtykker").text
    assert intake.post(f"{case}/uden-samtykke/{use.id}/fortalt").status == 409


def test_a_leader_sees_that_there_are_few_not_how_few(intake, case, signed_in):
    intake.post(f"{case}/uden-samtykke", BY_LAW)

    page = signed_in("leader_ungecenter").get("/uden-samtykke")

    assert "under 5" in page.text
    assert signed_in("job_adviser").get("/uden-samtykke").status == 403
