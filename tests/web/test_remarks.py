"""Rectification: what the young person holds to be wrong stands beside the text, never over it."""

import json
import re
from uuid import UUID

import pytest
from sqlalchemy import func, select

from engine.ports import SYSTEM
from engine.storage.models import AnswersRow, JournalRow
from tests.web.conftest import SCREENING
from web.verifying import flaws_of
from workflows.cases.closing import close_case
from workflows.rights.records import AnnotationRow

SAID = "Det var ikke fravær. Jeg var syg."


@pytest.fixture
def page(case):
    return f"{case}/bemaerkninger"


@pytest.fixture
def text(intake, page) -> str:
    """The id of the text in which the referrer said why."""
    found = intake.get(page)
    links = re.findall(r'tekst=([^"]+)"', found.html)
    return next(each for each in links if each.endswith(".reason_referrer"))


@pytest.fixture
def remarked(intake, page, text) -> str:
    """It has been written down."""
    intake.get(f"{page}?tekst={text}")
    answer = intake.post(page, {"tekst": text, "text": SAID})
    assert answer.status == 303
    return text


def kept(town) -> object:
    with town.work(SYSTEM) as work:
        return work.session.scalars(select(AnswersRow.data).order_by(AnswersRow.at)).first()


def test_the_way_there_stands_on_the_case_page(intake, case, page):
    assert intake.get(case).href("Den unges bemærkninger") == page


def test_the_text_stays_and_what_is_said_of_it_stands_beside_it(town, intake, page, remarked):
    shown = intake.get(page).text

    assert "Hvorfor henviser du? Meget fravær. Den unge siger (" in shown
    assert SAID in shown
    assert kept(town)["reason_referrer"] == "Meget fravær."


def test_who_reads_the_text_for_a_task_reads_it_too(intake, task_of, remarked):
    task = task_of("screening")
    intake.post(f"{task}/tag")

    assert SAID in intake.get(task).text


def test_the_young_person_gets_it_on_the_page_and_in_the_file(intake, case, remarked):
    page, file = intake.get(f"{case}/udskrift"), intake.get(f"{case}/udskrift.json")

    assert "Meget fravær. Det siger du til det (" in page.text
    assert SAID in page.text
    found = json.loads(file.html)
    (referral,) = [row for row in found["tables"]["answers"] if row["form"] == "referral"]
    (said,) = [each for each in referral["data"] if each["key"] == "reason_referrer"]
    assert said["you_say"][0]["text"] == SAID
    assert [row["text"] for row in found["tables"]["annotations"]] == [SAID]


def test_the_journal_has_a_row_and_the_chain_a_digest_and_neither_has_the_words(
    town, intake, case, settings, remarked
):
    with town.work(SYSTEM) as work:
        row = work.session.scalars(select(AnnotationRow)).one()
        acts = work.session.scalars(select(JournalRow).order_by(JournalRow.seq.desc())).all()
        told = [each.data for each in acts[:3]]
    assert acts[0].act == "annotated" or acts[1].act == "annotated"
    assert any(["annotations.text", str(row.id)] == t[:2] for d in told for t in d.get("texts", ()))
    assert SAID not in str([each.data for each in acts])
    assert "blev skrevet ved en tekst" in intake.get(case).text
    assert flaws_of(town, settings) == []


def test_nothing_is_written_without_words(intake, page, text):
    answer = intake.post(page, {"tekst": text, "text": ""})

    assert answer.status == 422
    assert "Meget fravær." in answer.text


@pytest.mark.parametrize("other", ["", "findes-ikke.note", f"{UUID(int=7)}.note"])
def test_a_text_that_is_not_there_is_not_found(intake, page, text, other):
    assert intake.post(page, {"tekst": other, "text": SAID}).status == 404


def test_who_only_reads_the_case_writes_none(town, signed_in, intake, task_of, page, text):
    task = task_of("screening")
    intake.post(f"{task}/tag")
    intake.post(task, {**SCREENING, "effort": "team", "disciplines": ["uu_counsellor"]})

    assert signed_in("job_adviser").get(page).status == 404
    assert signed_in("leader_ungecenter").get(page).status == 200


def test_it_can_be_written_in_a_closed_case(town, intake, page, case, text):
    case_id = UUID(case.rpartition("/")[2])
    town.act(SYSTEM, lambda work: close_case(work, case_id, "other"))

    assert intake.post(page, {"tekst": text, "text": SAID}).status == 303
    with town.work(SYSTEM) as work:
        assert work.session.scalar(select(func.count(AnnotationRow.id))) == 1
