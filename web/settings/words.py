"""Settings in the words of those who own them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.domain.parameters import Period, Value, is_period, parse_period
from web.i18n import N_, _, format_day, language
from web.studio.deadlines import period_in_words
from workflows.municipalities.configuration import days_of_period
from workflows.municipalities.layers import (
    CLOSING_DAY,
    PARAMETER,
    SCHOOL,
    SCHOOL_CLOSING,
    SCHOOL_HOLIDAY,
    Change,
    Content,
)

_MONTHS = (
    N_("januar"), N_("februar"), N_("marts"), N_("april"), N_("maj"), N_("juni"),
    N_("juli"), N_("august"), N_("september"), N_("oktober"), N_("november"), N_("december"),
)  # fmt: skip
_SCHOOL = {"name": N_("Navn"), "common": N_("Kommunens skoleferier gælder også her")}
_SERIES = {
    "cadence": N_("Hvor tit"),
    "anchor": N_("Første møde i rækken"),
    "cut_off": N_("Dagsordenen lukker før mødet"),
    "starts": N_("Fra klokken"),
    "ends": N_("Til klokken"),
    "place": N_("Sted"),
}


_DAYS = {
    CLOSING_DAY: N_("Lukkedag"),
    SCHOOL_HOLIDAY: N_("Skoleferie"),
    SCHOOL_CLOSING: N_("Skolens egen fridag"),
}


def common_words(common: bool) -> str:
    """Return whose days off a school has."""
    if common:
        return _("Kommunens skoleferier gælder også her. Skolens egne fridage kommer oveni.")
    return _("Skolen har helt sin egen kalender. Kommunens skoleferier gælder ikke her.")


def title_of(content: Content, key: str) -> str:
    """Return what a parameter is called; its key where it has no title."""
    return str(content.get(PARAMETER, {}).get(key, {}).get("title", key))


def value_words(value: Any) -> str:
    """Return what a parameter is worth, as people say it."""
    if isinstance(value, tuple | list):
        return ", ".join(value_words(each) for each in value)
    if isinstance(value, bool):
        return _("ja") if value else _("nej")
    if is_period(value):
        return period_in_words(parse_period(str(value)))
    return written_value(value)


def written_value(value: Any) -> str:
    """Return what a parameter is worth, as it is typed."""
    if isinstance(value, tuple | list):
        return ", ".join(written_value(each) for each in value)
    if isinstance(value, bool):
        return "ja" if value else "nej"
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)


def period_words(period: Period) -> str:
    """Return a length of time."""
    return period_in_words(period)


def cadence_words(cadence: str) -> str:
    """Return how often a forum meets: "hver 14. dag"; a rule as it is written."""
    if not is_period(cadence):
        return cadence
    period = parse_period(cadence)
    if period.days and not period.months:
        return _("hver %(days)d. dag", days=period.days)
    if period.months == 1 and not period.days:
        return _("hver måned")
    return _("hver gang der er gået %(period)s", period=period_in_words(period))


def unit_words(value: Value) -> str:
    """Return in what a parameter is measured."""
    first = value[0] if isinstance(value, tuple) else value
    if isinstance(first, bool):
        return _("ja eller nej")
    if isinstance(first, int | float):
        return _("tal")
    return _("tid") if is_period(first) else _("tekst")


def written(default: Value) -> str:
    """Return how the value of such a parameter is written."""
    if isinstance(default, tuple):
        return _("Flere skrives med komma imellem.")
    if isinstance(default, bool):
        return _("Skriv ja eller nej.")
    if is_period(default):
        return _(
            "WD er arbejdsdage, CD kalenderdage, SD skoledage, h timer, P3M tre måneder, "
            "17y6m en alder."
        )
    return ""


def day_key_words(key: str, today: date) -> str:
    """Return "24. december, hvert år", or the day as a list says it."""
    if len(key) == len("12-24"):
        return _("%(day)s, hvert år", day=_day_of_year(int(key[3:]), int(key[:2])))
    return format_day(date.fromisoformat(key), today)


def period_key_words(key: str, today: date) -> str:
    """Return a holiday from its first to its last day."""
    since, until = days_of_period(key)
    first, last = format_day(since, today), format_day(until, today)
    return first if since == until else _("%(first)s til %(last)s", first=first, last=last)


def key_words(change: Change, today: date, titles: Content | None = None) -> str:
    """Return what a change is about."""
    name = change.after or change.before
    if change.kind == CLOSING_DAY:
        return f"{name}, {day_key_words(change.key, today)}"
    if change.kind == SCHOOL_HOLIDAY:
        return f"{name}, {period_key_words(change.key, today)}"
    if change.kind == SCHOOL:
        return str(name["name"])
    if change.kind == SCHOOL_CLOSING:
        code, _sep, period = change.key.partition("/")
        school = (titles or {}).get(SCHOOL, {}).get(code, {}).get("name", code)
        return f"{school}: {name}, {period_key_words(period, today)}"
    if change.kind == PARAMETER:
        return title_of(titles or {}, change.key)
    return change.key


def change_words(change: Change) -> list[tuple[str, str, str]]:
    """Return what changes: what it is, what it was, and what it becomes."""
    if change.kind in _DAYS:
        return [(_(_DAYS[change.kind]), change.before or "", change.after or "")]
    if change.kind == SCHOOL:
        return _differences(_SCHOOL, change)
    if change.kind == PARAMETER:
        return _differences({"value": N_("Værdi"), "source": N_("Kilde")}, change)
    return _differences(_SERIES, change)


def _differences(labels: Mapping[str, str], change: Change) -> list[tuple[str, str, str]]:
    before, after = change.before or {}, change.after or {}
    return [
        (_(label), value_words(before.get(key, "")), value_words(after.get(key, "")))
        for key, label in labels.items()
        if before.get(key) != after.get(key)
    ]


def _day_of_year(day: int, month: int) -> str:
    name = _(_MONTHS[month - 1])
    return f"{day}. {name}" if language() == "da" else f"{day} {name}"
