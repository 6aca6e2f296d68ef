"""Dates, times and durations: their ISO texts, their parts, and the arithmetic of the calendar.

Years are 1 to 9999. Fractions of a second are kept to the microsecond.
"""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.feel.errors import FeelError
from engine.feel.values import Months, Value

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_TIME = re.compile(
    r"(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,18}))?"
    r"(?:(Z)|([+-])(\d{2}):(\d{2})(?::(\d{2}))?|@([A-Za-z0-9_+\-/]{1,60}))?",
    re.ASCII,
)
_MONTHS = re.compile(r"(-)?P(?:(\d{1,9})Y)?(?:(\d{1,9})M)?", re.ASCII)
_SPAN = re.compile(
    r"(-)?P(?:(\d{1,12})D)?"
    r"(?:T(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,12})(?:\.(\d{0,18}))?S)?)?",
    re.ASCII,
)
_WEEKS = re.compile(r"(-)?P(\d{1,6})W", re.ASCII)

_DAY = 86_400
_MAX_OFFSET = timedelta(hours=18)


def parse_date(text: str) -> date:
    """Return the date of `2027-03-01`. Raises `FeelError`."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise FeelError(f"»{_short(text)}« er ikke en dato (åååå-mm-dd).")
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise FeelError(f"Datoen »{text}« findes ikke.") from None


def parse_time(text: str) -> time:
    """Return the time of `09:30:00`, with or without offset or zone. Raises `FeelError`."""
    match = _TIME.fullmatch(text.removeprefix("T"))
    if match is None:
        raise FeelError(f"»{_short(text)}« er ikke et klokkeslæt (tt:mm:ss).")
    fraction = int((match[4] or "").ljust(6, "0")[:6])
    try:
        return time(int(match[1]), int(match[2]), int(match[3]), fraction, _zone(match))
    except ValueError:
        raise FeelError(f"Klokkeslættet »{text}« findes ikke.") from None


def parse_moment(text: str) -> datetime:
    """Return the date and time of `2027-03-01T09:30:00`; a date alone is its midnight.

    Raises `FeelError` when it is neither.
    """
    day, separator, clock = text.partition("T")
    if not separator:
        return datetime.combine(parse_date(day), time())
    if not clock.startswith("24:00:00"):
        return datetime.combine(parse_date(day), parse_time(clock))
    # Midnight can be written as the end of the day before (ISO 8601).
    try:
        return datetime.combine(parse_date(day) + timedelta(days=1), parse_time("00" + clock[2:]))
    except OverflowError:
        raise FeelError("Datoen falder uden for år 1-9999.") from None


def parse_duration(text: str) -> Months | timedelta:
    """Return the duration of `P1Y6M` or `P14DT2H`; weeks (`P2W`) count as days.

    Raises `FeelError` for anything else.
    """
    if (match := _MONTHS.fullmatch(text)) and (match[2] or match[3]):
        count = 12 * int(match[2] or 0) + int(match[3] or 0)
        return Months(-count if match[1] else count)
    if (match := _SPAN.fullmatch(text)) and not text.endswith(("P", "T")):
        return _span(match)
    if match := _WEEKS.fullmatch(text):
        return timedelta(weeks=int(match[2]) * (-1 if match[1] else 1))
    raise FeelError(f"»{_short(text)}« er ikke en varighed (som P14D eller P1Y6M).")


def parse_temporal(text: str) -> Value:
    """Return whatever `@"text"` stands for. Raises `FeelError` when it is none of them."""
    if text[:1] == "P" or text[:2] == "-P":
        return parse_duration(text)
    if _DATE.fullmatch(text):
        return parse_date(text)
    if _DATE.match(text):
        return parse_moment(text)
    return parse_time(text)


def is_temporal(text: str) -> bool:
    """Tell whether `text` reads as a date, a time or a duration."""
    try:
        parse_temporal(text)
    except FeelError:
        return False
    return True


def offset_zone(offset: timedelta) -> tzinfo:
    """Return the zone so far from UTC. Raises `FeelError` past 18 hours."""
    if abs(offset) > _MAX_OFFSET:
        raise FeelError("En tidszone kan højst være 18 timer fra UTC.")
    return UTC if not offset else timezone(offset)


def show_moment(value: date | time | datetime) -> str:
    """Return the text of the standard; a named zone shows as `@Europe/Copenhagen`."""
    zone = getattr(value, "tzinfo", None)
    if isinstance(value, datetime | time):
        zoned = isinstance(zone, ZoneInfo)
        text = (value.replace(tzinfo=None) if zoned else value).isoformat()
        text = re.sub(r"(\.\d*?)0+(?=$|[+-])", r"\1", text).replace("+00:00", "Z")
        return f"{text}@{zone.key}" if isinstance(zone, ZoneInfo) else text
    return value.isoformat()


def show_duration(value: Months | timedelta) -> str:
    """Return the ISO text of the standard, as `P1Y6M` or `P14DT2H`; nothing is `P0M` or `PT0S`."""
    if isinstance(value, Months):
        years, months = divmod(abs(value.count), 12)
        body = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"{'-' if value.count < 0 else ''}P{body}"
    return _show_span(value)


def seconds_of(value: timedelta) -> Decimal:
    """Return the exact number of seconds."""
    return Decimal(value.days * _DAY + value.seconds) + Decimal(value.microseconds).scaleb(-6)


def span_of(seconds: Decimal) -> timedelta:
    """Return the duration of so many seconds, cut to the microsecond."""
    return timedelta(microseconds=int(seconds.scaleb(6)))


def plus_months(day: date, months: int) -> date:
    """Return the same day so many months on, or the last day of that month; keeps the time.

    Raises `FeelError` outside the years 1 to 9999.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        raise FeelError("Datoen falder uden for år 1-9999.")
    last = monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def plus_span(start: date | time, span: timedelta) -> date | time:
    """Return `start` moved on the time line: a date by whole days, a time round the clock."""
    if isinstance(start, datetime):
        if start.tzinfo is None:
            return start + span
        return (start.astimezone(UTC) + span).astimezone(start.tzinfo)
    if isinstance(start, date):
        return (datetime.combine(start, time()) + span).date()
    anchor = datetime.combine(date(2000, 1, 3), start.replace(tzinfo=None))
    turned = anchor + timedelta(seconds=span.seconds, microseconds=span.microseconds)
    return turned.time().replace(tzinfo=start.tzinfo)


