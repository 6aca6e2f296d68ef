"""What may be said of a case without looking anything up."""

from collections.abc import Mapping
from datetime import date

from engine.domain.calendars import age_on
from engine.domain.errors import InvalidDefinition, Over

OPENED = "received"
CLOSED = "closed"
REOPENED = "reopened"

# The teams of the model; the shipped table `team_by_age_schooling` gives the same numbers.
CHILDREN_TEAM, YOUTH_TEAM, ADULT_TEAM = 1, 2, 3
# Ages of the law, the same in every municipality.
OWN_AGE, ADULT_AGE = 15, 18

# What the overview calls the state; the order is that of a usual course.
STATES = {
    "received": "Modtaget",
    "screening": "Screenes",
    "awaiting_consent": "Venter på samtykke",
    "on_agenda": "På dagsordenen",
    "assessed": "Vurderet",
    "offered": "Tovholder tilbudt",
    "active_single": "Én indsats",
    "active_multi": "Flere indsatser",
    "handover": "Overgang til 18 år",
    "aftercare": "Fulgt efter 18 år",
    "reopened": "Genåbnet",
    "closed": "Lukket",
}

# Who owns the plan when the young person has no coordinator, and who is asked first.
_PLAN_OWNERS: Mapping[tuple[bool, bool], str] = {
    (True, True): "job_adviser",  # team 3, with a case at the job centre
    (True, False): "uu_counsellor",
    (False, True): "uu_counsellor",
    (False, False): "uu_counsellor",
}


def check_state(now: str, wanted: str) -> None:
    """Refuse a state nobody knows (`InvalidDefinition`), and any move of a closed case.

    Closing and reopening are acts of their own.
    """
    if wanted not in STATES or wanted == CLOSED:
        raise InvalidDefinition(f"En sag kan ikke sættes til »{wanted}«.")
    if now == CLOSED:
        raise Over("Sagen er lukket.")


def plan_owner_role(team: int | None, employment_case: bool) -> str:
    """Return the role that owns the plan. Source: domain, coordinator_candidate."""
    return _PLAN_OWNERS[team == ADULT_TEAM, employment_case]


def team_by_age(age: int) -> int:
    """Return the team of a young person whom the table gives none: intake's way out."""
    if age >= ADULT_AGE:
        return ADULT_TEAM
    return CHILDREN_TEAM if age < OWN_AGE else YOUTH_TEAM


def writes_to_guardians(birth_date: date, day: date) -> bool:
    """Say whether letters go to the guardians: until the day before the 15th birthday."""
    return age_on(birth_date, day) < OWN_AGE
