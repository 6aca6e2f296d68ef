"""The day of a meeting: it tells why while it lies ahead, and is of record once it was held."""

from dataclasses import dataclass

from engine.storage.work import Work
from web.explaining import Dated, dated
from web.i18n import _, format_day
from workflows.forums.explaining import why_cut_off, why_held
from workflows.forums.records import MeetingRow
from workflows.municipalities.records import ForumRow

RECORD = "meeting"
_HELD = ("held", "minutes_approved")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day in words: with its reason in `dated`, or named by the `record` that it is of."""

    value: str
    dated: Dated | None = None
    record: str = ""
    label: str = ""


def day_of(work: Work, forum: ForumRow, meeting: MeetingRow) -> Day:
    """Return the day of the meeting, under its label."""
    said, label = format_day(meeting.held_on, work.today), _("Mødet")
    if meeting.state in _HELD:
        return Day(value=said, record=RECORD, label=label)
    return Day(
        value=said, dated=dated(meeting.held_on, why_held(work, forum, meeting)), label=label
    )


def closing_of(work: Work, forum: ForumRow, meeting: MeetingRow) -> Day:
    """Return the day on which the agenda closes, or closed."""
    said = format_day(meeting.cut_off_on, work.today)
    if meeting.state in _HELD:
        return Day(value=said, record=RECORD)
    return Day(value=said, dated=dated(meeting.cut_off_on, why_cut_off(work, forum, meeting)))
