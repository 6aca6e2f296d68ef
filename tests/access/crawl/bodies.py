"""What is posted where: a body that the one who may do it gets through with."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from tests.access.crawl.house import CONSENTED, PROCESS, House
from tests.conftest import BPMN
from tests.web.conftest import PASSWORD, SOFIE
from tests.web.test_consents import ASKED, BY_LAW
from tests.web.test_deadlines import LONGER
from tests.web.test_meetings import DECISION
from tests.web.test_rehearsing import ASKED as REHEARSAL
from tests.web.test_wishes import WISH

DRAWN = (BPMN / "processes" / PROCESS / f"{PROCESS}.bpmn").read_text(encoding="utf-8")
REASON = "Den unge står i døren og har brug for hjælp nu."


def body(house: House, name: str) -> Mapping[str, Any]:
    """Return the form of this name for `house`."""
    return of_any_house(name) or _of_house(house)[name]


def of_any_house(name: str) -> Mapping[str, Any] | None:
    """Return the form of this name, if it names nobody; a file anew each time: it is read once."""
    if name == "file":
        return {"version": "0", "file": (BytesIO(DRAWN.encode()), f"{PROCESS}.bpmn")}
    if name == "drawing":
        return {"process": "noget_nyt", "file": (BytesIO(DRAWN.encode()), "noget_nyt.bpmn")}
    return _FIXED.get(name)


def _day(name: str, day: int, month: int, year: int) -> dict[str, str]:
    return {f"{name}-day": str(day), f"{name}-month": str(month), f"{name}-year": str(year)}


_FIXED: Mapping[str, Mapping[str, Any]] = {
    "nothing": {"reason": "En grund, der er lang nok til det meste."},
    # One of the tasks asks for nothing, the other for the day with the physician.
    "task": {**_day("slot_on", 24, 3, 2026), "slot_at": "10:00"},
    "sign_in": {"username": "walker", "password": "gættet"},
    "code": {"code": "gættet", "password_new": "gættet", "password_again": "gættet"},
    "shown_again": {"password_end": PASSWORD},
    "password": {"password_now": "gættet"},
    "language": {"language": "da", "back": "/"},
    "referral": {**SOFIE, "first_name": "Freja"},
    "wish": WISH,
    "glass": {
        "first_name": "Malte",
        "last_name": "Opdigtet",
        **_day("birth_date", 14, 6, 2011),
        "reason": REASON,
    },
    "consent": {**ASKED, "to": ["unit:uu"], "outside": "", "types": ["school"]},
    "basis": {**BY_LAW, "told": "yes"},
    "birth_date": {
        **_day("birth_date", 21, 6, 2011),
        "reason": "register",
        "was": "2011-06-14",
    },
    "facts": {"school": "Skole Øst", "digital_post_exempt": "ja"},
    "number": {"what_for": "letter", "cpr": "740611-0000"},
    "longer": LONGER,
    "came": {"came_0": "present", "mandate_0": "1"},
    "another_day": {**_day("day", 26, 3, 2026), "place": "Ungecentret"},
    "decision": {**DECISION, "agreements": "Ingen."},
    "employee": {"username": "ny", "name": "Ny Opdigtet", "email": "ny@kommune.example"},
    "draft": {"xml": DRAWN, "version": 0},  # sent as JSON
    "xml": {"xml": DRAWN, "version": "0"},
    "rehearsal": REHEARSAL,
    "undo": {"reason": "Det var en fejl.", "seen": "2"},
    "closing_day": {
        **_day("day", 29, 12, 2026),
        "often": "once",
        "name": "Lukket",
        "reason": "Byrådets beslutning.",
        "seen": "2",
        "confirmed": "1",
    },
    "no_closing_day": {"reason": "Det var en fejl.", "seen": "2", "confirmed": "1"},
}


def _of_house(house: House) -> Mapping[str, Mapping[str, Any]]:
    staff = house.ids
    return {
        "absence": {
            "employee": str(house.walker),
            "deputy": str(staff["colleague"]),
            **_day("since", 19, 3, 2026),
            **_day("until", 20, 3, 2026),
        },
        "annotation": {"tekst": staff["text"], "text": "Det er ikke rigtigt."},
        "thread": {
            "employee": str(staff["successor"]),
            "held_by": str(house.holder),
            "reason": "workload",
        },
        "loan": {
            "employee": str(staff["employee_id"]),
            "role": f"{house.units[house.home]}:teacher",
            "reason": "Ferie i enheden.",
            **_day("since", 19, 3, 2026),
            **_day("until", 20, 3, 2026),
        },
        "post": {"role": "guide", "unit": str(house.units[CONSENTED])},
        "instance": {"sag": str(staff["instance_id"]), "fra": "1", "til": "1"},
    }
