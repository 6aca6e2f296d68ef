"""The board of those who turn 18 within a year: who, how long, what is missing, who holds them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import url_for

from engine.services.reckonings import reckoning
from engine.storage.work import Work
from web.board.reading import Turning
from web.explaining import Dated, dated
from web.i18n import _, format_day, ngettext
from web.inbox.presenters import Word
from workflows.consent.rules import CARRYING
from workflows.handover.owners import may_find_owner
from workflows.people.ages import day_of_age

NEAR = 30  # days: what is missing now is missing on the day


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One young person on the board. `begin_href` is there for who may mend a missing owner."""

    name: str
    href: str
    days: str
    state: str
    birthday: str
    dated: Dated
    missing: Sequence[str]
    handover: str
    begins: Dated | None
    holder: str
    unit: str
    begin_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The lines, soonest first, and the units to choose among."""

    lines: Sequence[Line]
    units: Sequence[Word]
    lacking: str


def board(work: Work, found: Sequence[Turning], unit_id: UUID | None) -> Board:
    """Return the board of one unit, or of all."""
    shown = [each for each in found if unit_id in (None, each.case.unit_id)]
    lines = [_line(work, each) for each in shown]
    number = sum(bool(line.missing) for line in lines)
    return Board(
        lines=lines,
        units=_units(found, unit_id),
        lacking=ngettext("%(num)d mangler noget", "%(num)d mangler noget", number),
    )


def _units(found: Sequence[Turning], unit_id: UUID | None) -> list[Word]:
    names = sorted({(each.unit, each.case.unit_id) for each in found}, key=lambda one: one[0])
    if len(names) < 2:  # nothing to choose
        return []
    everybody = Word(
        text=_("Alle enheder"),
        href=url_for("board.index"),
        current=unit_id is None,
    )
    return [everybody] + [
        Word(
            text=name,
            href=url_for("board.index", enhed=each),
            current=each == unit_id,
        )
        for name, each in names
    ]


def _line(work: Work, each: Turning) -> Line:
    birthday, why_18 = _reached(work, each, "handover.adult")
    begins, why_then = _reached(work, each, "handover.prestart")
    left = (birthday - work.today).days
    begin = url_for("board.find", case_id=each.case.case_id)
    return Line(
        name=each.name,
        href=url_for("cases.case", case_id=each.case.case_id),
        days=_days(left),
        state="overdue" if left < 0 or each.alarm else "soon" if left <= NEAR else "plain",
        birthday=format_day(birthday, work.today),
        dated=why_18,
        missing=_missing(work, each, left),
        handover=_handover(work, each, begins),
        begins=why_then if not each.handover and begins > work.today else None,
        holder=each.holder,
        unit=each.unit,
        begin_href=begin if each.alarm and may_find_owner(work, each.case) else "",
    )


def _days(left: int) -> str:
    if left < 0:
        return ngettext("%(num)d dag over 18", "%(num)d dage over 18", -left)
    return ngettext("%(num)d dag", "%(num)d dage", left) if left else _("i dag")


def _reached(work: Work, each: Turning, key: str) -> tuple[date, Dated]:
    """Return the day on which that age is reached, and why it is that day."""
    since = len(work.moves)
    day = work.functions["age_date"](each.born, work.functions["param"](key))
    return day, dated(day, reckoning(work, day, since=since))


def _handover(work: Work, each: Turning, begins: date) -> str:
    if not each.handover or each.handover == "closed":
        if begins > work.today:
            return _("begynder %(day)s", day=format_day(begins, work.today))
        return _("ikke begyndt")
    said = {
        "open": _("forberedes"),
        "offered": _("tilbudt %(name)s", name=each.receiver),
        "rejected": _("afvist, ledere afgør"),
        "settled": _("afgjort af lederforum: %(name)s", name=each.receiver),
        "accepted": _("taget imod af %(name)s", name=each.receiver),
    }
    return said.get(each.handover, each.handover)


def _missing(work: Work, each: Turning, left: int) -> list[str]:
    """Return what is missing today, the gravest first."""
    began = day_of_age(work, each.born, "handover.prestart") <= work.today
    under_way = each.handover in ("open", "offered", "rejected", "settled")
    lacks = (
        (each.alarm, _("ingen har overgangen")),
        (began and not under_way and each.handover != "accepted", _("overgangen er ikke begyndt")),
        (under_way and not each.receiver, _("en modtager")),
        (under_way and bool(each.receiver), _("modtagerens ja")),
        (each.own_consent not in CARRYING, _("den unges eget samtykke")),
        (_lacks_adult_consent(each, left), _("samtykke som voksen")),
        (_lacks_plan(work, each), _("en plan, der er skrevet efter 17 år")),
    )
    return [words for is_missing, words in lacks if is_missing]


def _lacks_adult_consent(each: Turning, left: int) -> bool:
    return (left <= NEAR or bool(each.adult_consent)) and each.adult_consent not in CARRYING


def _lacks_plan(work: Work, each: Turning) -> bool:
    since = day_of_age(work, each.born, "plan.transition_age")
    return each.planned_at is None or work.calendar.local_date(each.planned_at) < since
