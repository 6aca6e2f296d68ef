"""Why a meeting is held when it is, and why its agenda closes when it does.

Both are kept with the meeting from when it is planned: its series may be another by now.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from engine.domain.calendars import WorkingCalendar
from engine.domain.parameters import is_period
from engine.domain.reckonings import Kept, Moved, as_kept, rolled
from engine.domain.series import Meeting
from engine.storage.house import Configuration
from engine.storage.work import Work
from workflows.forums.records import MeetingRow
from workflows.forums.rules import CUT_OFF
from workflows.municipalities.records import ForumRow


def why_held(work: Work, forum: ForumRow, meeting: MeetingRow) -> list[Kept]:
    """Return how the day of the meeting came about, a move by hand included.

    One that was planned before such things were kept is explained by the series of today.
    """
    steps = meeting.why or why_drawn(work.configuration, forum, meeting.drawn_on)
    return why_moved(steps, as_drawn(meeting))


def why_cut_off(work: Work, forum: ForumRow, meeting: MeetingRow) -> list[Kept]:
    """Return how the day on which the agenda closes came about."""
    closing = meeting.why_cut_off or why_closing(work.configuration, forum, as_drawn(meeting))
    return [*why_held(work, forum, meeting), *closing]


def as_drawn(meeting: MeetingRow) -> Meeting:
    """Return the meeting as a series draws one."""
    return Meeting(meeting.held_on, meeting.cut_off_at, meeting.drawn_on)


def why_closing(settings: Configuration, forum: ForumRow, meeting: Meeting) -> list[Kept]:
    """Return the step from the day of a meeting to the day on which its agenda closes."""
    general = settings.parameters.entry(CUT_OFF)
    move = Moved(
        by="before",
        start=meeting.meets_on,
        landed=settings.calendar.local_date(meeting.cutoff_at),
        period=forum.cut_off or str(general.value),
        key="" if forum.cut_off else CUT_OFF,
        source="" if forum.cut_off else general.source,
    )
    return [as_kept(settings.calendar, move)]


def why_drawn(settings: Configuration, forum: ForumRow, drawn_on: date) -> list[Kept]:
    """Return how the series of the forum comes to `drawn_on`, and off a day that does not count.

    A meeting outside any series has its day from whoever called it.
    """
    off = _rolled(settings.calendar, drawn_on)
    if forum.anchor is None or not forum.cadence:
        return [{"by": "given", "to": drawn_on.isoformat()}, *off]
    step, cadence = {"by": "series", "to": drawn_on.isoformat()}, forum.cadence
    if cadence in settings.parameters:
        entry = settings.parameters.entry(cadence)
        step |= {"key": entry.key, "source": entry.source}
        cadence = str(entry.value)
    step |= {"period" if is_period(cadence) else "rule": cadence}
    anchor = {"by": "given", "name": "anchor", "to": forum.anchor.isoformat()}
    return [anchor, step, *off]


def why_moved(steps: Sequence[Kept], meeting: Meeting) -> list[Kept]:
    """Return `steps` with the move by hand to the day of the meeting, where they lead elsewhere."""
    to = meeting.meets_on.isoformat()
    return list(steps) if steps[-1]["to"] == to else [*steps, {"by": "moved", "to": to}]


def _rolled(calendar: WorkingCalendar, day: date) -> list[dict[str, Any]]:
    return rolled(calendar, day, calendar.roll_forward(day))
