"""Opening a case with a reason, and the page that tells who has seen it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.storage.models import OutboxRow
from workflows.access.records import BrokenGlassRow, ReadLogRow

REASON = "Den unge står i receptionen, og tovholderen er ikke til at få fat i."
SOFIE_IS = {
    "first_name": "sofie",
    "last_name": "Opdigtet",
    "birth_date-day": "14",
    "birth_date-month": "6",
    "birth_date-year": "2011",
}


@pytest.fixture
def adviser(signed_in, case):
    """A job adviser, who has no part in Sofie's case."""
    visitor = signed_in("job_adviser")
    visitor.get("/sager/aabn")
    return visitor


def test_a_case_opened_with_a_reason_can_be_read_and_says_nothing_special(adviser, case):
    assert adviser.get(case).status == 404
    adviser.get("/sager/aabn")

    page = adviser.post("/sager/aabn", {**SOFIE_IS, "reason": REASON})

    assert (page.status, page.address) == (303, case)
    assert adviser.get(case).heading.startswith("Sofie Opdigtet")


def test_it_closes_by_itself(adviser, signed_in, case, clock):
    adviser.post("/sager/aabn", {**SOFIE_IS, "reason": REASON})
    clock.move_to(clock.now() + timedelta(hours=3, minutes=59))
    later = signed_in("job_adviser")
    assert later.get(case).status == 200

    clock.move_to(clock.now() + timedelta(minutes=1))

    assert later.get(case).status == 404


def test_the_leader_is_told_at_once_without_a_name_in_the_subject(adviser, town, names):
    adviser.post("/sager/aabn", {**SOFIE_IS, "reason": REASON})

    with town.work(SYSTEM) as work:
        query = select(OutboxRow).where(OutboxRow.kind == "glass_broken")
        mail = work.session.scalars(query).one()
    assert (mail.recipient, mail.leaves) == ("leader_ungecenter@kommune.example", "at_once")
    assert names["job_adviser"] in mail.body
    assert "Sofie" not in mail.subject + mail.body


@pytest.mark.parametrize("reason", ["", "Haster"])
def test_without_a_reason_nothing_opens_and_what_was_typed_stays(adviser, case, town, reason):
    page = adviser.post("/sager/aabn", {**SOFIE_IS, "reason": reason})

    assert page.status == 422
    assert 'value="Opdigtet"' in page.html
    assert adviser.get(case).status == 404
    with town.work(SYSTEM) as work:
        assert work.session.scalars(select(BrokenGlassRow)).all() == []


def test_one_whom_nobody_knows_and_one_born_another_day_look_the_same(adviser):
    page = adviser.post("/sager/aabn", {**SOFIE_IS, "birth_date-year": "2010", "reason": REASON})
    other = adviser.post("/sager/aabn", {**SOFIE_IS, "last_name": "Findes-ikke", "reason": REASON})

    said = "Vi har ingen sag at åbne med det navn og den fødselsdag."
    assert (page.status, other.status) == (422, 422)
    assert said in page.text
    assert said in other.text


@pytest.mark.parametrize("username", ["system_admin", "process_designer", "chief_consultant"])
def test_who_looks_after_the_product_or_leads_it_all_opens_nothing(signed_in, case, username):
    visitor = signed_in(username)

    assert visitor.get("/sager/aabn").status == 403
    assert visitor.post("/sager/aabn", {**SOFIE_IS, "reason": REASON}).status == 403


def test_who_has_seen_the_case_names_everybody_with_why(adviser, signed_in, intake, case, names):
    intake.get(case)
    signed_in("leader_ungecenter").get(case)
    adviser.post("/sager/aabn", {**SOFIE_IS, "reason": REASON})
    adviser.get(case)

    page = intake.get(f"{case}/hvem-har-set")

    assert page.status == 200
    assert f"{names['intake']} så sagen (holder tråden)" in page.text
    told = f"{names['leader_ungecenter']} så sagen (leder enheden) uden en opgave i sagen"
    assert told in page.text
    told = f"{names['job_adviser']} så sagen (åbnede med en begrundelse) uden en opgave i sagen"
    assert told in page.text
    assert REASON in page.text


def test_the_page_of_looks_is_for_those_who_may_see_the_case(signed_in, case):
    unknown = f"{case[:-36]}00000000-0000-4000-8000-000000000000/hvem-har-set"
    visitor = signed_in("job_adviser")

    assert visitor.get(f"{case}/hvem-har-set").status == 404
    assert visitor.get(unknown).status == 404


def test_a_look_says_what_it_rests_on_and_whom_it_showed(intake, case, town):
    intake.get(case)

    with town.work(SYSTEM) as work:
        row = work.session.scalars(select(ReadLogRow).where(ReadLogRow.purpose == "case")).one()
        (person,) = row.person_ids
    assert row.behind == "office:primary_responsible"
    assert row.case_ids == [case.rpartition("/")[2]]
    assert len(person) == 36


def test_looks_of_an_earlier_half_year_stand_on_a_page_of_their_own(intake, case, clock, signed_in):
    intake.get(case)
    clock.move_to(clock.now() + timedelta(days=200))
    later = signed_in("intake")
    page = later.get(f"{case}/hvem-har-set")

    assert "så sagen (holder tråden)" not in page.text
    assert "så sagen (holder tråden)" in later.get(page.href("Vis det halve år før")).text
