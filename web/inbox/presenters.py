"""The inbox as the page shows it: groups by what bites, one line a task."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import url_for

from engine.domain.calendars import WorkingCalendar
from engine.services.deadlines import is_by_the_hour
from engine.services.held_answers import STOPPED
from engine.services.tasks import is_overdue
from engine.storage.inbox import Key
from engine.storage.models import TaskRow
from web.explaining import Dated, dated_task
from web.i18n import N_, _, age_in_words, due_in_words, format_day, hour_in_words
from web.inbox.reading import WhoItIsAbout
from web.words import role_name
from workflows.municipalities.absences import Away

MINE, TEAM, UNCLAIMED, COVER = "mine", "team", "ledige", "daekker"
VIEWS = {MINE: N_("Mine"), TEAM: N_("Mit team"), UNCLAIMED: N_("Ingen har taget")}

OVERDUE, TODAY, WEEK, LATER, OTHERS = "overdue", "today", "week", "later", "others"
_HEADINGS = {
    OVERDUE: N_("Over fristen"),
    TODAY: N_("I dag"),
    WEEK: N_("Denne uge"),
    LATER: N_("Senere"),
    OTHERS: N_("Venter på andre"),
}
_NOTHING = {
    OVERDUE: N_("Ingen frister er overskredet."),
    TODAY: N_("Intet skal være færdigt i dag."),
    WEEK: N_("Resten af ugen er fri for frister."),
    LATER: N_("Der er ikke mere på vej."),
    OTHERS: N_("Du venter ikke på nogen."),
}
_EMPTY = {
    MINE: N_(
        "Du har ingen opgaver. Systemet holder øje med fristerne og siger til, når der er noget."
    ),
    TEAM: N_("Dine kolleger har ingen åbne opgaver i dit team."),
    UNCLAIMED: N_("Alt er taget. Ingen ung venter på, at nogen melder sig."),
    COVER: N_("Der ligger ingen opgaver og venter hos din kollega."),
}
_STATES = {OVERDUE: "overdue", TODAY: "today", WEEK: "soon", LATER: "plain", OTHERS: "waiting"}


@dataclass(frozen=True, slots=True)
class Act:
    """What a row's own button does: a page to open (`href`), or a post (`action`)."""

    text: str
    href: str = ""
    action: str = ""
    fields: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of truth. `rests` tells since when the deadline rests, where it does."""

    what: str
    href: str
    who: str
    when: str
    state: str
    why: str
    act: Act | None
    dated: Dated | None = None
    rests: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a heading."""

    key: str
    heading: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the line of filters."""

    text: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The day, the calendar that counts from it, and the moment (UTC) for what runs by the hour."""

    day: date
    calendar: WorkingCalendar
    now: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the rows need to know beside the tasks themselves.

    `answers` names, by task, the one outside the house who must answer, `resting` since when a
    deadline rests.

    `covered` are those for whom the actor stands in today, `covering` the one whose tasks these
    are.
    """

    view: str
    actor_id: UUID | None
    today: Today
    people: Mapping[UUID, WhoItIsAbout]
    names: Mapping[UUID, str]
    places: Mapping[UUID, str]
    answers: Mapping[UUID, str]
    resting: Mapping[UUID, date]
    covered: Sequence[Away] = ()
    covering: Away | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """The inbox. `calm` tells of the groups where there is nothing, `note` of who is away."""

    heading: str
    words: Sequence[Word]
    groups: Sequence[Group]
    calm: str
    note: str
    empty: str
    further: str
    absence_href: str


def present(
    mine: Sequence[TaskRow],
    others: Sequence[TaskRow],
    around: Surroundings,
    after: Key | None,
    *,
    first: bool,
    note: str = "",
) -> InboxPage:
    """Return the inbox page. `others` are shown below, as what one waits for."""
    sorted_tasks = _sorted(mine, others, around)
    shows_any = any(sorted_tasks.values())
    return InboxPage(
        heading=_("Indbakke"),
        words=[*(_word(view, around.view) for view in VIEWS), *_words_of_cover(around)],
        groups=[_group(key, tasks, around) for key, tasks in sorted_tasks.items() if tasks],
        calm=_calm(sorted_tasks) if shows_any and first else "",
        note=note,
        empty="" if shows_any else _(_EMPTY[around.view]),
        further=_further(around, after),
        absence_href=url_for("absence.index") if around.view == TEAM else "",
    )


def bite_of(task: TaskRow, today: Today) -> str:
    """Return the group of a task by what bites: overdue, today, week or later."""
    due = task.due_on
    if due is None:
        return LATER
    if due < today.day or (today.now is not None and is_overdue(task, today.now)):
        return OVERDUE
    if due == today.day:
        return TODAY
    sunday = today.day + timedelta(days=6 - today.day.weekday())
    return WEEK if due <= sunday else LATER


def state_of(task: TaskRow, today: Today) -> str:
    """Return the state of a task's deadline as the chips know it."""
    return _STATES[bite_of(task, today)]


