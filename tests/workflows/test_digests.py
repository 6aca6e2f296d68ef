"""The morning's one mail as its reader gets it: what, whose, when, and nothing more."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.adapters.clock import MovableClock
from engine.ports import SYSTEM, Mail
from engine.services.outbox import send_due
from engine.services.timers import fire_due
from engine.storage.models import OutboxRow, TaskRow
from engine.storage.work import Casework, Work
from tests.workflows.conftest import Life
from workflows.cases.records import YouthCaseRow
from workflows.municipalities.records import AbsenceRow, EmployeeRow

REMINDED = datetime(2026, 3, 5, 7, tzinfo=UTC)  # Thursday: the screening is due on Monday


class Post:
    """A way out that keeps what leaves."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    def send(self, mail: Mail) -> None:
        self.mails.append(mail)

    def to(self, username: str) -> list[Mail]:
        return [mail for mail in self.mails if mail.to.startswith(f"{username}@")]


@pytest.fixture
def post() -> Post:
    return Post()


def morning(town: Casework, clock: MovableClock, post: Post) -> None:
    """Let the morning of the reminder come."""
    clock.move_to(REMINDED)
    while fire_due(town) or send_due(town, post):
        pass


def change(town: Casework, act: Callable[[Work], None]) -> None:
    town.act(SYSTEM, act)


def test_a_digest_names_task_day_and_initials_and_leads_to_the_inbox(
    town: Casework, clock: MovableClock, case: YouthCaseRow, post: Post
) -> None:
    morning(town, clock, post)

    (mail,) = post.to("intake")
    assert "- Screen henvisningen (M.O.): snart frist, frist 9. marts 2026" in mail.body
    assert "/indbakke" in mail.body


def test_a_digest_says_nothing_of_a_person_but_the_initials(
    town: Casework, clock: MovableClock, case: YouthCaseRow, post: Post
) -> None:
    morning(town, clock, post)

    (mail,) = post.to("intake")
    assert mail.subject == "Opgaver, der har brug for dig i dag"
    assert not [word for word in ("Malte", "Opdigtet", str(case.case_id)) if word in mail.body]


def test_one_who_reads_english_gets_the_digest_in_english(
    town: Casework,
    clock: MovableClock,
    case: YouthCaseRow,
    post: Post,
    staff: dict[str, UUID],
) -> None:
    def choose(work: Work) -> None:
        work.session.get_one(EmployeeRow, staff["intake"]).language = "en"

    change(town, choose)
    morning(town, clock, post)

    (mail,) = post.to("intake")
    assert mail.subject == "Tasks that need you today"
    assert "(M.O.): due soon, due 9 March 2026" in mail.body
    assert post.to("intake2")[0].subject == "Opgaver, der har brug for dig i dag"


def test_a_deputy_gets_a_copy_that_tells_whose_it_is(
    town: Casework,
    clock: MovableClock,
    case: YouthCaseRow,
    post: Post,
    staff: dict[str, UUID],
) -> None:
    def leave(work: Work) -> None:
        task = work.session.scalars(select(TaskRow).where(TaskRow.element == "screening")).one()
        task.assignee_id = staff["intake"]
        away = AbsenceRow(
            employee_id=staff["intake"],
            since=date(2026, 3, 4),
            until=date(2026, 3, 6),
            deputy_id=staff["mentor"],
            registered_at=work.now,
        )
        work.session.add(away)

    change(town, leave)
    morning(town, clock, post)

    assert len(post.to("intake")) == 1
    (copy,) = post.to("mentor")
    assert "Ligger hos " in copy.body
    assert "Ligger hos " not in post.to("intake")[0].body


def test_what_was_done_before_the_digest_left_is_told_as_done(
    town: Casework, clock: MovableClock, case: YouthCaseRow, post: Post
) -> None:
    clock.move_to(REMINDED)
    while fire_due(town):
        pass

    def close(work: Work) -> None:
        task = work.session.scalars(select(TaskRow).where(TaskRow.element == "screening")).one()
        task.closed_at = work.now

    change(town, close)
    send_due(town, post)

    assert "Klaret i mellemtiden" in post.to("intake")[0].body


def test_the_lines_of_a_digest_leave_with_it(
    town: Casework,
    clock: MovableClock,
    case: YouthCaseRow,
    post: Post,
    living: Callable[[UUID], Life],
) -> None:
    morning(town, clock, post)

    with town.work(SYSTEM) as work:
        unsent = work.session.scalars(select(OutboxRow).where(OutboxRow.sent_at.is_(None))).all()
    assert unsent == []
    assert len([kind for kind, _ in living(case.case_id).mails() if kind == "reminder"]) == 2
