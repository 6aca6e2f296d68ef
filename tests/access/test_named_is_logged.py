"""For every page, feed, export and mail: whom its bytes name is whom the log of looks names.

The house is made once, and everybody's way through it is walked once. Excepted, each by a rule:
counts, which name nobody; ids in a list of what the reader may not open (a colleague's tasks),
which lead them nowhere; and the address that was asked for, where a refusal says it again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from engine.adapters.mail import FolderNotifier, as_email, file_of
from engine.ports import PAPER, SYSTEM, Mail, Purpose
from engine.storage.models import OutboxRow
from tests.access.asking import Answer, Asker, askers, posted, walked
from tests.access.marks import marks_of, may_know, people_in, unmistakable
from tests.explanations.walking import House, feed_of
from web.wiring import look
from workflows.access.disclosures import MAIL
from workflows.access.records import ReadLogRow

pytestmark = [pytest.mark.wide, pytest.mark.xdist_group("named")]

NOT_ASKED = {
    "/log-ind/kode",  # nobody has signed in yet
    "/log-ind/kommune",
    "/log-ind/retur",
    "/kalender-og-frister/historik/<int:number>/fortryd",  # wants a change of settings
    "/static/<path:filename>",
}
A_ROW_EACH = (
    "GET /sager",
    "GET /indbakke",
    "GET /fylder-18",
    "GET /sager/<uuid:case_id>",
    "GET /opgaver/<uuid:task_id>",
    "GET /opgaver/<uuid:task_id>/kvittering",
    "GET /api/opgaver/<uuid:task_id>/frist",
    "GET /kalender/<token>.ics",
    "GET /moeder/<uuid:meeting_id>",
    "GET /konto/post/<uuid:mail_id>",
)


@dataclass(frozen=True, slots=True)
class Everything:
    """All that was asked: by walking, by asking for what others had found, and by forms."""

    gets: Sequence[Answer]
    posts: Sequence[Answer]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with pytest.MonkeyPatch.context() as patch:
        made = unmistakable(patch, tmp_path_factory.mktemp("named"))
        yield made
        made.casework.database.dispose()


@pytest.fixture
def counsellor(house: House) -> Asker:
    marks = marks_of(house.casework)
    return Asker(house, "uu_counsellor", house.visitor("uu_counsellor"), marks)


@pytest.fixture(scope="module")
def everything(house: House) -> Everything:
    everybody = askers(house)
    found = {asker.username: list(walked(asker)) for asker in everybody}
    gets = [answer for each in found.values() for _page, answer in each]
    for asker in everybody:
        others = [answer for answer in gets if answer.username != asker.username]
        gets += [asker.get(address)[1] for address in one_of_each(others)]
    posts = [
        answer
        for asker in everybody
        for answer in posted(asker, [page for page, _ in found[asker.username]])
    ]
    return Everything(gets, posts)


def one_of_each(answers: Sequence[Answer]) -> Sequence[str]:
    """Return an address of each kind that each of the others was shown."""
    found = {(each.username, each.kind): each.address for each in answers if each.status == 200}
    return sorted({*found.values()})


def test_whom_an_answer_names_is_whom_its_one_row_of_the_log_names(everything):
    assert [each for each in everything.gets if not each.is_right] == []


def test_so_it_is_for_what_is_sent_in_with_or_without_mistakes(everything):
    assert len({each.kind for each in everything.posts}) > 20
    assert {each.status for each in everything.posts} > {303, 422}
    assert [each for each in everything.posts if not each.is_right] == []


def test_no_name_travels_in_a_cookie_or_an_address(everything):
    assert [each for each in (*everything.gets, *everything.posts) if each.travels] == []


def test_every_kind_of_address_was_asked_and_those_that_name_were_seen_to(house, everything):
    rules = {each.rule for each in house.app.url_map.iter_rules() if "GET" in each.methods}
    met = {each.kind.removeprefix("GET ") for each in everything.gets if each.status < 400}
    naming = {each.kind for each in everything.gets if each.logged}

    assert rules - met - NOT_ASKED == set()
    assert set(A_ROW_EACH) - naming == set()


def test_a_list_that_names_many_is_logged_with_all_of_them(everything):
    lists = [each for each in everything.gets if each.kind in ("GET /sager", "GET /indbakke")]

    assert max(len(each.logged) for each in lists) > 8


def test_a_calendar_that_is_as_before_names_nobody_and_is_no_look(house, counsellor):
    page, first = counsellor.get(feed := feed_of(house, counsellor.username))

    again = counsellor.get(feed, headers={"If-None-Match": page.response.headers["ETag"]})[1]

    assert first.logged
    assert (again.status, again.logged, again.rows) == (304, frozenset(), 0)


def test_nothing_is_sent_whose_look_could_not_be_written_down(counsellor):
    assert counsellor.get("/sager?vis=alle")[1].named

    def die(session: Session) -> None:
        if session.info["work"].purpose == Purpose(code="list"):
            raise OSError("no room on the disk")

    event.listen(Session, "before_commit", die)
    try:
        page, answer = counsellor.get("/sager?vis=alle")
    finally:
        event.remove(Session, "before_commit", die)

    assert (page.status, answer.named, answer.rows) == (500, frozenset(), 0)


def test_every_mail_of_a_year_names_whom_the_log_says_it_named(house):
    marks = marks_of(house.casework)
    sent = [(row, text_of(house, row)) for row in sent_mails(house)]
    logged = {row.id: people_in([row]) for row in looks_by_mail(house)}
    said = [(row, marks.named(text), logged.get(row.id, set()), text) for row, text in sent]

    assert len({row.kind for row, *_ in said}) > 6
    assert sum(bool(names) for _row, names, *_ in said) > 100
    assert [row for row, names, known, _text in said if not names <= known] == []
    assert [
        row for row, names, known, text in said if not known <= names | marks.led_to(text)
    ] == []
    assert logged.keys() <= {row.id for row, *_ in said}


def test_a_mail_names_of_those_its_reader_may_know_at_that_moment_all_and_no_others(
    house, everything
):
    checked: list[tuple[str, set[str], set[str]]] = []
    way_out = FolderNotifier(house.settings.mail_folder, "fra@kommune.example")
    marks = marks_of(house.casework)

    class Post:
        def send(self, mail: Mail) -> None:
            text = words_of(as_email(mail, "fra@kommune.example"))
            way_out.send(mail)
            (row,) = rows_of(house, OutboxRow.key == mail.key)
            may = may_know(house.casework, row.recipient_id) if row.recipient_id else set()
            known = people_in([each for each in looks_by_mail(house) if each.id == row.id])
            checked.append((row.kind, marks.named(text) | (marks.led_to(text) & may), known))

    for _morning in range(10):
        house.casework.clock.move_to(house.casework.clock.now() + timedelta(days=1))
        look(house.casework, Post())
        marks = marks_of(house.casework)

    assert sum(bool(known) for *_, known in checked) > 10
    assert [each for each in checked if each[1] != each[2]] == []


def rows_of(house: House, *which: Any) -> Sequence[OutboxRow]:
    with house.casework.work(SYSTEM) as work:
        return work.session.scalars(select(OutboxRow).where(*which)).all()


def sent_mails(house: House) -> Sequence[OutboxRow]:
    """Return what left the house by itself; a line of a digest left with it."""
    left = OutboxRow.sent_at.is_not(None), OutboxRow.channel != PAPER
    return rows_of(house, *left, OutboxRow.digest_id.is_(None))


def looks_by_mail(house: House) -> Sequence[ReadLogRow]:
    with house.casework.work(SYSTEM) as work:
        query = select(ReadLogRow).where(ReadLogRow.purpose == MAIL)
        return work.session.scalars(query).all()


def text_of(house: House, row: OutboxRow) -> str:
    """Return all that stands in the file of the message."""
    file = file_of(house.settings.mail_folder, row.key)
    message = message_from_bytes(file.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return words_of(message)


def words_of(message: EmailMessage) -> str:
    """Return every header and every part of the message."""
    parts = [each.get_content() for each in message.walk() if not each.is_multipart()]
    return " ".join([*map(str, message.values()), *map(str, parts)])
