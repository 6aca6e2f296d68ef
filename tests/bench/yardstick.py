"""What the yardstick is: one process, eight tasks done in it, and the form that each of them has.

It is of the size that the bare library was first measured with (in brackets): 30 elements (30), 39
task specs (40), 3 boundary timers, a fork and a join, 2 ways back, and after eight forms of ten
fields, whose texts are others each time, 40 tasks (35) and 37.9 kB of the library's JSON (38.2), of
which 17.0 are the process (18.0).
"""

from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent
DIAGRAM = HERE / "yardstick.bpmn"
FIRST_EIGHT = ("screen", "deepen", "school", "home", "health", "gather", "offer", "meet")
MEASURED = "plan"
ANSWERS: Mapping[str, str] = {
    "note": "Vi talte om skolen og om, hvad der kunne hjælpe til at komme op om morgenen.",
    "score": "5",
    "agreed": "3",
    "channel": "meeting",
    "met_on": "2026-03-02",
    "with_whom": "Den unge, begge forældre og klasselæreren",
    "place": "På skolen, i det lille lokale ved siden af biblioteket",
    "wishes": "Vil gerne være færdig med niende klasse og begynde på noget med køkken og mad.",
    "hindrances": "Søvnen, og at det er svært at komme ind i klassen, når timen er begyndt.",
    "next_step": "Kontaktlæreren ringer hver søndag aften, og vi ses igen om to uger.",
}
_TEXTS = ("note", "with_whom", "place", "wishes", "hindrances", "next_step")


def entered(step: int) -> dict[str, str | int]:
    """Return what a form of the bare library takes in: no two steps hold the same texts."""
    texts = {name: f"{step}: {ANSWERS[name]}" for name in _TEXTS}
    return {**ANSWERS, **texts, "met_on": f"2026-03-{step + 2:02}", "score": 5, "agreed": 3}
