"""The list of meetings and the page of one: agenda, who comes, what was decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import url_for
from sqlalchemy import func, select

from engine.storage.models import TaskRow
from engine.storage.work import Work
from web.cases.looking import shown
from web.explaining import why_that_day
from web.i18n import _, age_in_words, format_day, ngettext
from web.inbox.presenters import Act, Row
from web.inbox.reading import WhoItIsAbout, names_of, young_people
from web.meetings import words
from web.words import role_name
from workflows.forums.agenda import agenda, leads
from workflows.forums.agreements import agreements_of
from workflows.forums.attendance import Chair, chairs, quorum
from workflows.forums.explaining import why_cut_off, why_held
from workflows.forums.mine import coming, forums_of, meeting_to_see, past
from workflows.forums.records import AgendaItemRow, AgreementRow, MeetingRow
from workflows.forums.states import ON_AGENDA
from workflows.municipalities.directory import LEADER_FORUM
from workflows.municipalities.records import ForumRow


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingsPage:
    """My meetings: those to come, and those of the last half year."""

    coming: Sequence[Row]
    past: Sequence[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A line of the minutes."""

    goal: str
    agreement: str
    owner: str
    due: str
    done: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item as the reader may see it: without `href` they may not open the case."""

    what: str
    href: str
    reason: str
    status: str
    chip: str
    needs: str
    missing: str
    result: str
    agreed: Sequence[Agreed]
    act: Act | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A chair in words."""

    name: str
    role: str
    came: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPage:
    """One meeting. `next` is the one thing its convenor does next; `others` what may be done."""

    title: str
    state: str
    chip: str
    when: str
    place: str
    moved: str
    why_day: Sequence[str]
    cut_off: str
    why_cut_off: Sequence[str]
    items: Sequence[Item]
    gone: Sequence[Item]
    seats: Sequence[Seat]
    next: Act | None
    wait: str
    attendance_href: str
    move_href: str
    cancel_href: str


def meetings_page(work: Work) -> MeetingsPage:
    """Return my meetings; those that the series draw are written meanwhile."""
    forums = forums_of(work)
    ahead, behind = coming(work, forums), past(work, forums)
    items = _counted(work, [meeting.id for _forum, meeting in (*ahead, *behind)])
    return MeetingsPage(
        coming=[_row(work, *pair, items) for pair in ahead],
        past=[_row(work, *pair, items) for pair in behind],
    )


