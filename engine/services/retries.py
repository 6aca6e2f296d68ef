"""When the system tries again by itself: with growing delay, and not for ever."""

from datetime import UTC, datetime, timedelta

from engine.storage.models import TimerRow

FIRST, LONGEST = timedelta(minutes=1), timedelta(days=1)
MOST_TRIES = 20  # by then two weeks have passed: a person must look
WHEN_ASKED = datetime(9999, 1, 1, tzinfo=UTC)  # a timer that waits for somebody to say "try again"


def put_off(timer: TimerRow, now: datetime) -> None:
    """Count a failed try, and set when the next is due: never by itself when all are used up."""
    timer.attempts += 1
    timer.due_at = now + delay(timer.attempts) if tries_left(timer) else WHEN_ASKED


def tries_left(timer: TimerRow) -> int:
    """Return how often the system will still try by itself."""
    return max(MOST_TRIES - timer.attempts, 0)


def next_try(timer: TimerRow) -> datetime | None:
    """Return when the system tries again by itself (UTC), or None when it does not."""
    return None if timer.due_at >= WHEN_ASKED else timer.due_at


def delay(attempts: int) -> timedelta:
    """Return how long to wait after so many failed tries: 1, 4, 16 … minutes, at most a day."""
    growth = min(attempts - 1, 10)  # a bound of its own: unbounded, it would outgrow a timedelta
    return min(FIRST * int(4**growth), LONGEST)
