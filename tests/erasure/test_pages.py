"""Erasing on the pages: a list by rule, one proposes, another approves; an appeal holds it back."""

from uuid import UUID

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.storage.models import CaseRow
from tests.conftest import BPMN
from tests.web.conftest import SOFIE
from workflows.cases.closing import close_case
from workflows.municipalities.packs import install_pack, read_pack

DECISION = {"decision": "2026-00123"}


@pytest.fixture
def closed(intake, town, clock) -> str:
    """The address where Sofie's case, closed six years ago, is erased."""
    case_id = UUID(intake.post("/sager/ny", SOFIE).address.rsplit("/", 1)[1])
    town.act(SYSTEM, lambda work: close_case(work, case_id, "other"))
    clock.move_to(clock.now().replace(year=clock.now().year + 6))
    return f"/sletning/{case_id}"


@pytest.fixture
def leader(closed, signed_in):
    """Who leads the unit of her case."""
    found = signed_in("leader_ungecenter")
    found.get(closed)
    return found


@pytest.fixture
def chief(closed, signed_in):
    """The chief consultant, who sees no case."""
    found = signed_in("chief_consultant")
    found.get(closed)
    return found


def is_erased(town) -> bool:
    with town.work(SYSTEM) as work:
        return work.session.scalars(select(CaseRow)).one().erased_at is not None


def test_the_list_names_the_rule_and_its_basis(leader, closed):
    page = leader.get(leader.get("/sager?vis=lukkede").href("Sletning"))

    assert "Sofie, 20 år" in page.text
    assert "Sag, der begyndte før 18 år: bevares" in page.text
    assert "Rigsarkivets bestemmelser" in page.text
    assert page.href("Sofie") == closed


def test_nobody_else_finds_the_pages(signed_in, closed):
    intake = signed_in("intake")
    assert intake.get("/sletning").status == 403
    assert intake.get(closed).status == 403
    assert "Sletning" not in intake.get("/sager?vis=lukkede").text


def test_who_may_not_know_the_case_is_told_its_number_alone(chief, closed):
    page = chief.get("/sletning")

    assert "Sofie" not in page.text + chief.get(closed).text
    assert page.href("Sag ") == closed


def test_one_proposes_and_another_approves(town, leader, chief, closed):
    leader.post(f"{closed}/foreslaa", DECISION)
    alone = leader.post(f"{closed}/godkend")
    mine = leader.get(closed)
    done = chief.post(f"{closed}/godkend")

    assert (alone.status, done.status) == (403, 303)
    assert "En anden end dig skal godkende." in mine.text
    assert is_erased(town)


def test_a_number_that_is_none_is_told_beside_what_was_typed(leader, closed):
    page = leader.post(f"{closed}/foreslaa", {"decision": "fordi hun bad om det"})

    assert page.status == 422
    assert "for eksempel 2026-00123" in page.text
    assert "fordi hun bad om det" in page.html


def test_an_appeal_holds_it_back_until_it_is_let_go(town, leader, chief, closed):
    leader.post(f"{closed}/foreslaa", DECISION)
    leader.post(f"{closed}/hold", {"why": "appeal"})

    assert chief.post(f"{closed}/godkend").status == 409
    assert "en klage over en afgørelse" in chief.get(closed).text
    assert not is_erased(town)

    leader.post(f"{closed}/slip")
    assert chief.post(f"{closed}/godkend").status == 303


def test_a_pack_may_keep_cases_longer(town, leader, closed, clock):

    def longer(work) -> None:
        install_pack(work, read_pack(BPMN, "sonderborg"), {"retention.closed": "P120M"})

    town.act(SYSTEM, longer)

    assert "Ingen lukket sag har passeret sin tid." in leader.get("/sletning").text
