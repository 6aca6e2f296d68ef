"""What happens to the young people of the demonstration: a few kinds of story, many lives.

A story says how old the young person is today, how long ago it began, and how the staff answer.
`never` are the tasks nobody gets done, `late` those that are done some working days too late.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.ports import Json

Answers = Mapping[str, Mapping[str, Json]]

_TEAM: Answers = {
    "screening": {"effort": "team", "language_only": "no", "more_than_one_field": "yes"},
    "record_answer": {"answer": "yes", "explained": True, "channel": "oral"},
    "decide": {"result": "multi"},
    "record_offer_answer": {"answer": "accept"},
    "approve_plan": {"answer": "approve"},
    "hold_follow_up": {"goes_on": "yes", "interval": "P3M"},
    "accept_handover": {"answer": "accept"},
    "accept_assignment": {"answer": "yes"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One kind of course; `count` lives follow it. Ages in months, today; `days_ago` it began."""

    name: str
    count: int
    months: tuple[int, int]
    days_ago: tuple[int, int]
    answers: Answers = field(default_factory=dict)
    never: frozenset[str] = frozenset()
    late: Mapping[str, int] = field(default_factory=dict)
    urgency: str = "normal"
    employment: bool = False
    social: bool = False
    withdraws_after: int | None = None

    def answer(self, element: str) -> Mapping[str, Json]:
        """Return what is answered in the form of `element`."""
        return {**_TEAM.get(element, {}), **self.answers.get(element, {})}


STORIES = (
    Story(name="new", count=7, months=(160, 215), days_ago=(0, 3), never=frozenset({"screening"})),
    Story(
        name="screening_overdue", count=2, months=(170, 200), days_ago=(13, 16),
        never=frozenset({"screening"}),
    ),
    Story(
        name="waits_for_consent", count=5, months=(158, 178), days_ago=(7, 16),
        never=frozenset({"record_answer"}),
    ),
    Story(
        name="consent_refused", count=2, months=(182, 210), days_ago=(25, 40),
        answers={"record_answer": {"answer": "no"}},
    ),
    Story(name="on_agenda", count=6, months=(165, 230), days_ago=(12, 20)),
    Story(
        name="coordinator_offered", count=4, months=(182, 250), days_ago=(36, 44),
        never=frozenset({"record_offer_answer"}),
    ),
    Story(
        name="coordinator_refused", count=1, months=(235, 245), days_ago=(110, 112),
        employment=True, answers={"record_offer_answer": {"answer": "decline"}},
        never=frozenset({"offer_again"}),
    ),
    Story(name="active", count=12, months=(165, 230), days_ago=(120, 330), social=True),
    Story(
        name="follow_up_missed", count=3, months=(190, 250), days_ago=(135, 150),
        never=frozenset({"hold_follow_up"}), employment=True,
    ),
    Story(
        name="single", count=4, months=(170, 210), days_ago=(40, 90),
        answers={"screening": {"effort": "single"}},
    ),
    Story(
        name="guidance", count=3, months=(185, 220), days_ago=(30, 120),
        answers={"screening": {"effort": "guidance"}},
    ),
    Story(
        name="consent_withdrawn", count=1, months=(195, 200), days_ago=(150, 152),
        withdraws_after=147,
    ),
    Story(
        name="near_17_and_a_half", count=4, months=(208, 209), days_ago=(200, 300), social=True,
        never=frozenset({"decide_support"}), late={"prepare_handover": 0},
    ),
    Story(
        name="handed_over", count=3, months=(217, 219), days_ago=(340, 355), social=True,
        employment=True,
    ),
    Story(
        name="handover_rejected", count=1, months=(215, 215), days_ago=(340, 350), social=True,
        answers={"accept_handover": {"answer": "reject"}}, never=frozenset({"leaders_decide"}),
    ),
    Story(
        name="acute", count=1, months=(176, 178), days_ago=(1, 1), urgency="acute",
        never=frozenset({"raise_concern"}),
    ),
)  # fmt: skip