def months_between(start: date, end: date) -> int:
    """Return the whole months from `start` to `end`, negative when `end` comes first."""
    if end < start:
        return -months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    ahead = plus_months(start, months) > end or end.day < start.day
    return months - 1 if months and ahead else months


def _zone(match: re.Match[str]) -> tzinfo | None:
    if match[5]:
        return UTC
    if match[6]:
        offset = timedelta(hours=int(match[7]), minutes=int(match[8]), seconds=int(match[9] or 0))
        return offset_zone(-offset if match[6] == "-" else offset)
    return named_zone(match[10]) if match[10] else None


def named_zone(name: str) -> tzinfo:
    """Return the zone of the IANA `name`. Raises `FeelError` when there is none."""
    if name in {"Z", "UTC", "Etc/UTC"}:
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise FeelError(f"Tidszonen »{name}« findes ikke.") from None


def _span(match: re.Match[str]) -> timedelta:
    micros = int((match[6] or "").ljust(6, "0")[:6])
    try:
        span = timedelta(
            days=int(match[2] or 0),
            hours=int(match[3] or 0),
            minutes=int(match[4] or 0),
            seconds=int(match[5] or 0),
            microseconds=micros,
        )
    except OverflowError:
        raise FeelError("Varigheden er for lang.") from None
    return -span if match[1] else span


def _show_span(value: timedelta) -> str:
    whole = abs(value)
    hours, rest = divmod(whole.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{whole.microseconds:06}".rstrip("0") if whole.microseconds else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{fraction}S" if seconds or fraction else ""
    days = f"{whole.days}D" if whole.days else ""
    if not days and not clock:
        return "PT0S"
    return f"{'-' if value < timedelta() else ''}P{days}{'T' if clock else ''}{clock}"


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
