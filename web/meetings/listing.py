"""The list of my meetings: those to come and those held, the day first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import url_for
from sqlalchemy import func, select

from engine.storage.work import Work
from web.i18n import _, ngettext
from web.meetings import words
from web.meetings.days import Day, closing_of, day_of
from workflows.forums.mine import coming, forums_of, past
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.forums.states import ON_AGENDA
from workflows.municipalities.records import ForumRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A meeting in a line; `closes` is when its agenda does, while that lies ahead."""

    id: str
    forum: str
    href: str
    day: Day
    who: str
    when: str
    state: str
    points: str
    stands: str
    closes: Day | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingsPage:
    """My meetings: those to come, and those of the last half year."""

    coming: Sequence[Line]
    past: Sequence[Line]


def meetings_page(work: Work) -> MeetingsPage:
    """Return my meetings; those that the series draw are written meanwhile."""
    forums = forums_of(work)
    ahead, behind = coming(work, forums), past(work, forums)
    items = _counted(work, [meeting.id for _forum, meeting in (*ahead, *behind)])
    return MeetingsPage(
        coming=[_row(work, *pair, items) for pair in ahead],
        past=[_row(work, *pair, items) for pair in behind],
    )


def _row(work: Work, forum: ForumRow, meeting: MeetingRow, items: Mapping[UUID, int]) -> Line:
    planned = meeting.state == "planned" and work.now < meeting.cut_off_at
    return Line(
        id=f"moede-{meeting.id}",
        forum=forum.name,
        href=url_for("meetings.meeting", meeting_id=meeting.id),
        day=day_of(work, forum, meeting),
        who=" · ".join(
            filter(None, (words.hours(work, meeting.starts_at, meeting.ends_at), meeting.place))
        ),
        when=_when(work, meeting),
        state=_when_state(work, meeting),
        points=ngettext("%(num)d punkt", "%(num)d punkter", items.get(meeting.id, 0)),
        stands="" if planned else words.state_words(_state(work, meeting)).lower(),
        closes=closing_of(work, forum, meeting) if planned else None,
    )


def _state(work: Work, meeting: MeetingRow) -> str:
    """Return where the meeting stands; past its cut-off nothing comes on, closed or not."""
    past_cut_off = meeting.state == "planned" and work.now >= meeting.cut_off_at
    return "agenda_closed" if past_cut_off else meeting.state


def _when(work: Work, meeting: MeetingRow) -> str:
    """Return what sets the meeting apart from one that is merely planned; nothing for that."""
    if meeting.state == "cancelled":
        return words.state_words(meeting.state)
    return _("i dag") if _when_state(work, meeting) == "today" else ""


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
