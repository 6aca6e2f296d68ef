"""The demonstration: fictional lives through the real engine, the same every time."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.adapters.clock import MovableClock
from engine.adapters.mail import FolderNotifier
from engine.domain.errors import Conflict
from engine.ports import SYSTEM
from engine.services.timers import next_due
from engine.settings import Settings
from engine.storage.models import IncidentRow, JournalRow, OutboxRow, TaskRow
from engine.storage.work import Casework
from tests.conftest import settings_of
from tests.explanations.dates import every_date, unfounded
from tests.town import install_shipped
from web.wiring import build, migrate
from workflows.cases.records import YouthCaseRow
from workflows.demonstration.filling import fill
from workflows.demonstration.people import cpr_of_nobody
from workflows.demonstration.stories import STORIES, chosen
from workflows.forums.records import AgendaItemRow, AttendanceRow, MeetingRow
from workflows.municipalities.records import EmployeeRow
from workflows.people.records import YoungPersonRow
from workflows.plans.records import GoalRow, PlanVersionRow

WEDNESDAY = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
LIVES = 6

Event = tuple[str, str, str, str, str]


def filled(
    settings: Settings,
    lives: int,
    progress: Callable[[float], None] = lambda share: None,
    seed: int = 2026,
) -> Casework:
    fill(
        lambda clock: build(settings, clock),
        FolderNotifier(settings.mail_folder, settings.mail_sender),
        install=install_shipped,
        until=WEDNESDAY,
        password_hash="a hash",
        progress=progress,
        lives=lives,
        seed=seed,
    )
    return build(settings, MovableClock(WEDNESDAY))


def empty_house(folder: Path) -> Settings:
    settings = settings_of(f"sqlite:///{folder / 'demo.sqlite'}", folder / "home")
    casework = build(settings)
    migrate(casework)
    casework.database.dispose()
    return settings


@pytest.fixture(scope="module")
def shares() -> list[float]:
    return []


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory, shares: list[float]) -> Any:
    settings = empty_house(tmp_path_factory.mktemp("demonstration"))
    casework = filled(settings, LIVES, shares.append)
    yield casework
    casework.database.dispose()


def rows(casework: Casework, kind: type[Any]) -> list[Any]:
    with casework.work(SYSTEM) as work:
        return list(work.session.scalars(select(kind)))


def history(casework: Casework) -> Counter[Event]:
    """What the journal tells, without ids: who it is about, act, moment, element and due day."""
    with casework.work(SYSTEM) as work:
        people = {row.id: str(row.cpr) for row in work.session.scalars(select(YoungPersonRow))}
        about: dict[UUID | None, str] = {
            row.case_id: people[row.young_person_id]
            for row in work.session.scalars(select(YouthCaseRow))
        }
        actors: dict[UUID | None, str] = {
            row.id: row.username for row in work.session.scalars(select(EmployeeRow))
        }
        return Counter(
            (
                about.get(row.case_id, ""),
                row.act,
                row.at.isoformat(),
                str(row.data.get("element") or row.data.get("process") or ""),
                f"{row.data.get('due_on')} {actors.get(row.actor_id)}",
            )
            for row in work.session.scalars(select(JournalRow))
        )


def test_every_life_becomes_a_case_with_somebody_responsible(demonstration: Casework) -> None:
    cases = rows(demonstration, YouthCaseRow)

    staff = {row.id for row in rows(demonstration, EmployeeRow)}
    assert len(cases) == LIVES
    assert all(case.primary_id in staff for case in cases)


def test_every_plan_says_what_was_written_in_it(demonstration: Casework) -> None:
    with demonstration.work(SYSTEM) as work:
        goals = work.session.scalars(select(GoalRow.wording)).all()
        versions = work.session.scalars(select(PlanVersionRow)).all()

    assert goals
    assert all(goals)
    assert all(version.answers_id and version.vision for version in versions)


def test_nothing_goes_wrong_in_the_demonstration(demonstration: Casework) -> None:
    assert rows(demonstration, IncidentRow) == []


def test_every_date_follows_from_its_explanation(demonstration: Casework) -> None:
    with demonstration.work(SYSTEM) as work:
        dates = list(every_date(work))

        assert len(dates) > 100
        assert unfounded(work) == []


def test_something_is_done_and_something_waits(demonstration: Casework) -> None:
    tasks = rows(demonstration, TaskRow)

    waiting = [task for task in tasks if task.closed_at is None]
    assert waiting
    assert len(waiting) < len(tasks) / 2


def test_no_timer_is_left_behind(demonstration: Casework) -> None:
    with demonstration.work(SYSTEM) as work:
        due = next_due(work)

    assert due is not None
    assert due > WEDNESDAY


def test_nobody_is_flooded_with_mail(demonstration: Casework) -> None:
    days = Counter((row.recipient, row.created_at.date()) for row in rows(demonstration, OutboxRow))

    assert max(days.values()) <= 6


def test_a_cpr_number_of_the_demonstration_belongs_to_nobody(demonstration: Casework) -> None:
    numbers = [row.cpr for row in rows(demonstration, YoungPersonRow)]

    assert len(set(numbers)) == LIVES
    assert all(61 <= int(number[:2]) <= 91 for number in numbers)


def test_the_day_of_a_cpr_number_is_moved_by_sixty() -> None:
    cpr = cpr_of_nobody(date(2010, 3, 7), Random(1))  # noqa: S311  # no secret

    assert cpr[:6] == "670310"


def test_the_progress_never_falls_and_ends_at_one(
    demonstration: Casework, shares: list[float]
) -> None:
    assert shares == sorted(shares)
    assert shares[0] >= 0
    assert shares[-1] == 1


def test_what_is_filled_is_filled_once(tmp_path: Path) -> None:
    settings = empty_house(tmp_path)
    filled(settings, 1).database.dispose()

    with pytest.raises(Conflict, match="ikke tom"):
        filled(settings, 1)


def test_the_same_seed_gives_the_same_lives(tmp_path_factory: pytest.TempPathFactory) -> None:
    first = filled(empty_house(tmp_path_factory.mktemp("first")), 3)
    second = filled(empty_house(tmp_path_factory.mktemp("second")), 3)

    assert history(first) == history(second)
    first.database.dispose()
    second.database.dispose()


def test_the_first_lives_differ_as_much_as_they_can() -> None:
    assert len({story.name for story in chosen(8)}) == 8


def test_the_whole_demonstration_is_about_sixty_lives() -> None:
    assert 55 <= len(chosen(None)) <= 75
    assert len({story.name for story in STORIES}) == len(STORIES)


def test_no_life_begins_before_the_year_that_is_played() -> None:
    longest = max(story.ago[1] for story in STORIES)

    assert timedelta(days=longest) < timedelta(days=366)


def test_its_meetings_are_held_by_those_who_came(demonstration: Casework) -> None:
    with demonstration.work(SYSTEM) as work:
        decided = work.session.scalars(
            select(MeetingRow.state).join(AgendaItemRow).where(AgendaItemRow.status == "decided")
        ).all()
        came = work.session.scalars(select(AttendanceRow)).all()

    assert set(decided) <= {"held", "minutes_approved"}
    assert decided
    assert came
