"""The pages of calendar and deadlines, in words: what is in force, what would change, what has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from engine.domain.calendars import DayType
from engine.domain.parameters import Parameter
from engine.storage.work import Work
from web.explaining import Dated, dated
from web.i18n import _, format_day
from web.inbox.forms import Shown, Typed, drawn
from web.settings import words
from web.settings.asking import BACK, EDIT, NEW, REMOVE, WHY, Question
from web.settings.effects import Effects, effects_of
from web.settings.lines import Line, SchoolYear, address, school_years
from web.settings.schools import School, schools_of
from web.stops import moment
from workflows.forums.meetings import cadence_of, cut_off_of, day_of_next, why_next
from workflows.municipalities.layers import (
    CLOSING_DAY,
    PARAMETER,
    SCHOOL,
    SCHOOL_HOLIDAY,
    SERIES,
    Change,
    Content,
    below,
    in_force,
)
from workflows.municipalities.records import ForumRow
from workflows.municipalities.settings import (
    Version,
    changed_in,
    history,
    settings_in_force,
)

SHOWN = 50  # versions in the history


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A parameter: what it is worth here, and where that comes from."""

    title: str
    value: str
    unit: str
    source: str
    default: str
    edit: str
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingSeries:
    """How a forum meets."""

    forum: str
    often: str
    hours: str
    closes: str
    place: str
    next: str
    dated: Dated | None
    edit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All settings as they are in force."""

    title: str
    closing_days: Sequence[Line]
    new_closing_day: str
    school_years: Sequence[SchoolYear]
    new_school_holiday: str
    schools: Sequence[School]
    new_school: str
    numbers: Sequence[Number]
    series: Sequence[MeetingSeries]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """The form of one setting."""

    title: str
    fields: Sequence[Shown]
    others: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage:
    """What a change would do. `typed` is carried along; `seen` is the version it was seen in."""

    title: str
    about: str
    changes: Sequence[tuple[str, str, str]]
    reason: str
    effects: Effects
    typed: Sequence[tuple[str, str]]
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPage:
    """What taking a change back would do, and the field for why."""

    title: str
    about: str
    changes: Sequence[tuple[str, str, str]]
    effects: Effects
    fields: Sequence[Shown]
    action: str
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A version in the history; `undo` leads to taking it back, where that can be done."""

    when: str
    at: str
    by: str
    what: str
    changes: Sequence[tuple[str, str, str]]
    reason: str
    undo: str


def overview(work: Work) -> Overview:
    """Return what is in force, for those who own it."""
    content = settings_in_force(work)
    both = in_force(content)
    forums = work.session.scalars(select(ForumRow).order_by(ForumRow.name)).all()
    entries = work.parameters.entries.values()
    numbers = [_number(content, each) for each in entries]
    return Overview(
        title=str(content.get("title", "")),
        closing_days=_closing_days(work, both),
        new_closing_day=address(CLOSING_DAY, NEW),
        school_years=school_years(work, both.get(SCHOOL_HOLIDAY, {}), SCHOOL_HOLIDAY),
        new_school_holiday=address(SCHOOL_HOLIDAY, NEW),
        schools=schools_of(work, both),
        new_school=address(SCHOOL, NEW),
        numbers=sorted(numbers, key=lambda one: one.title),
        series=[_series(work, forum) for forum in forums],
    )


def form_page(asked: Question, typed: Typed | None, problems: Mapping[str, str]) -> FormPage:
    """Return the form with what was typed, or with what stands there now."""
    return FormPage(
        title=asked.title,
        fields=drawn(asked.form, typed or asked.filled, problems),
        others=[said for key, said in problems.items() if not key],
    )


def preview_page(work: Work, title: str, change: Change, reason: str, typed: Typed) -> PreviewPage:
    """Return what the change would do. Raises as `workflows.municipalities.settings.proposed`."""
    return PreviewPage(
        title=title,
        about=_about(work, change),
        changes=words.change_words(change),
        reason=reason,
        effects=effects_of(work, change),
        typed=list(typed.items(multi=True)),
        seen=work.configuration.number,
    )


