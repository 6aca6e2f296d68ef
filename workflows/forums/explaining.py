"""Why a meeting is held when it is, and why its agenda closes when it does."""

from datetime import date

from engine.domain.parameters import is_period
from engine.domain.reckonings import Kept, Moved, as_kept, rolled
from engine.storage.work import Work
from workflows.forums.records import MeetingRow
from workflows.municipalities.records import ForumRow

CUT_OFF = "agenda.cutoff"


def why_held(work: Work, forum: ForumRow, meeting: MeetingRow) -> list[Kept]:
    """Return how the day of the meeting came about, a move by hand included."""
    steps = why_meeting(work, forum, meeting.drawn_on)
    if meeting.held_on.isoformat() == steps[-1]["to"]:
        return steps
    return [*steps, {"by": "moved", "to": meeting.held_on.isoformat()}]


def why_cut_off(work: Work, forum: ForumRow, meeting: MeetingRow) -> list[Kept]:
    """Return how the day on which the agenda closes came about."""
    general = work.parameters.entry(CUT_OFF)
    move = Moved(
        by="before",
        start=meeting.held_on,
        landed=meeting.cut_off_on,
        period=forum.cut_off or str(general.value),
        key="" if forum.cut_off else CUT_OFF,
        source="" if forum.cut_off else general.source,
    )
    return [*why_held(work, forum, meeting), as_kept(work.calendar, move)]


def why_meeting(work: Work, forum: ForumRow, drawn_on: date) -> list[Kept]:
    """Return how the series of the forum comes to `drawn_on`, and off a day that does not count.

    A meeting outside any series has its day from whoever called it.
    """
    held_on = work.calendar.roll_forward(drawn_on)
    if forum.anchor is None or not forum.cadence:
        return [
            {"by": "given", "to": drawn_on.isoformat()},
            *rolled(work.calendar, drawn_on, held_on),
        ]
    step, cadence = {"by": "series", "to": drawn_on.isoformat()}, forum.cadence
    if cadence in work.parameters:
        entry = work.parameters.entry(cadence)
        step |= {"key": entry.key, "source": entry.source}
        cadence = str(entry.value)
    step |= {"period" if is_period(cadence) else "rule": cadence}
    anchor = {"by": "given", "name": "anchor", "to": forum.anchor.isoformat()}
    return [anchor, step, *rolled(work.calendar, drawn_on, held_on)]
