"""Drift: for those who look after the house, and for nobody else."""

import pytest
from sqlalchemy import select

from engine.adapters.mail import FolderNotifier
from engine.ports import SYSTEM, Mail
from engine.services.outbox import send_due
from engine.storage.models import IncidentRow, TimerRow


@pytest.fixture
def operator(signed_in):
    return signed_in("system_admin")


@pytest.mark.parametrize(
    "page", ["/drift/", "/drift/udbakke", "/drift/post", "/drift/indstillinger"]
)
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


def test_the_mail_of_a_house_without_a_server_can_be_read(operator, case, town, settings):
    send_due(town, FolderNotifier(settings.mail_folder, "tovholder@localhost"))
    FolderNotifier(settings.mail_folder, "tovholder@localhost").send(
        Mail(key="hilsen:1", to="lone@skole.example", subject="Tak for henvisningen", body="Hej Æ")
    )

    page = operator.get("/drift/post")

    assert "lone@skole.example" in page.text
    assert "Hej Æ" in operator.get(page.href("Tak for henvisningen")).text


def test_a_message_with_a_calendar_shows_its_words(operator, settings):
    FolderNotifier(settings.mail_folder, "tovholder@localhost").send(
        Mail(
            key="møde:1",
            to="lone@kommune.example",
            subject="Møde",
            body="Du er indkaldt",
            calendar="BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n",
        )
    )

    page = operator.get(operator.get("/drift/post").href("Møde"))

    assert "Du er indkaldt" in page.text
    assert "VCALENDAR" not in page.text


@pytest.mark.parametrize("name", ["..%2Fsecret", "findes-ikke", "%2E%2E%2F%2E%2E%2Fetc%2Fpasswd"])
def test_only_mail_is_read_from_the_folder_of_mail(operator, name):
    assert operator.get(f"/drift/post/{name}").status == 404


def test_the_outbox_shows_what_is_to_leave(operator, town):
    from engine.ports import Recipient
    from engine.services.outbox import queue_mail

    with town.work(SYSTEM) as work:
        to = Recipient(name="Lone", email="lone@skole.example")
        queue_mail(work, key="k", kind="k", to=to, subject="Hej", body="Hej", case_id=None)

    page = operator.get("/drift/udbakke")
    assert "en uden for huset Hej sendes i dag 10.00" in page.text
    assert "lone@skole.example" not in page.html