def when_of(task: TaskRow, today: Today) -> str:
    """Return when the task is due, in words: a day, or a day and its hour."""
    if task.due_on is None:
        return _("uden frist")
    if task.due_at is not None and is_by_the_hour(task):
        return hour_in_words(task.due_at, today.day, today.calendar, now=today.now)
    return due_in_words(task.due_on, today.day, today.calendar)


def about(person: WhoItIsAbout | None, today: date) -> str:
    """Return first name and age: "Sofie, 17 år 4 mdr."."""
    if person is None:
        return _("en kollegas sag")
    return f"{person.first_name}, {age_in_words(person.birth_date, today)}"


def pack_key(key: Key) -> str:
    """Return where a page begins, for the address bar."""
    text = f"{key[0].isoformat()}|{key[1]}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def unpack_key(packed: str | None) -> Key | None:
    """Return what `pack_key` packed; None when it is missing or somebody changed it."""
    try:
        text = base64.urlsafe_b64decode((packed or "") + "==").decode()
        moment, _, task_id = text.partition("|")
        return datetime.fromisoformat(moment), UUID(task_id)
    except (ValueError, binascii.Error):
        return None


def _sorted(
    mine: Sequence[TaskRow], others: Sequence[TaskRow], around: Surroundings
) -> dict[str, list[TaskRow]]:
    groups: dict[str, list[TaskRow]] = {key: [] for key in _HEADINGS}
    for task in mine:
        bite = bite_of(task, around.today)
        waits_outside = task.outside_party is not None and bite in (WEEK, LATER)
        groups[OTHERS if waits_outside and around.view == MINE else bite].append(task)
    groups[OTHERS].extend(others)
    if around.view != MINE:
        del groups[OTHERS]
    return groups


def _group(key: str, tasks: Sequence[TaskRow], around: Surroundings) -> Group:
    rows = [_row(task, key, around) for task in tasks]
    return Group(key, _(_HEADINGS[key]), rows)


def _calm(groups: Mapping[str, Sequence[TaskRow]]) -> str:
    """Say what is true of the groups where there is nothing, in one line."""
    return " ".join(_(_NOTHING[key]) for key, tasks in groups.items() if not tasks)


def _row(task: TaskRow, group: str, around: Surroundings) -> Row:
    href = url_for("inbox.task", task_id=task.id)
    return Row(
        what=task.title,
        href=href,
        who=about(around.people.get(task.case_id), around.today.day),
        when=when_of(task, around.today),
        state=state_of(task, around.today),
        why=_with_whom(task, around)
        if _is_with_others(task, around)
        else _why(task, group, around),
        act=_act(task, href, around),
        dated=dated_task(task),
        rests=rest_in_words(around.resting.get(task.id), around.today.day),
    )


def rest_in_words(since: date | None, today: date) -> str:
    """Return since when a deadline rests; nothing for one that runs."""
    return _("i bero siden %(day)s", day=format_day(since, today)) if since else ""


def _is_with_others(task: TaskRow, around: Surroundings) -> bool:
    return around.view not in (UNCLAIMED, COVER) and task.assignee_id != around.actor_id


def _with_whom(task: TaskRow, around: Surroundings) -> str:
    if task.assignee_id is not None:
        return _("Hos %(name)s", name=around.names.get(task.assignee_id, role_name(task.role)))
    place = around.places.get(task.forum_id or task.unit_id or task.id, "")
    return _("Ledig: %(role)s", role=role_name(task.role)) + (f", {place}" if place else "")


def _why(task: TaskRow, group: str, around: Surroundings) -> str:
    if task.status == STOPPED:
        return _("Sagen er stoppet her. Det arbejder vi på. Åbn opgaven, hvis svaret skal rettes.")
    answer = around.answers.get(task.id, "")
    if group == OTHERS and answer:
        return answer
    return " ".join(part for part in (answer, task.why_now) if part)


def _act(task: TaskRow, href: str, around: Surroundings) -> Act | None:
    if task.assignee_id == around.actor_id:
        return Act(_("Åbn"), href=href)
    if around.view == UNCLAIMED:
        return Act(_("Tag opgaven"), action=url_for("inbox.claim", task_id=task.id))
    if around.view == COVER:
        return Act(_("Overtag opgaven"), action=url_for("inbox.take_over", task_id=task.id))
    return None


def _word(view: str, current: str) -> Word:
    href = url_for("inbox.index", vis=None if view == MINE else view)
    return Word(_(VIEWS[view]), href, view == current)


def _words_of_cover(around: Surroundings) -> list[Word]:
    return [
        Word(
            _("Jeg dækker for %(name)s", name=each.name),
            url_for("inbox.index", vis=COVER, hvem=each.employee_id),
            each == around.covering,
        )
        for each in around.covered
    ]


def _further(around: Surroundings, after: Key | None) -> str:
    if after is None:
        return ""
    whose = around.covering.employee_id if around.covering else None
    return url_for("inbox.index", vis=around.view, hvem=whose, efter=pack_key(after))
