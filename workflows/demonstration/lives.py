"""One life of the demonstration: who it is, how it is referred, and what is said in its forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from engine.ports import Json
from workflows.demonstration.habits import Habits
from workflows.demonstration.people import guardians, young_person
from workflows.demonstration.stories import Story
from workflows.demonstration.words import words
from workflows.people.services import NewGuardian, NewYoungPerson

YEAR = 365.25
INTAKE = ("intake", "intake", "intake2")  # the first receives the most
_DISCIPLINES = {
    16: ("uu_counsellor", "youth_adviser", "ppr_psychologist", "health_nurse"),
    18: ("uu_counsellor", "youth_adviser", "ppr_psychologist", "job_adviser"),
    99: ("job_adviser", "uu_counsellor", "disability_psychiatry_authority"),
}
_SCHOOLING = {
    14: ("grade_1_7", "grade_8"),
    15: ("grade_8",),
    16: ("grade_9",),
    17: ("grade_10", "fgu", "upper_secondary"),
    18: ("vocational", "fgu", "none"),
    99: ("none", "vocational", "fgu", "work"),
}


@dataclass(frozen=True, slots=True)
class Life:
    """One young person of the demonstration, with chance of their own."""

    number: int
    story: Story
    born: date
    habits: Habits

    @property
    def random(self) -> Random:
        """The chance of this life: what happens to others does not change it."""
        return self.habits.random

    def people(self, today: date) -> tuple[NewYoungPerson, Sequence[NewGuardian]]:
        """Return who is referred today, and the parents."""
        person = young_person(self.number, self.born, self.random)
        return person, guardians(self.number, self.born, today, self.random)

    def referral(self, today: date) -> Mapping[str, Json]:
        """Return what the referrer says."""
        return {
            **words(self.random),
            "schooling": self.random.choice(_for_age(_SCHOOLING, self.age(today))),
            "urgency": self.story.urgency,
            "employment_case": self.story.employment,
            "social_case": self.story.social,
            "referrer_email": f"henviser{self.number}@skole.example",
        }

    def answers(self, element: str, today: date) -> Mapping[str, Json]:
        """Return what is said today in the form of `element`: words, chance, then the story."""
        disciplines = _for_age(_DISCIPLINES, self.age(today))
        seen = self.random.sample(disciplines, 2)
        return {
            **words(self.random),
            "disciplines": [*seen],
            "sector_owners": seen[:1],
            "interval": self.random.choice(("P2M", "P3M", "P3M", "P4M")),
            "meaning": self.random.choice(("2", "3", "4", "4", "5")),
            "follow_up_on": (today + timedelta(days=91)).isoformat(),
            "next_step_by": (today + timedelta(days=10)).isoformat(),
            "next_contact_on": (today + timedelta(days=7)).isoformat(),
            **self.story.answer(element),
        }

    def age(self, today: date) -> int:
        """Return the age in years, near enough for a story."""
        return int((today - self.born).days / YEAR)


def _for_age(choices: Mapping[int, tuple[str, ...]], age: int) -> tuple[str, ...]:
    """Return the choice of the first limit above `age`."""
    return next(choice for limit, choice in choices.items() if age < limit)
