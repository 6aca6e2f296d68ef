"""When a message may leave the house: at once, outside quiet hours, or with the morning's mail."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from engine.domain.calendars import WorkingCalendar
from engine.domain.errors import InvalidDefinition
from engine.domain.parameters import Parameters

FROM_KEY, TO_KEY, DAYS_OFF_KEY = "quiet.from", "quiet.to", "quiet.days_off"


class Leaves(StrEnum):
    """How a message leaves the house."""

    AT_ONCE = "at_once"  # what the law or the hour hurries: in quiet hours too
    AWAKE = "awake"  # by itself, as soon as it is not quiet
    DIGEST = "digest"  # as a line in the one mail that its reader gets on a working morning


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `begins` to `ends` local time, and, with `days_off`, on every day that is none of work.

    The two being equal means no quiet hours on a working day.
    """

    begins: time
    ends: time
    days_off: bool

    def include(self, calendar: WorkingCalendar, now: datetime) -> bool:
        """Say whether ordinary messages wait at `now` (UTC)."""
        local = now.astimezone(calendar.timezone)
        if self.days_off and not calendar.is_counting(local.date()):
            return True
        at = local.time()
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


def quiet_hours(parameters: Parameters) -> QuietHours:
    """Return the quiet hours of a municipality; one that names none has none.

    Raises `InvalidDefinition` for a time that is none.
    """
    return QuietHours(
        _time(parameters, FROM_KEY),
        _time(parameters, TO_KEY),
        DAYS_OFF_KEY in parameters and parameters.get(DAYS_OFF_KEY) is True,
    )


def _time(parameters: Parameters, key: str) -> time:
    written = str(parameters.get(key)) if key in parameters else "00:00"
    try:
        return time.fromisoformat(written)
    except ValueError:
        raise InvalidDefinition(
            f"Parameteren »{key}«: »{written}« er ikke et klokkeslæt som 18:00."
        ) from None
