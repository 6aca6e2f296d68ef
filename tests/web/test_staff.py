"""The employees as operations keep them: posts, codes, and accounts that open and close."""

import re
from collections.abc import Mapping
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.storage.models import OutboxRow
from tests.web.conftest import Visitor
from tests.web.test_wishes import WISH, treatments
from web.operators import add_operator
from workflows.municipalities.engaging import NewEmployee
from workflows.municipalities.records import EmployeeRow, PostRow, UnitRow

GOOD = "fem grønne både i regn"
NEW = {"name": "Ny Kollega", "username": "NyK", "email": "ny@kommune.example", "phone": ""}


@pytest.fixture
def operator(signed_in) -> Visitor:
    """One of operations."""
    found = signed_in("system_admin")
    found.get("/drift/medarbejdere")
    return found


@pytest.fixture
def unit(town) -> str:
    """The id of the unit of the UU counsellors."""
    with town.work(SYSTEM) as work:
        return str(work.session.scalars(select(UnitRow.id).where(UnitRow.code == "uu")).one())


def test_somebody_new_comes_in_with_a_code_and_a_role(operator, visitor, unit):
    page = operator.post("/drift/medarbejdere", NEW).address
    operator.post(f"{page}/poster", {"role": "uu_counsellor", "unit": unit})
    shown = operator.post(f"{page}/kode").html.split("<strong>")[-1].split("</strong>")[0]

    newcomer = visitor()
    newcomer.get("/log-ind/kode")
    newcomer.post("/log-ind/kode", {"code": shown, "password_new": GOOD, "password_again": GOOD})
    assert newcomer.sign_in("nyk", password=GOOD).status == 303
    assert "UU-vejleder" in newcomer.get("/konto").text


def test_a_name_that_is_taken_is_a_sentence_and_what_was_typed_stays(operator):
    page = operator.post("/drift/medarbejdere", NEW | {"username": "intake"})

    assert (page.status, "Brugernavnet er taget. Vælg et andet." in page.text) == (422, True)
    assert 'value="Ny Kollega"' in page.html


def test_a_role_that_is_given_and_taken_holds_at_the_next_request(operator, signed_in, staff, unit):
    mentor, page = signed_in("mentor"), f"/drift/medarbejdere/{staff['mentor']}"
    operator.post(f"{page}/poster", {"role": "process_designer", "unit": unit})
    assert mentor.get("/processer").status == 200

    post = operator.get(page).html.split(f"{page}/poster/")
    taken = [part.split("/fjern")[0] for part in post[1:] if "procesejer" in part[:400]]
    operator.post(f"{page}/poster/{taken[0]}/fjern")

    assert mentor.get("/processer").status == 403


def test_a_role_that_there_is_not_is_refused(operator, staff, unit):
    page = operator.post(
        f"/drift/medarbejdere/{staff['mentor']}/poster", {"role": "konge", "unit": unit}
    )

    assert (page.status, "Vælg en rolle på listen." in page.text) == (422, True)


def test_nobody_of_operations_gives_themself_a_role(operator, staff, unit, town):
    mine = f"/drift/medarbejdere/{staff['system_admin']}"

    page = operator.post(f"{mine}/poster", {"role": "uu_counsellor", "unit": unit})

    assert page.status == 403
    with town.work(SYSTEM) as work:
        query = select(PostRow.role).where(PostRow.employee_id == staff["system_admin"])
        assert set(work.session.scalars(query)) == {"system_admin"}


def test_a_closed_account_is_signed_out_and_stays_out(operator, signed_in, visitor, staff):
    leaver = signed_in("mentor")

    operator.post(f"/drift/medarbejdere/{staff['mentor']}/luk")

    assert leaver.get("/indbakke").status == 303
    assert visitor().sign_in("mentor").status == 422


def test_an_account_opens_again_with_what_it_had(operator, visitor, staff):
    page = f"/drift/medarbejdere/{staff['mentor']}"
    operator.post(f"{page}/luk")
    operator.post(f"{page}/aabn")

    assert visitor().sign_in("mentor").status == 303


def test_one_who_holds_a_thread_is_not_let_go(operator, case, staff, town):
    page = operator.post(f"/drift/medarbejdere/{staff['intake']}/luk")

    assert (page.status, "Giv dem videre først." in page.text) == (409, True)
    with town.work(SYSTEM) as work:
        assert work.session.get_one(EmployeeRow, staff["intake"]).active


def test_who_holds_a_treatment_is_let_go_and_a_colleague_inside_has_its_thread(
    operator, signed_in, staff, town
):
    adviser = signed_in("job_adviser")
    adviser.get("/behandling/ny")
    adviser.post("/behandling/ny", WISH)
    (before,) = treatments(town)
    advisers = {staff["drug_adviser"], staff["drug_adviser2"]}

    page = operator.post(f"/drift/medarbejdere/{before.primary_id}/luk")

    (case,) = treatments(town)
    assert (page.status, {before.primary_id, case.primary_id}) == (303, advisers)
    with town.work(SYSTEM) as work:
        told = select(OutboxRow.recipient_id).where(OutboxRow.kind == "thread_received")
        assert work.session.scalars(told).all() == [case.primary_id]


def test_the_last_of_the_drug_centre_is_not_let_go_though_it_holds_nothing(operator, staff):
    inside = ("drug_adviser", "drug_adviser2", "physician_drug", "physician_drug2")
    for each in inside:
        assert operator.post(f"/drift/medarbejdere/{staff[each]}/luk").status == 303

    page = operator.post(f"/drift/medarbejdere/{staff['leader_rusmiddelcenter']}/luk")

    assert (page.status, "er den sidste" in page.text) == (409, True)


@pytest.mark.parametrize("what", ["poster", "kode", "luk", "aabn"])
def test_nobody_else_changes_the_staff(intake, staff: Mapping[str, UUID], what):
    intake.get("/konto")

    assert intake.post(f"/drift/medarbejdere/{staff['mentor']}/{what}").status == 403


def test_who_looks_after_the_product_sees_no_case(operator, case):
    assert operator.get(case).status == 404
    assert "Sofie" not in operator.get("/sager").text


def test_the_first_of_operations_is_made_at_the_machine(town, settings, visitor, capsys):
    new = NewEmployee(username="anna", name="Anna Drift", email="anna@kommune.example")

    add_operator(settings, new)

    code = re.search(r"koden ([0-9a-f]{32})\.", capsys.readouterr().out)
    assert code is not None
    anna = visitor()
    anna.get("/log-ind/kode")
    anna.post("/log-ind/kode", {"code": code[1], "password_new": GOOD, "password_again": GOOD})
    anna.sign_in("anna", password=GOOD)
    assert anna.get("/drift/medarbejdere").status == 200
