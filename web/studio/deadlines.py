"""A deadline rule in words, where it is one of the simple ones."""

from collections.abc import Iterator

from engine.domain.calendars import DayType
from engine.domain.errors import CaseworkError
from engine.domain.parameters import Parameters, Period, is_period, parse_period
from engine.feel.expressions import parse
from engine.feel.syntax import Call, Literal, Name, Node
from web.i18n import _, ngettext


def rule_in_words(rule: str, parameters: Parameters) -> str:
    """Return "5 arbejdsdage efter, at opgaven oprettes", or the rule itself as it is written."""
    try:
        tree = parse(rule).tree
    except CaseworkError:
        return rule
    if not isinstance(tree, Call) or len(tree.arguments) != 2:
        return rule
    origin, length = tree.arguments
    period = _period(length, parameters)
    start = origin.name if isinstance(origin, Name) else ""
    if not period or not start:
        return rule
    if tree.function == Name("after") and start == "created":
        return _("%(period)s efter, at opgaven oprettes", period=period)
    if tree.function == Name("after"):
        return _("%(period)s efter »%(start)s«", period=period, start=start)
    if tree.function == Name("before"):
        return _("%(period)s før »%(start)s«", period=period, start=start)
    return rule


def _period(node: Node, parameters: Parameters) -> str:
    """Return the length in words; of a parameter, what it is worth here."""
    value = node.value if isinstance(node, Literal) else _parameter(node, parameters)
    if isinstance(value, str) and is_period(value):
        return period_in_words(parse_period(value))
    return ""


def period_in_words(period: Period) -> str:
    """Return a length of time in the language of the page: "5 arbejdsdage", "17 år 3 måneder"."""
    return " ".join(_parts(period)) or "0"


def _parts(period: Period) -> Iterator[str]:
    years, months = divmod(period.months, 12)
    if years:
        yield _("%(years)d år", years=years)
    if months:
        yield ngettext("%(num)d måned", "%(num)d måneder", months)
    if period.days:
        yield _days(period.days, period.day_type)
    if period.hours:
        yield ngettext("%(num)d time", "%(num)d timer", period.hours)


def _days(number: int, day_type: DayType) -> str:
    match day_type:
        case DayType.WORKING:
            return ngettext("%(num)d arbejdsdag", "%(num)d arbejdsdage", number)
        case DayType.SCHOOL:
            return ngettext("%(num)d skoledag", "%(num)d skoledage", number)
        case DayType.WEEKDAY_SAT:
            return ngettext("%(num)d hverdag", "%(num)d hverdage", number)
        case _:
            return ngettext("%(num)d kalenderdag", "%(num)d kalenderdage", number)


def _parameter(node: Node, parameters: Parameters) -> object:
    if isinstance(node, Call) and node.function == Name("param") and len(node.arguments) == 1:
        key = node.arguments[0]
        if isinstance(key, Literal) and str(key.value) in parameters:
            return parameters.get(str(key.value))
    return None
