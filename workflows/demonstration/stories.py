"""What happens to the young people of the demonstration: a few kinds of story, many lives.

A story says how old the young person is today, how long ago it began, and how the staff answer.
Most is left to habit; what a story needs for certain, it says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.ports import Json

Answers = Mapping[str, Mapping[str, Json]]

_USUAL: Answers = {
    "screening": {"effort": "team", "language_only": "no", "more_than_one_field": "yes"},
    "record_answer": {"answer": "yes", "explained": True, "channel": "oral"},
    "decide": {"result": "multi"},
    "record_offer_answer": {"answer": "accept"},
    "accept_assignment": {"answer": "yes"},
    "approve_plan": {"approval": "approve"},
    "hold_follow_up": {"goes_on": "yes", "adjust": "keep"},
    "name_receiver": {"receiver_role": "job_adviser", "keep_coordinator": "yes"},
    "accept_handover": {"answer": "accept"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One kind of course; `count` lives follow it.

    Today the young person is `months` and `days` old; the referral came `ago` calendar days
    before, counted back to a working day. `never` are the tasks nobody gets done. `before_end`
    are those done that many days before today, however they stand then. `withdraws` is how many
    days ago the consent was withdrawn.
    """

    name: str
    count: int
    months: tuple[int, int]
    ago: tuple[int, int]
    days: tuple[int, int] = (0, 27)
    answers: Answers = field(default_factory=dict)
    never: frozenset[str] = frozenset()
    before_end: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    urgency: str = "normal"
    employment: bool = False
    social: bool = False
    withdraws: int | None = None

    def answer(self, element: str) -> Mapping[str, Json]:
        """Return what is answered in the form of `element`."""
        return {**_USUAL.get(element, {}), **self.answers.get(element, {})}


def chosen(lives: int | None) -> Sequence[Story]:
    """Return the story of each life: all of them, or `lives` that differ as much as they can."""
    most = max(story.count for story in STORIES)
    turns = [story for turn in range(most) for story in STORIES if turn < story.count]
    return turns[:lives]


def _nobody(*elements: str) -> frozenset[str]:
    return frozenset(elements)


