"""The date, time and duration functions of the standard, but for today() and now().

What day it is comes from the caller: see `engine.feel.expressions`.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.errors import FeelError
from engine.feel.signatures import (
    clock,
    clocked,
    day_or_moment,
    duration,
    function,
    moment,
    number,
    signature,
    span_of_time,
    text,
    whole,
)
from engine.feel.temporal import (
    months_between,
    named_zone,
    offset_zone,
    parse_date,
    parse_duration,
    parse_moment,
    parse_temporal,
    parse_time,
)
from engine.feel.values import Function, Months, Value

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _date_of(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _date_from_parts(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        raise FeelError(f"datoen {year}-{month}-{day} findes ikke.") from None


def _time_of(value: date | time) -> time:
    if isinstance(value, datetime):
        return value.timetz()
    return value if isinstance(value, time) else time(tzinfo=UTC)


def _time_from_parts(
    hour: int, minute: int, second: Decimal, offset: timedelta | None = None
) -> time:
    zone = None if offset is None else offset_zone(offset)
    if not 0 <= second < 60:
        raise FeelError("»second« skal ligge mellem 0 og 60.")
    micros = int(second % 1 * 1_000_000)
    try:
        return time(hour, minute, int(second), micros, zone)
    except (ValueError, OverflowError):
        raise FeelError("klokkeslættet findes ikke.") from None


def _moment_of(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time(tzinfo=UTC))


def _joined(day: date, at: time) -> datetime:
    return datetime.combine(_date_of(day), at)


def _in_zone(value: datetime, zone: str) -> datetime:
    target = named_zone(zone)
    return value.replace(tzinfo=target) if value.tzinfo is None else value.astimezone(target)


def _months_between(start: date, end: date) -> Months:
    return Months(months_between(_date_of(start), _date_of(end)))


def _day_of_year(value: date) -> Decimal:
    return Decimal(value.timetuple().tm_yday)


def _week_of_year(value: date) -> Decimal:
    return Decimal(value.isocalendar().week)


def _same_value(value: Value) -> Value:
    return value


def _last_day_of_month(value: date) -> date:
    first = _date_of(value).replace(day=1)
    return (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


DATE_FUNCTIONS: tuple[Function, ...] = (
    function("@", signature(parse_temporal, text("from"))),
    function(
        "date",
        signature(parse_date, text("from")),
        signature(_date_of, day_or_moment("from")),
        signature(_date_from_parts, whole("year"), whole("month"), whole("day")),
    ),
    function(
        "time",
        signature(parse_time, text("from")),
        signature(_time_of, clocked("from")),
        signature(
            _time_from_parts,
            whole("hour"),
            whole("minute"),
            number("second"),
            span_of_time("offset", optional=True),
        ),
    ),
    function(
        "date and time",
        signature(parse_moment, text("from")),
        signature(_moment_of, day_or_moment("from")),
        signature(_joined, day_or_moment("date"), clock("time")),
        signature(_in_zone, moment("date"), text("timezone")),
    ),
    function(
        "duration",
        signature(parse_duration, text("from")),
        signature(_same_value, duration("from")),
    ),
    function(
        "years and months duration",
        signature(_months_between, day_or_moment("from"), day_or_moment("to")),
    ),
    function("day of year", signature(_day_of_year, day_or_moment("date"))),
    function("day of week", signature(lambda d: _DAYS[d.weekday()], day_or_moment("date"))),
    function("month of year", signature(lambda d: _MONTHS[d.month - 1], day_or_moment("date"))),
    function("week of year", signature(_week_of_year, day_or_moment("date"))),
    function("last day of month", signature(_last_day_of_month, day_or_moment("date"))),
)
