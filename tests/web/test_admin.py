"""Drift: for those who look after the house, and for nobody else."""

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM, Recipient
from engine.services.outbox import queue_mail, send_due
from engine.storage.models import IncidentRow, TimerRow
from tests.explanations.pages import unexplained


@pytest.fixture
def operator(signed_in):
    return signed_in("system_admin")


@pytest.mark.parametrize("page", ["/drift/", "/drift/udbakke", "/drift/indstillinger"])
def test_a_caseworker_is_told_kindly_that_it_is_not_theirs(signed_in, page):
    refused = signed_in("uu_counsellor").get(page)

    assert (refused.status, "Siden er for dem, der passer driften." in refused.text) == (403, True)


def test_nobody_else_is_shown_the_way_there(intake, operator):
    assert "Drift" not in intake.get("/indbakke").text
    assert operator.get("/indbakke").href("Drift") == "/drift/"


def test_a_house_where_all_goes_well_says_so(operator):
    assert "Intet er gået i stå." in operator.get("/drift/").text


def test_what_has_gone_wrong_stands_there_with_its_reason(operator, town):
    broken(town)

    page = operator.get("/drift/")

    assert "screening" in page.text
    assert "Timeren vil ikke." in page.text


def test_an_incident_that_nothing_can_try_again_is_closed_by_hand(operator, town):
    incident_id = broken(town)

    operator.post(f"/drift/haendelser/{incident_id}/taget-haand-om")

    with town.work(SYSTEM) as work:
        assert work.session.get_one(IncidentRow, incident_id).resolved_at == work.now
    assert "Intet er gået i stå." in operator.get("/drift/").text


def test_an_incident_whose_timer_waits_is_tried_again_at_once(operator, town, case, clock):
    with town.work(SYSTEM) as work:
        timer = work.session.scalars(select(TimerRow).where(TimerRow.done_at.is_(None))).first()
        work.session.add(
            IncidentRow(
                element="screening",
                cause="Timeren vil ikke.",
                at=work.now,
                timer_id=timer.id,
                case_id=timer.case_id,
            )
        )
        timer_id = timer.id
        work.flush()
        incident_id = work.session.scalars(select(IncidentRow.id)).one()

    assert "Prøv igen" in operator.get("/drift/").text
    operator.post(f"/drift/haendelser/{incident_id}/proev-igen")

    with town.work(SYSTEM) as work:
        assert work.session.get_one(TimerRow, timer_id).due_at <= work.now


def test_a_caseworker_cannot_touch_an_incident(signed_in, town):
    refused = signed_in("uu_counsellor").post(f"/drift/haendelser/{broken(town)}/proev-igen")

    assert refused.status == 403


def broken(town):
    """Something has gone wrong that nothing tries again; return its id."""
    with town.work(SYSTEM) as work:
        row = IncidentRow(element="screening", cause="Timeren vil ikke.", at=work.now)
        work.session.add(row)
        work.flush()
        return row.id


def test_every_number_that_is_set_stands_in_one_place_with_its_source(operator, town):
    page = operator.get("/drift/indstillinger")

    with town.work(SYSTEM) as work:
        entries = work.parameters.entries
        for key, entry in entries.items():
            assert f">{key}<" in page.html
            assert entry.source in page.text


def test_a_length_of_time_is_told_in_words(operator):
    page = operator.get("/drift/indstillinger")

    assert "screening 5 arbejdsdage samme" in page.text


class Fails:
    """A way out that is shut."""

    def send(self, mail):
        raise ConnectionError("Serveren svarer ikke.")


def test_the_outbox_tells_why_a_message_is_tried_again_when_it_is(operator, town):
    with town.work(SYSTEM) as work:
        to = Recipient(name="Lone", email="lone@skole.example")
        queue_mail(work, key="k", kind="k", to=to, subject="Hej", body="Hej", case_id=None)
    send_due(town, Fails())

    page = operator.get("/drift/udbakke")
    assert "sendes i dag 10.01 Hvorfor? Forsøg 1 gik galt i dag 10.00." in page.text
    assert "Derefter ventes der 1 minut." in page.text
    assert unexplained(page.html) == []


def test_the_outbox_shows_what_is_to_leave_and_nothing_of_what_it_says(operator, town):
    with town.work(SYSTEM) as work:
        to = Recipient(name="Lone", email="lone@skole.example")
        queue_mail(work, key="k", kind="receipt", to=to, subject="Hej", body="Hej", case_id=None)

    page = operator.get("/drift/udbakke")
    assert "en uden for huset mail Kvittering til henviseren sendes i dag 10.00" in page.text
    assert "lone@skole.example" not in page.html
    assert "Hej" not in page.text