STORIES = (
    # the way in
    Story(name="new", count=4, months=(162, 205), ago=(0, 6), never=_nobody("screening")),
    Story(
        name="waits_for_consent", count=4, months=(160, 178), ago=(9, 24),
        never=_nobody("record_answer"),
    ),
    Story(name="on_agenda", count=4, months=(162, 205), ago=(12, 24)),
    Story(
        name="coordinator_new", count=2, months=(190, 205), ago=(32, 42),
        before_end={"record_offer_answer": (2, 9)},
    ),
    Story(name="active", count=4, months=(178, 206), ago=(130, 330), social=True),
    Story(
        name="handed_over", count=2, months=(217, 220), ago=(340, 355), social=True,
        employment=True,
    ),
    Story(
        name="near_17_and_a_half", count=3, months=(208, 208), ago=(200, 300), social=True,
        never=_nobody("decide_support"),
    ),
    Story(
        name="coordinator_refused", count=1, months=(225, 245), ago=(125, 130), employment=True,
        answers={"record_offer_answer": {"answer": "decline"}},
        before_end={"record_offer_answer": (83, 85)}, never=_nobody("offer_again"),
    ),
    Story(
        name="consent_withdrawn", count=1, months=(195, 200), ago=(150, 160), withdraws=3,
        never=_nobody("assess_impact"),
    ),
    Story(
        name="screening_late", count=2, months=(170, 200), ago=(12, 14),
        never=_nobody("screening"),
    ),
    Story(
        name="acute", count=1, months=(176, 178), ago=(0, 0), urgency="acute",
        never=_nobody("raise_concern"),
    ),
    Story(
        name="consent_refused", count=1, months=(184, 204), ago=(20, 30),
        answers={"record_answer": {"answer": "no"}}, before_end={"record_answer": (2, 5)},
        never=_nobody("decide_without_consent"),
    ),
    Story(
        name="refused_and_closed", count=1, months=(184, 204), ago=(80, 90),
        answers={
            "record_answer": {"answer": "no"},
            "decide_without_consent": {"without_consent": "close"},
        },
    ),
    # the meeting and the coordinator
    Story(name="just_decided", count=3, months=(190, 205), ago=(30, 42)),
    Story(
        name="offer_unanswered", count=1, months=(184, 205), ago=(38, 46),
        never=_nobody("record_offer_answer"),
    ),
    Story(
        name="adult_on_agenda", count=2, months=(222, 280), ago=(14, 26), employment=True,
    ),
    Story(
        name="adult_coordinator_new", count=2, months=(222, 280), ago=(30, 40), employment=True,
        before_end={"record_offer_answer": (2, 9)},
    ),
    Story(
        name="wishes_another", count=1, months=(190, 200), ago=(30, 36),
        answers={"record_offer_answer": {"answer": "wish", "wished_role": "youth_adviser"}},
        before_end={"record_offer_answer": (3, 3)},
    ),
    Story(
        name="assignment_declined", count=1, months=(190, 200), ago=(38, 46),
        answers={"accept_assignment": {"answer": "no"}},
        before_end={"record_offer_answer": (9, 9), "accept_assignment": (4, 4)},
        never=_nobody("reassign"),
    ),
    Story(
        name="needs_information", count=1, months=(170, 190), ago=(40, 45),
        answers={"decide": {"result": "more_information"}}, never=_nobody("get_information"),
    ),
    Story(
        name="begins_today", count=2, months=(190, 205), ago=(36, 46),
        before_end={"record_offer_answer": (7, 7)},
        never=_nobody("accept_assignment", "first_contact"),
    ),
    Story(
        name="adult_begins_today", count=2, months=(222, 280), ago=(36, 44), employment=True,
        before_end={"record_offer_answer": (7, 7)},
        never=_nobody("accept_assignment", "first_contact"),
    ),
    # the plan
    Story(
        name="plan_being_written", count=1, months=(195, 205), ago=(55, 65),
        before_end={"record_offer_answer": (26, 29)}, never=_nobody("draft_plan"),
    ),
    Story(
        name="adult_plan_being_written", count=2, months=(222, 280), ago=(52, 62), employment=True,
        before_end={"record_offer_answer": (22, 30)}, never=_nobody("draft_plan"),
    ),
    Story(
        name="plan_with_the_young", count=1, months=(184, 205), ago=(70, 80),
        before_end={"record_offer_answer": (40, 40), "confirm_sector": (9, 13)},
        never=_nobody("approve_plan"),
    ),
    # the long run
    Story(
        name="active_adult", count=4, months=(224, 290), ago=(140, 330), employment=True,
    ),
    Story(
        name="follow_up_now", count=2, months=(198, 204), ago=(158, 168),
        before_end={"approve_plan": (86, 90)},
    ),
    Story(
        name="adult_follow_up_now", count=2, months=(224, 290), ago=(156, 166), employment=True,
        before_end={"approve_plan": (84, 91)},
    ),
    Story(
        name="follow_up_missed", count=1, months=(190, 204), ago=(166, 174),
        before_end={"approve_plan": (96, 98)}, never=_nobody("hold_follow_up"),
    ),
    Story(
        name="adult_follow_up_missed", count=2, months=(224, 290), ago=(162, 170), employment=True,
        before_end={"approve_plan": (94, 95)}, never=_nobody("hold_follow_up"),
    ),
    Story(
        name="wants_to_stop", count=1, months=(190, 204), ago=(162, 170),
        answers={"hold_follow_up": {"goes_on": "no", "adjust": "stop"}},
        before_end={"approve_plan": (93, 93), "hold_follow_up": (2, 2)},
        never=_nobody("confirm_stop"),
    ),
    Story(
        name="single", count=2, months=(170, 204), ago=(60, 110),
        answers={"screening": {"effort": "single"}},
    ),
    Story(
        name="guidance", count=1, months=(185, 205), ago=(30, 120),
        answers={"screening": {"effort": "guidance"}},
    ),
    # the way to 18
    Story(
        name="support_late", count=1, months=(210, 210), days=(2, 3), ago=(250, 300), social=True,
        never=_nobody("decide_support"),
    ),
    Story(
        name="receiver_asked", count=2, months=(212, 213), ago=(300, 330), social=True,
        employment=True, before_end={"name_receiver": (8, 12)}, never=_nobody("accept_handover"),
    ),
    Story(
        name="receiver_says_no", count=1, months=(213, 214), ago=(300, 330), social=True,
        answers={
            "accept_handover": {"answer": "reject", "reason": "Vi har ingen ledig plads før jul."},
        },
        before_end={"name_receiver": (20, 20), "accept_handover": (6, 6)},
        never=_nobody("leaders_decide"),
    ),
)  # fmt: skip
