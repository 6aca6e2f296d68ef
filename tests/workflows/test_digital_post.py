"""Letters to a young person: by Digital Post, or on paper where they are exempt from it."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.adapters.digital_post import DigitalPostFolder, NoDigitalPost
from engine.adapters.mail import FolderNotifier
from engine.adapters.ways_out import WaysOut
from engine.ports import SYSTEM
from engine.services.outbox import send_due
from engine.storage.models import OutboxRow
from engine.storage.work import Casework
from tests.workflows.conftest import MALTE, Life
from workflows.cases.mails import write_to_family
from workflows.cases.records import YouthCaseRow
from workflows.people.services import NewYoungPerson

IDA = replace(MALTE, first_name="Ida", birth_date=MALTE.birth_date.replace(year=2009))


@pytest.fixture
def writes(
    town: Casework, refer: Callable[..., YouthCaseRow], living: Callable[[UUID], Life]
) -> Callable[..., Life]:
    """What refers a young person and writes to the family."""

    def write(person: NewYoungPerson) -> Life:
        life = living(refer(person).case_id)
        town.act(
            SYSTEM,
            lambda work: write_to_family(
                work, life.case_id, "sharing_suspended", key=f"a:{life.case_id}"
            ),
        )
        return life

    return write


def letters(town: Casework) -> list[OutboxRow]:
    with town.work(SYSTEM) as work:
        query = select(OutboxRow).where(OutboxRow.kind == "sharing_suspended")
        return list(work.session.scalars(query.order_by(OutboxRow.key)))


def test_a_letter_to_one_of_sixteen_goes_to_their_own_digital_post(
    town: Casework, writes: Callable[..., Life]
) -> None:
    writes(IDA)

    (letter,) = letters(town)
    assert letter.channel == "digital_post"
    assert letter.recipient.startswith("person:")


def test_a_letter_about_one_of_fourteen_goes_to_the_parents_by_mail(
    town: Casework, writes: Callable[..., Life]
) -> None:
    writes(MALTE)

    assert [(each.channel, each.recipient) for each in letters(town)] == [
        ("mail", "far@borger.example"),
        ("mail", "mor@borger.example"),
    ]


def test_it_leaves_once_with_its_metadata_and_a_receipt(
    town: Casework, writes: Callable[..., Life], tmp_path: Path
) -> None:
    writes(IDA)
    out = WaysOut(FolderNotifier(tmp_path / "mail", "t@k.example"), DigitalPostFolder(tmp_path))
    send_due(town, out)
    assert send_due(town, out) == 0

    (letter,) = letters(town)
    (file,) = tmp_path.glob("*.json")
    kept = json.loads(file.read_text("utf-8"))
    assert letter.sent_at is not None
    assert letter.receipt == kept["receipt"] != ""
    assert (kept["recipient"], kept["subject"], kept["message_id"]) == (
        letter.recipient,
        letter.subject,
        letter.key,
    )
    assert file.with_suffix(".txt").read_text("utf-8") == letter.body


def test_without_a_connection_it_stays_and_says_why(
    town: Casework, writes: Callable[..., Life], tmp_path: Path
) -> None:
    writes(IDA)
    send_due(town, WaysOut(FolderNotifier(tmp_path, "t@k.example"), NoDigitalPost()))

    (letter,) = letters(town)
    assert letter.sent_at is None
    assert "Digital Post" in (letter.last_error or "")


@pytest.mark.parametrize("why", ["digital_post_exempt", "protected_address"])
def test_one_who_is_exempt_or_hidden_gets_it_on_paper_by_whoever_holds_the_thread(
    town: Casework, writes: Callable[..., Life], why: str
) -> None:
    life = writes(replace(IDA, **{why: True}))

    (task,) = life.open_tasks("letter_on_paper")
    (letter,) = letters(town)
    assert task.due_on is not None
    assert task.assignee_id == life.case.primary_id
    assert (letter.channel, letter.task_id, letter.recipient) == ("paper", task.id, "")


def test_what_is_on_paper_never_leaves_by_itself(
    town: Casework, writes: Callable[..., Life], tmp_path: Path
) -> None:
    writes(replace(IDA, digital_post_exempt=True))
    send_due(town, WaysOut(FolderNotifier(tmp_path, "t@k.example"), DigitalPostFolder(tmp_path)))

    assert not [file for file in tmp_path.iterdir() if "a_" in file.name]
