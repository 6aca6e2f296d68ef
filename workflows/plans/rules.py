"""What a plan's answers and intervals mean."""

from collections.abc import Sequence

from engine.domain.parameters import Period


def lines_of(text: str | None) -> list[str]:
    """Return the non-empty lines of a text, without bullets."""
    return [line for each in (text or "").splitlines() if (line := each.strip().lstrip("-•* "))]


def listed(value: str | Sequence[str] | None) -> list[str]:
    """Return names that a table gave as one text with commas, or as a list."""
    parts = value.split(",") if isinstance(value, str) else (value or ())
    return [part.strip() for part in parts if part.strip()]


def is_within(period: Period, least: Period, most: Period) -> bool:
    """Say whether a follow-up interval lies between the bounds, both allowed.

    Where days meet months, a month counts 28 days for the lower bound and 31 for the upper.
    """
    return _days(period, 28) >= _days(least, 28) and _days(period, 31) <= _days(most, 31)


def _days(period: Period, month: int) -> int:
    return period.months * month + period.days