def meeting_page(work: Work, meeting_id: UUID) -> MeetingPage:
    """Return the page of a meeting. Raises `NotFound` for those who do not sit in the forum."""
    forum, meeting = meeting_to_see(work, meeting_id)
    leading = leads(work, forum)
    found = agenda(work, meeting)
    drawn = _Drawn.of(work, forum, meeting, found, leading)
    seated = chairs(work, meeting)
    open_to_change = leading and meeting.state in ("planned", "agenda_closed")
    return MeetingPage(
        title=f"{forum.name}, {words.day_words(work, meeting.held_on)}",
        state=words.state_words(meeting.state),
        chip=words.state_chip(meeting.state),
        when=words.hours(work, meeting.starts_at, meeting.ends_at),
        place=meeting.place,
        moved=format_day(meeting.moved_from, work.today) if meeting.moved_from else "",
        why_day=why_that_day(why_held(work, forum, meeting)),
        cut_off=format_day(meeting.cut_off_on, work.today),
        why_cut_off=why_that_day(why_cut_off(work, forum, meeting)),
        items=[drawn.item(one) for one in found if one.status in (*ON_AGENDA, "decided")],
        gone=[drawn.item(one) for one in found if one.status in ("moved", "withdrawn")],
        seats=[_seat(chair, drawn.names) for chair in seated],
        next=_next(work, meeting, found, seated) if leading else None,
        wait=_wait(work, meeting) if leading else "",
        attendance_href=_for(meeting, "attendance") if _takes_attendance(meeting, leading) else "",
        move_href=_for(meeting, "move") if open_to_change else "",
        cancel_href=_for(meeting, "cancel") if open_to_change else "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """What the items of one meeting are drawn from, loaded once."""

    work: Work
    meeting: MeetingRow
    leading: bool
    known: set[UUID]
    people: Mapping[UUID, WhoItIsAbout]
    names: Mapping[UUID, str]
    agreed: Mapping[UUID, Sequence[AgreementRow]]
    tasks: Mapping[UUID, TaskRow]

    @classmethod
    def of(
        cls,
        work: Work,
        forum: ForumRow,
        meeting: MeetingRow,
        items: Sequence[AgendaItemRow],
        leading: bool,
    ) -> "_Drawn":
        cases = {item.case_id for item in items if item.status in (*ON_AGENDA, "decided")}
        known = set() if forum.type == LEADER_FORUM else shown(work, cases, "meeting")
        rows = agreements_of(work, [item.id for item in items])
        tasks = [row.task_id for row in rows] + [item.task_id for item in items]
        by_item: dict[UUID, list[AgreementRow]] = {}
        for row in rows:
            by_item.setdefault(row.item_id, []).append(row)
        substitutes = [
            one.attendance.substitute_id for one in chairs(work, meeting) if one.attendance
        ]
        return cls(
            work=work,
            meeting=meeting,
            leading=leading,
            known=known,
            people=young_people(work, known),
            names=names_of(work, [*(row.owner_id for row in rows), *substitutes]),
            agreed=by_item,
            tasks=_tasks(work, [each for each in tasks if each]),
        )

    def item(self, item: AgendaItemRow) -> Item:
        """Return the item; who it is about only for those who may know."""
        may_know = item.case_id in self.known
        on_agenda = item.status in ON_AGENDA
        return Item(
            what=self._what(item, may_know),
            href=url_for("cases.case", case_id=item.case_id) if may_know else "",
            reason=words.reason_words(item.reason),
            status=words.item_words(item.status),
            chip=words.item_chip(item.status),
            needs=", ".join(role_name(role) for role in item.disciplines) if on_agenda else "",
            missing=self._missing(item),
            result=words.result_words(item.result) if self._may_read(item, may_know) else "",
            agreed=self._agreed(item) if self._may_read(item, may_know) else (),
            act=self._act(item),
        )

    def _may_read(self, item: AgendaItemRow, may_know: bool) -> bool:
        return may_know or item.task_id is not None

    def _what(self, item: AgendaItemRow, may_know: bool) -> str:
        if may_know:
            one = self.people[item.case_id]
            return f"{one.first_name}, {age_in_words(one.birth_date, self.work.today)}"
        task = self.tasks.get(item.task_id) if item.task_id else None
        return task.title if task else _("Et punkt, du ikke kan se")

    def _missing(self, item: AgendaItemRow) -> str:
        if not self.leading or self.meeting.state != "held" or item.status != "released":
            return ""
        found = quorum(self.work, self.meeting, item)
        if found.missing:
            roles = ", ".join(role_name(role) for role in found.missing)
            return _("Mangler med mandat: %(roles)s", roles=roles)
        if found.too_few:
            return ngettext(
                "Mangler %(num)d fagområde", "Mangler %(num)d fagområder", found.too_few
            )
        return ""

    def _act(self, item: AgendaItemRow) -> Act | None:
        on = item.status in ("released", "with_leader") or item.task_id or item.reason == "handover"
        if not (self.leading and self.meeting.state == "held" and on and item.status in ON_AGENDA):
            return None
        href = url_for("meetings.item", meeting_id=self.meeting.id, item_id=item.id)
        return Act(_("Beslut punktet"), href=href)

    def _agreed(self, item: AgendaItemRow) -> list[Agreed]:
        return [self._line(row) for row in self.agreed.get(item.id, ())]

    def _line(self, row: AgreementRow) -> Agreed:
        task = self.tasks.get(row.task_id) if row.task_id else None
        return Agreed(
            goal=row.goal,
            agreement=row.agreement,
            owner=self.names.get(row.owner_id, ""),
            due=format_day(row.due_on, self.work.today),
            done=_("gjort") if task and task.status == "completed" else _("ikke gjort endnu"),
        )


def _row(work: Work, forum: ForumRow, meeting: MeetingRow, items: Mapping[UUID, int]) -> Row:
    count = items.get(meeting.id, 0)
    points = ngettext("%(num)d punkt", "%(num)d punkter", count)
    closes = _("dagsordenen lukker %(day)s", day=format_day(meeting.cut_off_on, work.today))
    planned = meeting.state == "planned" and work.now < meeting.cut_off_at
    stands = closes if planned else words.state_words(_state(work, meeting)).lower()
    return Row(
        what=forum.name,
        href=_for(meeting, "meeting"),
        who=" · ".join(
            filter(None, (words.hours(work, meeting.starts_at, meeting.ends_at), meeting.place))
        ),
        when=format_day(meeting.held_on, work.today),
        state=_when_state(work, meeting),
        why=f"{points} · {stands}",
        act=None,
    )


def _state(work: Work, meeting: MeetingRow) -> str:
    """Return where the meeting stands; past its cut-off nothing comes on, closed or not."""
    past_cut_off = meeting.state == "planned" and work.now >= meeting.cut_off_at
    return "agenda_closed" if past_cut_off else meeting.state


def _when_state(work: Work, meeting: MeetingRow) -> str:
    if meeting.state == "cancelled":
        return "off"
    unfinished = meeting.state in ("planned", "agenda_closed", "held")
    if meeting.held_on == work.today and unfinished:
        return "today"
    return "done" if meeting.state == "minutes_approved" else "plain"


def _counted(work: Work, meeting_ids: Sequence[UUID]) -> Mapping[UUID, int]:
    query = (
        select(AgendaItemRow.meeting_id, func.count())
        .where(
            AgendaItemRow.meeting_id.in_(list(meeting_ids)),
            AgendaItemRow.status.in_((*ON_AGENDA, "decided")),
        )
        .group_by(AgendaItemRow.meeting_id)
    )
    return dict(work.session.execute(query).all())


def _tasks(work: Work, task_ids: Sequence[UUID]) -> Mapping[UUID, TaskRow]:
    query = select(TaskRow).where(TaskRow.id.in_(list(task_ids)))
    return {row.id: row for row in work.session.scalars(query)}


def _seat(chair: Chair, names: Mapping[UUID, str]) -> Seat:
    row = chair.attendance
    came = words.came_words(row.status) if row else ""
    parts = [
        came,
        names.get(row.substitute_id, "") if row and row.substitute_id else "",
        _("uden mandat") if row and row.status != "absent" and not row.has_mandate else "",
        row.note if row else "",
    ]
    return Seat(name=chair.name, role=role_name(chair.role), came=", ".join(filter(None, parts)))


def _next(
    work: Work, meeting: MeetingRow, items: Sequence[AgendaItemRow], seated: Sequence[Chair]
) -> Act | None:
    today = work.today >= meeting.held_on
    if meeting.state in ("planned", "agenda_closed") and today and work.now >= meeting.cut_off_at:
        return Act(_("Åbn mødet"), action=_for(meeting, "hold"))
    if meeting.state == "planned" and work.now >= meeting.cut_off_at:
        return Act(_("Luk dagsordenen"), action=_for(meeting, "close"))
    settled = all(item.status not in ("waiting", "released") for item in items)
    if meeting.state == "held" and not any(chair.attendance for chair in seated):
        return Act(_("Skriv, hvem der kom"), href=_for(meeting, "attendance"))
    if meeting.state == "held" and settled:
        return Act(_("Godkend referatet"), action=_for(meeting, "approve"))
    return None


def _wait(work: Work, meeting: MeetingRow) -> str:
    """Say what the convenor waits for."""
    if meeting.state == "agenda_closed" and work.today < meeting.held_on:
        return _("Mødet kan åbnes på dagen.")
    if meeting.state == "held":
        return _("Referatet kan godkendes, når alle punkter er besluttet eller udsat.")
    return ""


def _takes_attendance(meeting: MeetingRow, leading: bool) -> bool:
    return leading and meeting.state in ("planned", "agenda_closed", "held")


def _for(meeting: MeetingRow, endpoint: str) -> str:
    return url_for(f"meetings.{endpoint}", meeting_id=meeting.id)


def date_parts(day: date) -> Mapping[str, str]:
    """Return a day as a date field shows it."""
    return {"day": str(day.day), "month": str(day.month), "year": str(day.year)}
