"""The one place that asks the machine for the time, and a clock for simulations."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(slots=True)
class MovableClock:
    """A clock that stands still until told to move, and moves only forward.

    `moment` is aware; it is kept in UTC.
    """

    moment: datetime

    def __post_init__(self) -> None:
        self.moment = _in_utc(self.moment)

    def now(self) -> datetime:
        """Return the moment the clock was last moved to, aware, in UTC."""
        return self.moment

    def move_to(self, moment: datetime) -> None:
        """Move to `moment`. Raises `ValueError` for a moment that is past; nothing moves then."""
        wanted = _in_utc(moment)
        if wanted < self.moment:
            raise ValueError(f"a clock does not go back from {self.moment} to {wanted}")
        self.moment = wanted

    def forward(self, step: timedelta) -> None:
        """Move `step` of elapsed time ahead. Raises `ValueError` for a negative step."""
        self.move_to(self.moment + step)


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)
