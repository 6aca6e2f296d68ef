"""Fictional young people and their parents. No CPR number among them can belong to anybody."""

from datetime import date, timedelta
from random import Random

from workflows.people.services import NewGuardian, NewYoungPerson

FIRST_NAMES = (
    "Sofie", "Emil", "Freja", "Noah", "Alma", "Oscar", "Ella", "Malthe", "Laura", "Viktor",
    "Nora", "Lucas", "Clara", "August", "Agnes", "Elias", "Josefine", "Anton", "Karla", "Storm",
    "Liva", "Magnus", "Olivia", "Mikkel", "Mathilde", "Sebastian", "Signe", "Tobias", "Thea",
    "Jonas", "Amalie", "Rasmus", "Isabella", "Kasper", "Naja", "Silas", "Vilma", "Hjalmar",
    "Aya", "Yusuf", "Zahra", "Marius", "Ronja", "Birk", "Selma", "Otto", "Merle", "Bertram",
)  # fmt: skip
LAST_NAMES = (
    "Birkemose", "Dalsvang", "Engholt", "Fjordager", "Granlund", "Havskov", "Kirkeby-Lind",
    "Lærkevang", "Møllegab", "Nørlev", "Opstrup", "Rønnebæk", "Skovhuse", "Tangholm", "Vandborg",
)  # fmt: skip
MOTHERS = ("Anja", "Hanne", "Lene", "Maria", "Pia", "Sanne", "Tove")
FATHERS = ("Carsten", "Finn", "Jan", "Kurt", "Ole", "Steen", "Torben")
SCHOOLS = ("Skole Øst", "Skole Vest", "Havneskolen", "10. klassecentret", "Erhvervsskolen")
DAYS_THAT_DO_NOT_EXIST = 60  # added to the day of birth: 61–91
_TWO_PARENTS = 0.7  # of all families


def cpr_of_nobody(birth_date: date, random: Random) -> str:
    """Return ten digits with a day of birth that no calendar has."""
    day = birth_date.day + DAYS_THAT_DO_NOT_EXIST
    return f"{day}{birth_date:%m%y}{random.randrange(10_000):04d}"


def young_person(number: int, birth_date: date, random: Random) -> NewYoungPerson:
    """Return young person `number` of the demonstration."""
    first = FIRST_NAMES[number % len(FIRST_NAMES)]
    last = LAST_NAMES[(number * 4 + number // len(LAST_NAMES)) % len(LAST_NAMES)]
    return NewYoungPerson(
        first_name=first,
        last_name=last,
        birth_date=birth_date,
        cpr=cpr_of_nobody(birth_date, random),
        school=random.choice(SCHOOLS),
        phone=f"6600 {1000 + number}",
        email=f"ung{number}@borger.example",
    )


def guardians(number: int, birth_date: date, today: date, random: Random) -> list[NewGuardian]:
    """Return one or two parents, for those who were under 18 within the last year."""
    if (today - birth_date) > timedelta(days=19 * 366):
        return []
    last = LAST_NAMES[(number * 4 + number // len(LAST_NAMES)) % len(LAST_NAMES)]
    mother, father = random.choice(MOTHERS), random.choice(FATHERS)
    parents = [
        NewGuardian(name=f"{mother} {last}", relation="mor", email=f"mor{number}@borger.example"),
        NewGuardian(name=f"{father} {last}", relation="far", email=f"far{number}@borger.example"),
    ]
    return parents if random.random() < _TWO_PARENTS else parents[:1]
