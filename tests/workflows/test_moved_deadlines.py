"""Who is told of a deadline that moved, and in which words."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.adapters.mail import FolderNotifier
from engine.ports import SYSTEM
from engine.services.deployments import configure
from engine.services.outbox import send_due
from engine.services.recounts import recount
from engine.services.tasks import claim_task
from engine.storage.configurations import load_content
from engine.storage.models import OutboxRow
from tests.workflows.conftest import Life
from workflows.cases.birth_date import change_birth_date
from workflows.cases.records import YouthCaseRow


@pytest.fixture
def life(case: YouthCaseRow, living: Callable[[UUID], Life]) -> Life:
    """Malte's life, from his referral at 14 on."""
    return living(case.case_id)


@pytest.fixture
def close_friday(town):
    """What makes Friday 6 March 2026 a closing day."""

    def close() -> None:
        def put(work) -> None:
            content = dict(load_content(work.session, work.configuration.number))
            days = {**content["closing_days"], "2026-03-06": "Flytning"}
            configure(work, {**content, "closing_days": days})

        town.act(SYSTEM, put)
        recount(town)

    return close


def told(life: Life) -> list[OutboxRow]:
    return [row for row in life.outbox() if row.kind == "deadline_moved"]


def test_the_message_says_from_when_to_when_and_because_of_what(life: Life, close_friday) -> None:
    close_friday()

    (first, *_) = told(life)
    assert first.subject == "En frist er flyttet til 10. marts 2026"
    assert (
        "Fristen er flyttet fra mandag 9. marts 2026 til tirsdag 10. marts 2026, fordi fredag "
        "6. marts 2026 er blevet lukkedag (Flytning)."
    ) in first.body
    assert "Tæller ikke: fredag 6. marts 2026 (lukkedag: Flytning)." in first.body


def test_who_has_the_task_is_told_and_else_those_of_its_role(
    life: Life, close_friday, town, acting_as, staff
) -> None:
    (screening,) = life.open_tasks("screening")
    town.act(acting_as("intake"), lambda work: claim_task(work, screening.id))

    close_friday()

    people = {row.recipient_id for row in told(life) if row.task_id == screening.id}
    assert people == {staff["intake"]}


def test_the_mail_of_the_morning_tells_it_in_a_line(
    life: Life, close_friday, town, clock, tmp_path
) -> None:
    close_friday()
    clock.move_to(datetime(2026, 3, 3, 8, tzinfo=UTC))
    send_due(town, FolderNotifier(tmp_path, "tovholder@example.org"))

    with town.work(SYSTEM) as work:
        digest = work.session.scalars(select(OutboxRow).where(OutboxRow.kind == "digest")).first()
    assert digest is not None
    assert "fristen er flyttet fra 9. marts 2026, frist 10. marts 2026" in digest.body
    assert "er blevet lukkedag (Flytning)" in digest.body


def test_one_outside_the_house_is_told_when_their_answer_is_due_now(
    life: Life, town, acting_as
) -> None:
    life.until(datetime(2026, 5, 29, 7, tzinfo=UTC))
    town.act(
        acting_as("intake"),
        lambda work: change_birth_date(
            work, life.case_id, date(2011, 6, 21), "register", was=date(2011, 6, 14)
        ),
    )

    outside = [row for row in told(life) if row.recipient_id is None]
    assert [row.subject for row in outside] == ["Fristen for dit svar er nu 3. juli 2026"]
    assert "2011" not in outside[0].body


def test_no_message_names_a_birth_date(life: Life, town, acting_as) -> None:
    life.until(datetime(2026, 5, 29, 7, tzinfo=UTC))
    town.act(
        acting_as("intake"),
        lambda work: change_birth_date(
            work, life.case_id, date(2011, 6, 21), "register", was=date(2011, 6, 14)
        ),
    )

    assert told(life)
    assert not [row for row in told(life) if "2011" in row.body]


def test_the_same_change_is_told_once(life: Life, close_friday, town, clock) -> None:
    close_friday()
    before = len(told(life))
    clock.forward(timedelta(minutes=2))
    recount(town)

    assert len(told(life)) == before
