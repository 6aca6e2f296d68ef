"""How the walker may stand to the case, as data: each relation is written, walked and taken back.

A relation that a role cannot have is no cell: `cannot` says which, and why.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from engine.ports import SYSTEM
from engine.storage.work import Work
from tests.access.crawl.house import CONSENTED, ELSEWHERE, HERE, House
from tests.access.crawl.roles import (
    IN_A_CASE,
    IN_A_FORUM,
    IN_HANDOVER,
    KEEPERS,
    LEADERS_FORUMS,
    LEADS_UNITS,
    NOT_SIGNED_IN,
)
from tests.access.crawl.stages import OF_THE_CASE, OF_THE_WALKER, OTHER_TEAM, TEAM, take_seat
from tests.access.crawl.treatment import CENTRE
from workflows.municipalities.records import (
    PostRow,
    UnitRow,
)

# What is asked for lies in the compartment; in all others it lies outside, with a treatment beside.
INSIDE = (
    "compartment_own",  # the thread of the treatment, and its task, are the walker's
    "compartment_centre",  # works in the drug centre, or leads it
    "compartment_known",  # has every part in the ordinary case, with a consent that names the room
)
SEATED = ("agenda_before", "agenda_within", "agenda_after")
# The words, and what else opens a case or must not.
RELATIONS = (
    "none",  # an id that nothing has
    "stranger",
    "own",
    "unit",
    "task",
    *SEATED,
    "consented",
    "withdrawn",
    "deputy",
    "broken_glass",
    "broken_glass_over",
    "closed",
    "closed_stranger",
    *INSIDE,
)
# Where the post of the walker is; it opens nothing but in these.
_PLACES = {
    "unit": HERE,
    "consented": CONSENTED,
    "withdrawn": CONSENTED,
    "compartment_own": CENTRE,
    "compartment_centre": CENTRE,
}
_WITH_OFFICES = ("none", "own", "closed", "compartment_own", "compartment_known")


def cannot(relation: str, role: str) -> str:
    """Return why the role cannot stand to the case in this way, or "" where it can."""
    if role == NOT_SIGNED_IN and relation not in ("none", "stranger"):
        return "who is not signed in stands to nothing"
    if role in IN_A_CASE and relation not in _WITH_OFFICES:
        return "the office is itself the relation"
    if role in IN_HANDOVER and relation == "compartment_own":
        return "what is in the compartment has no handover: its table cannot carry the room"
    if role in IN_A_FORUM and relation in ("unit", "consented", "withdrawn", "compartment_centre"):
        return "the seat is in a forum, and not in a unit"
    if role in KEEPERS and relation in SEATED:
        return "who looks after the product sits in no forum"
    return ""


def asked(house: House, relation: str) -> House:
    """Return the house with the ids that are asked for in this relation."""
    if relation not in INSIDE:
        return house
    within = house.within()
    return replace(within, holder=house.walker) if relation == "compartment_own" else within


@contextmanager
def standing(house: House, relation: str) -> Iterator[None]:
    """Let the case be as the relation has it, whoever walks."""
    with house.undone.taken_back():
        if stage := OF_THE_CASE.get(relation):
            house.casework.act(SYSTEM, lambda work: stage(work, house))
        yield


@contextmanager
def walking(house: House, relation: str, role: str) -> Iterator[None]:
    """Let the walker have this one role, and stand to the case in this one way."""
    with house.undone.taken_back():
        house.casework.act(SYSTEM, lambda work: _become(work, house, relation, role))
        yield


def _become(work: Work, house: House, relation: str, role: str) -> None:
    if role == NOT_SIGNED_IN:
        return
    _take_post(work, house, relation, role)
    if role in IN_A_FORUM or relation in SEATED:
        _sit(work, house, relation, role)
    if stage := OF_THE_WALKER.get(relation):
        stage(work, house, role)
    work.flush()


def _take_post(work: Work, house: House, relation: str, role: str) -> None:
    if role in IN_A_FORUM:
        return
    unit = work.session.get_one(UnitRow, house.units[_PLACES.get(relation, ELSEWHERE)])
    held = "case_worker" if role in IN_A_CASE else role
    work.session.add(PostRow(employee_id=house.walker, role=held, unit_id=unit.id))
    if role in LEADS_UNITS:
        unit.leader_id = house.walker


def _sit(work: Work, house: House, relation: str, role: str) -> None:
    forum = take_seat(work, house, role, TEAM if relation in SEATED else OTHER_TEAM)
    if role in LEADERS_FORUMS:
        forum.type = role
    if role == "team_convenor":
        forum.convenor_id = house.walker
