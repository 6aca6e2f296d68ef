"""Filling an empty installation with the demonstration municipality."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import func, select

from engine.adapters.clock import MovableClock
from engine.domain.calendars import add_months
from engine.domain.errors import NotPossible
from engine.domain.parameters import Period, shift
from engine.domain.series import Every
from engine.ports import SYSTEM, Notifier
from engine.storage.copying import write_fast
from engine.storage.database import Database
from engine.storage.work import Casework, Work
from workflows.cases.records import YouthCaseRow
from workflows.demonstration.habits import Habits
from workflows.demonstration.lives import Life
from workflows.demonstration.playing import Progress, Stage
from workflows.demonstration.staff import engage_staff
from workflows.demonstration.stories import Story, chosen
from workflows.forums.meetings import series_of_forum
from workflows.municipalities.packs import set_series
from workflows.municipalities.records import ForumRow

SEED = 2026
A_YEAR = timedelta(days=366)
A_WEEK = Period(days=7)
STAFF_PER_ROLE = 2
PASSWORD = "tovholder"  # noqa: S105  # of the demonstration, told at every start

Build = Callable[[MovableClock], Casework]


def is_empty(work: Work) -> bool:
    """Say whether there is no case at all yet."""
    return not work.session.scalar(select(func.count()).select_from(YouthCaseRow))


def fill(
    build: Build,
    notifier: Notifier,
    *,
    install: Callable[[Work], dict[str, str]],
    until: datetime,
    password_hash: str,
    progress: Progress,
    seed: int = SEED,
    lives: int | None = None,
) -> None:
    """Play a year of about sixty lives into the database, ending at `until`.

    `install` puts pack and processes into force and returns which unit holds which role.
    `progress` is told the share that is done, never less than before, 1.0 at the end. The same
    seed and the same `until` give the same lives; `lives` plays only so many. Raises `Conflict`
    when there is a case already, and changes nothing then.
    """
    until = until.astimezone(UTC)
    clock = MovableClock(until - A_YEAR)
    casework = build(clock)
    write_fast(casework.database)

    def set_up(work: Work) -> None:
        if not is_empty(work):
            raise NotPossible("Databasen er ikke tom; den er ikke rørt.")
        engage_staff(work, install(work), per_role=STAFF_PER_ROLE, password_hash=password_hash)
        _meet_since(work, clock.now().date())

    casework.act(SYSTEM, set_up)
    with casework.work(SYSTEM) as work:
        calendar = work.calendar
    stage = Stage(casework=casework, clock=clock, notifier=notifier, until=until, calendar=calendar)
    _begin(stage, chosen(lives), seed)
    stage.play(progress)
    _write_safely(casework.database)
    casework.database.dispose()


def _begin(stage: Stage, stories: Sequence[Story], seed: int) -> None:
    """Plan the referral of every life."""
    born: set[date] = set()
    for number, story in enumerate(stories):
        chance = Random(f"{seed}:{number}")  # noqa: S311  # no secret: the same every time
        habits = Habits(stage.calendar, stage.until, chance, story)
        life = Life(number, story, _born(stage, story, chance, born), habits)
        stage.plan(_referred_at(stage, life), partial(stage.refer, life))


def _born(stage: Stage, story: Story, chance: Random, taken: set[date]) -> date:
    """Return a birth date that nobody else has, so that no two turn 18 in the same instant."""
    today = stage.calendar.local_date(stage.until)
    born = add_months(today, -chance.randint(*story.months))
    born -= timedelta(days=chance.randint(*story.days))
    while born in taken:
        born -= timedelta(days=1)
    taken.add(born)
    return born


def _referred_at(stage: Stage, life: Life) -> datetime:
    today = stage.calendar.local_date(stage.until)
    day = stage.calendar.roll_back(today - timedelta(days=life.random.randint(*life.story.ago)))
    at = life.habits.in_office_hours(day)
    return at if at < stage.until else life.habits.in_office_hours(stage.calendar.add_days(day, -1))


def _meet_since(work: Work, day: date) -> None:
    """Let every series of meetings have run since before `day`, in the rhythm that it has."""
    for forum in work.session.scalars(select(ForumRow).where(ForumRow.anchor.is_not(None))):
        series = series_of_forum(work, forum)
        anchor = forum.anchor or day
        while anchor > day:
            every = series.period if isinstance(series, Every) else A_WEEK
            anchor = shift(work.calendar, anchor, every, -1)
        set_series(work, forum.code, anchor=anchor)


def _write_safely(database: Database) -> None:
    """See that all of it is on disk before anybody works with it."""
    if database.is_sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA synchronous = FULL")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
