"""What a mail may say when it leaves, and the log of whom it named to whom."""

import smtplib
from uuid import UUID

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from engine.ports import SYSTEM, Recipient
from engine.services.outbox import LEASE, queue_mail, send_due
from engine.storage.models import OutboxRow
from workflows.access.records import ReadLogRow
from workflows.cases.records import YouthCaseRow
from workflows.people.records import YoungPersonRow

BY_THIS_MAIL = ReadLogRow.behind == "mail:new_information"
TITLE = "Der er kommet nyt om en ung, du har ansvaret for"


class Post:
    """A way out that keeps what leaves, or refuses it."""

    def __init__(self):
        self.mails, self.problem = [], None

    def send(self, mail):
        if self.problem:
            raise self.problem
        self.mails.append(mail)


@pytest.fixture
def post():
    return Post()


@pytest.fixture
def quiet(town, post, case):
    """All that the referral itself sends has left."""
    while send_due(town, post):
        pass
    post.mails.clear()


@pytest.fixture
def tell(town, case, staff, quiet):
    """What queues a message that names Sofie, to an employee or to somebody outside."""

    def queue(username, body="Ring til Sofies mor."):
        to = Recipient(name="Lone", email=f"{username}@x.example", employee=staff.get(username))
        with town.work(SYSTEM) as work:
            queue_mail(
                work,
                key="k",
                kind="new_information",
                to=to,
                subject="Der er kommet nyt i en sag",
                body=body,
                case_id=UUID(case.rsplit("/", 1)[1]),
            )

    return queue


def looks(town):
    with town.work(SYSTEM) as work:
        return work.session.scalars(select(ReadLogRow).where(BY_THIS_MAIL)).all()


def sofie(town):
    with town.work(SYSTEM) as work:
        return str(work.session.scalars(select(YoungPersonRow.id)).one())


def test_a_mail_to_one_who_may_know_leaves_as_it_is_and_is_a_look(town, tell, post, staff):
    tell("intake")

    send_due(town, post)

    assert [mail.body for mail in post.mails] == ["Ring til Sofies mor."]
    (look,) = looks(town)
    assert (look.actor_id, look.purpose, look.person_ids) == (
        staff["intake"],
        "mail",
        [sofie(town)],
    )


def test_who_may_not_know_when_it_leaves_gets_no_name_and_that_is_no_look(town, tell, post):
    tell("job_adviser")

    send_due(town, post)

    (mail,) = post.mails
    assert "Du kan ikke se sagen nu." in mail.body
    assert "Sofie" not in mail.body
    assert looks(town) == []


def test_who_has_lost_the_case_since_it_was_written_gets_no_name(town, tell, post, case, staff):
    let_coordinate(town, case, staff["job_adviser"])
    tell("job_adviser")
    let_coordinate(town, case, None)

    send_due(town, post)

    assert "Sofie" not in post.mails[0].body


def let_coordinate(town, case, employee_id):
    with town.work(SYSTEM) as work:
        row = work.session.get_one(YouthCaseRow, UUID(case.rsplit("/", 1)[1]))
        row.coordinator_id = employee_id


def test_a_mail_without_a_name_leaves_as_it_is_also_to_one_who_may_not_know(town, tell, post):
    tell("job_adviser", "En opgave er over fristen.")

    send_due(town, post)

    assert [mail.body for mail in post.mails] == ["En opgave er over fristen."]
    assert looks(town) == []


def test_a_mail_out_of_the_house_that_names_her_is_a_look_of_somebody_outside(
    town, tell, post, intake, case
):
    tell("mor")

    send_due(town, post)

    assert [(look.actor_id, look.person_ids) for look in looks(town)] == [(None, [sofie(town)])]
    page = intake.get(f"{case}/hvem-har-set").text
    assert (
        "En uden for huset fik en mail (Der er kommet nyt om en ung, du har ansvaret for)" in page
    )


def test_a_mail_out_of_the_house_that_names_nobody_is_no_look(town, tell, post):
    tell("mor", "Tak for din henvendelse.")

    send_due(town, post)

    assert (len(post.mails), looks(town)) == (1, [])


def test_a_mail_that_is_tried_again_is_one_look(town, tell, post, clock):
    tell("intake")
    post.problem = smtplib.SMTPServerDisconnected("væk")
    send_due(town, post)
    post.problem = None
    clock.move_to(clock.now() + LEASE)

    send_due(town, post)

    assert (len(post.mails), len(looks(town))) == (1, 1)


def test_nothing_leaves_whose_look_could_not_be_written_down(town, tell, post):
    tell("intake")

    def die(session):
        if session.scalars(select(ReadLogRow.id).where(BY_THIS_MAIL)).first():
            raise OSError("no room on the disk")

    event.listen(Session, "before_commit", die)
    try:
        with pytest.raises(OSError, match="no room"):
            send_due(town, post)
    finally:
        event.remove(Session, "before_commit", die)

    assert post.mails == []
    assert send_due(town, post) == 1


def test_operations_learn_why_it_failed_without_the_address_of_the_family(
    town, tell, post, signed_in
):
    tell("mor")
    post.problem = smtplib.SMTPRecipientsRefused({"mor@x.example": (550, b"no such user")})

    send_due(town, post)

    with town.work(SYSTEM) as work:
        (row,) = work.session.scalars(select(OutboxRow).where(OutboxRow.key == "k"))
        assert row.last_error == "{'modtageren': (550, b'no such user')}"
    page = signed_in("system_admin").get("/drift/udbakke")
    assert "no such user" in page.text
    assert "mor@x.example" not in page.html


def test_my_post_is_read_by_me_and_is_a_look(town, tell, post, intake, signed_in):
    tell("intake")
    send_due(town, post)
    href = intake.get("/konto/post").href("Der er kommet nyt i en sag")

    assert "Ring til Sofies mor." in intake.get(href).text
    assert signed_in("intake2").get(href).status == 404
    with town.work(SYSTEM) as work:
        again = work.session.scalars(select(ReadLogRow).where(ReadLogRow.purpose == "post")).one()
    assert again.person_ids == [sofie(town)]


def test_my_post_tells_no_name_once_i_may_not_know(town, tell, post, signed_in):
    tell("job_adviser")
    send_due(town, post)
    me = signed_in("job_adviser")

    page = me.get(me.get("/konto/post").href("Der er kommet nyt i en sag"))

    assert "Du kan ikke se sagen nu." in page.text
    assert "Sofie" not in page.html