def undo_page(work: Work, number: int, reason: str, problems: Mapping[str, str]) -> UndoPage:
    """Return what taking version `number` back would do. Raises `NotFound`."""
    change = changed_in(work, number).undone
    return UndoPage(
        title=_("Tag ændringen tilbage"),
        about=_about(work, change),
        changes=words.change_words(change),
        effects=effects_of(work, change),
        fields=drawn(WHY, MultiDict({"reason": reason}), problems),
        action=url_for("settings.undo_now", number=number),
        seen=work.configuration.number,
    )


def history_page(work: Work) -> Sequence[Past]:
    """Return the newest versions, the one in force first."""
    content = settings_in_force(work)
    return [_past(work, content, each) for each in history(work, SHOWN)]


def _about(work: Work, change: Change) -> str:
    if change.kind == SERIES:
        query = select(ForumRow.name).where(ForumRow.code == change.key)
        return work.session.scalar(query) or change.key
    return words.key_words(change, work.today, in_force(settings_in_force(work)))


def _past(work: Work, content: Content, version: Version) -> Past:
    what = [_about(work, change) for change in version.changes]
    lines = [line for change in version.changes for line in words.change_words(change)]
    return Past(
        when=moment(work, version.since),
        at=version.since.isoformat(),
        by=version.by,
        what=", ".join(what) or _("Kommunens pakke er lagt ind"),
        changes=lines,
        reason=version.reason,
        undo=url_for("settings.undo", number=version.number) if version.changes else "",
    )


def _closing_days(work: Work, content: Content) -> Sequence[Line]:
    days: Mapping[str, str] = content.get(CLOSING_DAY, {})
    gone = [key for key in days if len(key) > len("12-24") and key < work.today.isoformat()]
    return [
        Line(
            what=name,
            when=words.day_key_words(key, work.today),
            note=_not_counted(work, key),
            remove=address(CLOSING_DAY, REMOVE, key),
        )
        for key, name in sorted(days.items(), key=lambda pair: _next_of(pair[0], work.today))
        if key not in gone
    ]


def _not_counted(work: Work, key: str) -> str:
    """Return why the next such day would not count anyway; nothing where it would."""
    day = _next_of(key, work.today)
    why = work.calendar.why_not(day, DayType.WEEKDAY_SAT)
    return _("næste gang %(day)s: %(why)s", day=format_day(day, work.today), why=why) if why else ""


def _next_of(key: str, today: date) -> date:
    if len(key) > len("12-24"):
        return date.fromisoformat(key)
    years = (year for year in range(today.year, today.year + 9) if _exists(f"{year}-{key}"))
    days = (date.fromisoformat(f"{year}-{key}") for year in years)
    return next((day for day in days if day >= today), date.max)


def _exists(written: str) -> bool:
    try:
        return bool(date.fromisoformat(written))
    except ValueError:
        return False


def _number(content: Content, entry: Parameter) -> Number:
    lower = below(content, PARAMETER, entry.key)
    own = lower is not None and words.value_words(lower["value"]) != words.value_words(entry.value)
    return Number(
        title=words.title_of(content, entry.key),
        value=words.value_words(entry.value),
        unit=words.unit_words(entry.default),
        source=entry.source,
        default=words.value_words(entry.default) if entry.is_overridden else "",
        edit=address(PARAMETER, EDIT, entry.key),
        back=address(PARAMETER, BACK, entry.key) if own else "",
    )


def _series(work: Work, forum: ForumRow) -> MeetingSeries:
    following = day_of_next(work, forum, work.today)
    often = cadence_of(work.parameters, forum)
    return MeetingSeries(
        forum=forum.name,
        often=words.cadence_words(often) if often else _("efter behov"),
        hours="–".join(filter(None, (forum.starts, forum.ends))),
        closes=words.period_words(cut_off_of(work.parameters, forum)),
        place=forum.place,
        next=format_day(following, work.today) if following else "",
        dated=dated(following, why_next(work, forum, work.today)) if following else None,
        edit=address(SERIES, EDIT, forum.code),
    )
