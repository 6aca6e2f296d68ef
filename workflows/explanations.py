"""Why a date is what it is, in plain words: the one place where a reckoning becomes sentences."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.domain.calendars import DayType
from engine.domain.parameters import Period, parse_period
from engine.domain.reckonings import BIRTH, Reckoning
from engine.domain.wording import day_in_danish
from workflows.municipalities.configuration import TIMEZONE


def N_(text: str) -> str:
    """Return `text` as it is, and mark it for the catalogue."""
    return text


def _as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """The language of the reader: `translate` a Danish text, and write a `day` out.

    Moments are told in the local time of `zone`.
    """

    translate: Callable[[str], str] = _as_it_is
    day: Callable[[date], str] = day_in_danish
    zone: ZoneInfo = ZoneInfo(TIMEZONE)  # noqa: RUF009  # a zone never changes

    def say(self, text: str, **values: object) -> str:
        """Return the text in this language with its values filled in."""
        return self.translate(text) % values

    def when(self, written: str) -> str:
        """Return an ISO date, or an instant with its time of day, in words."""
        if "T" not in written:
            return self.day(date.fromisoformat(written))
        local = datetime.fromisoformat(written).astimezone(self.zone)
        return self.say(N_("%(day)s kl. %(time)s"), day=self.day(local), time=f"{local:%H.%M}")

    def listed(self, words: Sequence[str]) -> str:
        """Return the words as »a, b og c«."""
        if len(words) < 2:
            return "".join(words)
        return self.say(N_("%(first)s og %(last)s"), first=", ".join(words[:-1]), last=words[-1])


DANISH = Tongue()

_STARTS = {
    "created": N_("Regnes fra den dag, opgaven kom: %(day)s."),
    "created_at": N_("Regnes fra det øjeblik, opgaven kom: %(day)s."),
    "today": N_("Regnes fra den dag, det skete: %(day)s."),
    "birth_date": N_("Regnes fra fødselsdatoen: %(day)s."),
    "decided_on": N_("Regnes fra beslutningen: %(day)s."),
    "appointed_on": N_("Regnes fra den dag, koordinatoren blev udpeget: %(day)s."),
    "declined_on": N_("Regnes fra den dag, tilbuddet blev afslået: %(day)s."),
    "start_from": N_("Regnes fra den dag, planen skal begynde: %(day)s."),
    "meets_on": N_("Regnes fra mødet: %(day)s."),
    "follow_up_on": N_("Dagen er aftalt på mødet: %(day)s."),
    "anchor": N_("Rækken af møder begynder %(day)s."),
}
_GIVEN = N_("Dagen er skrevet ind: %(day)s.")
_ENDS = {
    "after": N_("%(period)s efter er %(day)s."),
    "before": N_("%(period)s før er %(day)s."),
    "age": N_("Alderen %(period)s er nået %(day)s."),
    "series": N_("Rækken giver %(day)s; der er %(period)s mellem møderne."),
    "moved": N_("Mødet er flyttet til %(day)s."),
}
_SERIES_BY_RULE = N_("Rækken »%(rule)s« giver %(day)s.")
_ROLLS = {
    "back": N_("Det er ikke en arbejdsdag. Fristen ligger før, %(day)s."),
    "forward": N_("Det er ikke en arbejdsdag. Dagen flyttes frem til %(day)s."),
}
_UNITS = {
    "years": (N_("%(num)d år"), N_("%(num)d år")),
    "months": (N_("%(num)d måned"), N_("%(num)d måneder")),
    "hours": (N_("%(num)d time"), N_("%(num)d timer")),
    DayType.CALENDAR: (N_("%(num)d kalenderdag"), N_("%(num)d kalenderdage")),
    DayType.WORKING: (N_("%(num)d arbejdsdag"), N_("%(num)d arbejdsdage")),
    DayType.WEEKDAY_SAT: (N_("%(num)d hverdag"), N_("%(num)d hverdage")),
    DayType.SCHOOL: (N_("%(num)d skoledag"), N_("%(num)d skoledage")),
}
_WEEKENDS = {
    DayType.WORKING: N_("Weekender er ikke talt med."),
    DayType.SCHOOL: N_("Weekender er ikke talt med."),
    DayType.WEEKDAY_SAT: N_("Søndage er ikke talt med."),
}
_LEAP = N_("Født 29. februar: fødselsdagen er her %(leap)s i et år uden skuddag.")


def explained(kept: Mapping[str, Any], tongue: Tongue = DANISH) -> list[str]:
    """Return the sentences of what a task keeps of its deadline; none for a task without one.

    Deadlines of before dates kept their steps have their sentence in Danish alone.
    """
    if "steps" not in kept:
        return [str(kept["why"])] if kept.get("why") else []
    told = sentences(kept["steps"], tongue)
    if kept.get("limit"):
        limit = sentences(kept["limit"], tongue)
        told += [tongue.say(N_("Lovens dato:")), *limit]
    return [*told, tongue.say(N_("Reglen i diagrammet: %(rule)s"), rule=kept["rule"])]


def sentences(steps: Reckoning, tongue: Tongue = DANISH) -> list[str]:
    """Return a reckoning step by step, a sentence or two each."""
    return [sentence for step in steps for sentence in _step(step, tongue)]


def in_danish(kept: Mapping[str, Any]) -> str:
    """Return what a task keeps of its deadline in one text, as mails and reports need it."""
    return " ".join(explained(kept))


def in_a_mail(kept: Mapping[str, Any]) -> str:
    """Return why a task is due when it is, for a message that travels unprotected.

    No date of birth, nothing from which one could be worked out, and no name of a parameter: it
    may tell what the case is about.
    """
    steps = kept.get("steps", ())
    if any(step.get("name") == BIRTH for step in steps):
        return "Fristen følger af den unges alder."
    return " ".join(sentences([{**step, "key": ""} for step in steps])) or "–"


def _step(step: Mapping[str, Any], tongue: Tongue) -> Iterator[str]:
    day = tongue.when(str(step["to"]))
    match step["by"]:
        case "given":
            yield tongue.say(_STARTS.get(str(step.get("name")), _GIVEN), day=day)
        case "back" | "forward":
            yield tongue.say(_ROLLS[step["by"]], day=day)
            yield from _not_counted(step, tongue)
        case _:
            yield from _counted(step, day, tongue)


def _counted(step: Mapping[str, Any], day: str, tongue: Tongue) -> Iterator[str]:
    period = parse_period(str(step["period"])) if "period" in step else Period()
    ends = _SERIES_BY_RULE if "rule" in step else _ENDS[step["by"]]
    words = _period_in_words(period, tongue)
    yield tongue.say(ends, period=words, day=day, rule=step.get("rule", ""))
    if period.days and period.day_type in _WEEKENDS and step["by"] != "series":
        yield tongue.say(_WEEKENDS[period.day_type])
    yield from _not_counted(step, tongue)
    if leap := step.get("leap"):
        yield tongue.say(_LEAP, leap=leap)
    if key := step.get("key"):
        source = tongue.say(N_("Kilde: %(source)s."), source=step.get("source") or "–")
        yield tongue.say(N_("Længden er »%(key)s«."), key=key) + " " + source


def _not_counted(step: Mapping[str, Any], tongue: Tongue) -> Iterator[str]:
    days = [f"{tongue.when(day)} ({reason})" for day, reason in step.get("off", ())]
    if days:
        yield tongue.say(N_("Tæller ikke: %(days)s."), days=tongue.listed(days))


def _period_in_words(period: Period, tongue: Tongue) -> str:
    years, months = divmod(period.months, 12)
    parts = (
        ("years", years),
        ("months", months),
        (period.day_type, period.days),
        ("hours", period.hours),
    )
    words = [tongue.say(_UNITS[unit][number != 1], num=number) for unit, number in parts if number]
    return tongue.listed(words) or tongue.say(_UNITS[period.day_type][1], num=0)
