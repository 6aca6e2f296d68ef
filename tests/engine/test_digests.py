"""One mail a morning, quiet hours, and what leaves at once all the same."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest

from engine.domain.quiet import Leaves
from engine.ports import SYSTEM, Recipient
from engine.services.deployments import configure
from engine.services.outbox import LEASE, queue_mail, send_due
from engine.services.timers import fire_due
from engine.storage.models import OutboxRow
from tests.engine.conftest import LEADER, PARAMETERS
from tests.engine.test_acts import FORM, ask, rows
from tests.spiff.drawing import end, start

QUIET = {"quiet.from": "18:00", "quiet.to": "08:00", "quiet.days_off": True}
THURSDAY_AT_EIGHT = datetime(2026, 3, 5, 7, tzinfo=UTC)  # when the reminders are due


class Post:
    """A way out that keeps what leaves, or dies after handing it over."""

    def __init__(self, dies: bool = False) -> None:
        self.keys: list[str] = []
        self.bodies: list[str] = []
        self.dies = dies

    def send(self, mail: Any) -> None:
        self.keys.append(mail.key)
        self.bodies.append(mail.body)
        if self.dies:
            raise KeyboardInterrupt


@pytest.fixture
def post():
    return Post()


@pytest.fixture(autouse=True)
def quiet(casework):
    casework.act(SYSTEM, lambda work: configure(work, {"parameters": {**PARAMETERS, **QUIET}}))


@pytest.fixture
def opens(deploy, begin):
    """What opens a case with one task of a ladder, due on Monday 9 March."""
    for ladder in ("A", "B"):
        task = ask("question", ladder=ladder)
        deploy(f"on_{ladder}", start(), task, end(), flows="start > question > end", f=FORM)
    return lambda ladder: begin(f"on_{ladder}")


def queued(casework, key, **told):
    to = Recipient(name="Lone", email="lone@office.example", employee=LEADER)
    casework.act(
        SYSTEM,
        lambda work: queue_mail(
            work, key=key, kind="k", to=to, subject="s", body=key, case_id=None, **told
        ),
    )


def look(casework, post):
    while fire_due(casework) or send_due(casework, post):
        pass


def test_a_persons_ordinary_reminders_of_a_morning_are_one_mail(casework, clock, opens, post):
    for _ in range(3):
        opens("A")
    clock.move_to(THURSDAY_AT_EIGHT)

    look(casework, post)

    assert post.keys == [f"digest:{LEADER}:2026-03-05"]
    assert post.bodies[0].count(":reminder:") == 3


def test_each_reminder_is_a_line_of_the_digest_and_sent_with_it(casework, clock, opens, post):
    opens("A"), opens("A")
    clock.move_to(THURSDAY_AT_EIGHT)

    look(casework, post)

    digest = rows(casework, OutboxRow, OutboxRow.kind == "digest")[0]
    lines = rows(casework, OutboxRow, OutboxRow.kind == "reminder")
    assert {(line.digest_id, line.sent_at) for line in lines} == {(digest.id, clock.now())}


def test_no_digest_is_made_before_the_last_rung_of_the_morning_has_fired(
    casework, clock, opens, post
):
    opens("A"), opens("A")
    clock.move_to(THURSDAY_AT_EIGHT)
    fire_due(casework, limit=1)

    assert send_due(casework, post) == 0
    look(casework, post)
    assert len(post.keys) == 1


def test_what_comes_after_the_digest_waits_for_the_next_working_morning(
    casework, clock, opens, post
):
    opens("A")
    clock.move_to(THURSDAY_AT_EIGHT + timedelta(days=1))  # a Friday
    look(casework, post)
    queued(casework, "late", leaves=Leaves.DIGEST)

    for at in (timedelta(hours=4), timedelta(days=1), timedelta(days=1)):
        clock.forward(at)
        look(casework, post)
    assert len(post.keys) == 1
    clock.move_to(datetime(2026, 3, 9, 7, tzinfo=UTC))
    look(casework, post)
    assert post.bodies[1:] == ["late"]


def test_a_server_that_was_down_at_eight_sends_the_digest_when_it_is_back(
    casework, clock, opens, post
):
    opens("A")
    clock.move_to(THURSDAY_AT_EIGHT + timedelta(hours=3))

    look(casework, post)

    assert post.keys == [f"digest:{LEADER}:2026-03-05"]


def test_what_the_law_hurries_leaves_alone(casework, clock, opens, post):
    opens("A"), opens("B")
    clock.move_to(THURSDAY_AT_EIGHT)

    look(casework, post)

    assert sorted(key.split(":")[0] == "digest" for key in post.keys) == [False, True]


def test_after_an_outage_into_the_night_only_what_the_law_hurries_leaves_then(
    casework, clock, opens, post
):
    opens("A"), opens("B")
    clock.move_to(THURSDAY_AT_EIGHT + timedelta(hours=14))

    look(casework, post)
    assert [":reminder:" in key for key in post.keys] == [True]

    clock.move_to(THURSDAY_AT_EIGHT + timedelta(days=1))
    look(casework, post)
    assert post.keys[-1] == f"digest:{LEADER}:2026-03-06"


@pytest.mark.parametrize(
    ("written", "leaves"),
    [
        (datetime(2026, 3, 2, 16, 59, tzinfo=UTC), datetime(2026, 3, 2, 16, 59, tzinfo=UTC)),
        (datetime(2026, 3, 2, 17, 0, tzinfo=UTC), datetime(2026, 3, 3, 7, tzinfo=UTC)),
        (datetime(2026, 3, 7, 11, 0, tzinfo=UTC), datetime(2026, 3, 9, 7, tzinfo=UTC)),
        (datetime(2026, 4, 1, 17, 0, tzinfo=UTC), datetime(2026, 4, 7, 6, tzinfo=UTC)),
        (datetime(2026, 12, 24, 19, 0, tzinfo=UTC), datetime(2026, 12, 28, 7, tzinfo=UTC)),
    ],
    ids=["an afternoon", "an evening", "a Saturday", "before Easter", "Christmas"],
)
def test_an_ordinary_mail_waits_until_it_is_no_longer_quiet(casework, clock, post, written, leaves):
    clock.move_to(written)
    queued(casework, "hello")

    while clock.now() < leaves - timedelta(seconds=1):
        assert send_due(casework, post) == 0
        clock.move_to(min(clock.now() + timedelta(hours=3), leaves - timedelta(seconds=1)))
    assert send_due(casework, post) == (written == leaves)
    clock.move_to(leaves)
    send_due(casework, post)
    assert post.keys == ["hello"]


def test_what_must_leave_at_once_leaves_on_christmas_eve(casework, clock, post):
    clock.move_to(datetime(2026, 12, 24, 22, 30, tzinfo=UTC))
    queued(casework, "concern", leaves=Leaves.AT_ONCE)

    assert send_due(casework, post) == 1


def test_a_mail_that_could_not_leave_is_not_tried_again_in_the_night(casework, clock, post):
    class Closed:
        def send(self, mail):
            raise OSError("no server")

    clock.move_to(datetime(2026, 3, 2, 16, 59, tzinfo=UTC))
    queued(casework, "hello")
    send_due(casework, Closed())
    clock.move_to(datetime(2026, 3, 2, 19, tzinfo=UTC))

    assert send_due(casework, post) == 0


def test_one_who_dies_between_sending_and_marking_doubles_and_loses_no_line(
    casework, clock, opens, post
):
    opens("A"), opens("A")
    clock.move_to(THURSDAY_AT_EIGHT)
    fire_due(casework)
    dying = Post(dies=True)
    with pytest.raises(KeyboardInterrupt):
        send_due(casework, dying)

    clock.forward(LEASE)
    look(casework, post)

    assert post.keys == dying.keys  # the same Message-ID: the receiving side knows it
    assert post.bodies == dying.bodies
    assert all(row.sent_at for row in rows(casework, OutboxRow))


def test_two_workers_of_a_morning_make_one_digest_with_every_line(
    casework, clock, opens, post, settings
):
    for _ in range(6):
        opens("A")
    clock.move_to(THURSDAY_AT_EIGHT)
    workers = [Thread(target=look, args=(casework, post)) for _ in range(2)]

    for each in workers:
        each.start()
    for each in workers:
        each.join()
    look(casework, post)

    assert post.keys == [f"digest:{LEADER}:2026-03-05"]
    assert post.bodies[0].count(":reminder:") == 6
