"""The page of a meeting: agenda, who comes, what its convenor does next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import url_for

from engine.storage.work import Work
from web.i18n import _, format_day
from web.inbox.presenters import Act
from web.meetings import words
from web.meetings.days import Day, closing_of, day_of
from web.meetings.points import Item, Points
from web.words import role_name
from workflows.forums.agenda import agenda, leads
from workflows.forums.attendance import Chair, chairs
from workflows.forums.mine import meeting_to_see
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.forums.states import ON_AGENDA


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
    forum: str
    day: Day
    closes: Day
    state: str
    chip: str
    when: str
    place: str
    moved: str
    items: Sequence[Item]
    gone: Sequence[Item]
    seats: Sequence[Seat]
    next: Act | None
    wait: str
    attendance_href: str
    move_href: str
    cancel_href: str


def meeting_page(work: Work, meeting_id: UUID) -> MeetingPage:
    """Return the page of a meeting. Raises `NotFound` for those who do not sit in the forum."""
    forum, meeting = meeting_to_see(work, meeting_id)
    leading = leads(work, forum)
    found = agenda(work, meeting)
    drawn = Points.of(work, forum, meeting, found, leading)
    seated = chairs(work, meeting)
    open_to_change = leading and meeting.state in ("planned", "agenda_closed")
    return MeetingPage(
        title=f"{forum.name}, {words.day_words(work, meeting.held_on)}",
        forum=forum.name,
        day=day_of(work, forum, meeting),
        closes=closing_of(work, forum, meeting),
        state=words.state_words(meeting.state),
        chip=words.state_chip(meeting.state),
        when=words.hours(work, meeting.starts_at, meeting.ends_at),
        place=meeting.place,
        moved=format_day(meeting.moved_from, work.today) if meeting.moved_from else "",
        items=[drawn.item(one) for one in found if one.status in (*ON_AGENDA, "decided")],
        gone=[drawn.item(one) for one in found if one.status in ("moved", "withdrawn")],
        seats=[_seat(chair, drawn.names) for chair in seated],
        next=_next(work, meeting, found, seated) if leading else None,
        wait=_wait(work, meeting) if leading else "",
        attendance_href=_for(meeting, "attendance") if _takes_attendance(meeting, leading) else "",
        move_href=_for(meeting, "move") if open_to_change else "",
        cancel_href=_for(meeting, "cancel") if open_to_change else "",
    )


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
