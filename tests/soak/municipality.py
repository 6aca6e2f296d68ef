"""A municipality of fictional young people, and how its staff behave through the years."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from random import Random

from sqlalchemy import select

from engine.domain.calendars import add_months
from engine.ports import SYSTEM, Json
from engine.storage.copying import write_fast
from engine.storage.work import Casework, Work
from tests.town import install_shipped
from web.wiring import migrate
from workflows.cases.services import start_referral
from workflows.demonstration.people import guardians, young_person
from workflows.demonstration.staff import engage_staff
from workflows.demonstration.stories import STORIES
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import EmployeeRow
from workflows.rehearsal.behaviours import Behaviour, Habit, People
from workflows.scenarios.answers import fill_start_form

_YOUNGEST, _OLDEST = 14 * 12, 17 * 12  # months at the referral
_TOO_LATE = 0.04  # of all tasks
STEADY = next(story for story in STORIES if story.name == "active")


@dataclass(frozen=True, slots=True)
class Referral:
    """Young person `number` is referred at `at`; their chance is their own."""

    number: int
    at: datetime
    seed: int

    def come_in(self, casework: Casework) -> None:
        """Refer them now, to the intake."""
        random = Random(f"{self.seed}:{self.number}")  # noqa: S311  # no secret
        casework.act(SYSTEM, partial(self._refer, random=random))

    def _refer(self, work: Work, random: Random) -> None:
        born = add_months(work.today, -random.randint(_YOUNGEST, _OLDEST))
        born -= timedelta(days=random.randrange(28))
        person = young_person(self.number, born, random)
        parents = guardians(self.number, born, work.today, random)
        intake = select(EmployeeRow.id).where(EmployeeRow.username == "intake")
        work.actor = actor_of(work, work.session.scalars(intake).one())
        given: dict[str, Json] = {"urgency": "normal", "schooling": "grade_9"}
        start_referral(work, person, parents, fill_start_form(work, given))


def found(casework: Casework) -> None:
    """Put pack, processes and staff into an empty database, which is not waited for."""
    write_fast(casework.database)
    migrate(casework)

    def set_up(work: Work) -> None:
        engage_staff(work, install_shipped(work), per_role=2)

    casework.act(SYSTEM, set_up)


def referrals(cases: int, since: datetime, days: int, seed: int) -> Sequence[Referral]:
    """Return as many referrals, spread by chance over so many days, in order of time."""
    random = Random(seed)  # noqa: S311  # no secret
    moments = sorted(random.uniform(0, days) for _ in range(cases))
    return [
        Referral(number, since + timedelta(days=moment), seed)
        for number, moment in enumerate(moments)
    ]


def staff(casework: Casework, seed: int) -> People:
    """Return people who do most things in time, a few too late, and who go on with the case."""
    with casework.work(SYSTEM) as work:
        calendar = work.calendar
    random = Random(seed)  # noqa: S311  # no secret
    elements = {*STEADY.answers, *_ANSWERED}
    return People(
        behaviour=Behaviour.LIKE_LAST_YEAR,
        seed=seed,
        habits={element: tuple(_habits(element, random)) for element in sorted(elements)},
        calendar=calendar,
    )


_ANSWERED = (
    "screening", "record_answer", "decide", "record_offer_answer", "accept_assignment",
    "approve_plan", "hold_follow_up", "name_receiver", "accept_handover", "prepare",
)  # fmt: skip


def _habits(element: str, random: Random) -> Sequence[Habit]:
    answers = STEADY.answer(element)
    return [
        Habit(
            done_after=random.randrange(10) if random.random() > _TOO_LATE else 60,
            done_time=time(9 + number % 6, random.randrange(60)),
            taken_after=0,
            taken_time=time(8, 30),
            answers=answers,
        )
        for number in range(50)
    ]
