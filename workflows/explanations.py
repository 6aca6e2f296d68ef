"""Why a date is what it is, in plain words: the one place where a reckoning becomes sentences."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.domain.calendars import UNNAMED, DayType
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
    "lasts": N_("Der går %(period)s, og så er det %(day)s."),
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
_BY_SCHOOL = N_("Skoledage er talt efter den kalender, som %(school)s selv har.")
_BY_COMMON = N_("Skoledage er talt efter kommunens fælles skolekalender.")
_ITS_SCHOOL = N_("den unges skole")
_EXTENDED = N_(
    "%(who)s forlængede fristen med %(period)s %(on)s. Grund: %(reason)s. Hjemmel: %(source)s. "
    "Så er det %(day)s."
)
_RESTED = N_(
    "%(who)s satte fristen i bero fra %(since)s til og med %(until)s. Grund: %(reason)s. "
    "Hjemmel: %(source)s. I den tid var der %(period)s, som ikke er brugt. Så er det %(day)s."
)
LEDGER_REASONS = {
    "missing_information": N_("vi venter på oplysninger"),
    "party_hearing": N_("parten høres, før der besluttes"),
    "other_authority": N_("en anden myndighed skal svare først"),
    "asked_by_family": N_("den unge eller familien har bedt om det"),
    "more_to_examine": N_("der er mere at undersøge"),
    "agreed_with_leader": N_("det er aftalt med lederen"),
}
LAW_SOURCES = {
    "own": N_("ingen lov, fristen er vores egen"),
    "fvl_19": N_("forvaltningsloven § 19, partshøring"),
    "rsl_3": N_("retssikkerhedsloven § 3, frister for at træffe afgørelse"),
    "rsl_11": N_("retssikkerhedsloven § 11, oplysninger fra den, sagen handler om"),
}
_MOVED = N_("Fristen er flyttet fra %(before)s til %(after)s, fordi %(because)s. Det skete %(at)s.")
_CHANGED = {
    "closed": N_("%(day)s er blevet lukkedag (%(name)s)"),
    "closed_yearly": N_("%(day)s er blevet lukkedag hvert år (%(name)s)"),
    "opened": N_("%(day)s ikke længere er lukkedag (%(name)s)"),
    "opened_yearly": N_("%(day)s ikke længere er lukkedag hvert år (%(name)s)"),
    "no_school": N_("%(day)s er blevet skolefri (%(name)s)"),
    "school": N_("%(day)s ikke længere er skolefri (%(name)s)"),
    "parameter": N_("»%(of)s« er ændret fra %(before)s til %(after)s"),
    "milestone": N_("kommunens milepæle er ændret"),
    "birth_date": N_("fødselsdatoen er rettet"),
}
CAUSES = {
    "settings_changed": N_("kommunens indstillinger er ændret"),
    "birth_date_changed": N_("fødselsdatoen er rettet"),
    "school_changed": N_("den unge følger en anden skoles kalender"),
    "deadline_suspended": N_("den er sat i bero"),
    "deadline_resumed": N_("den løber igen"),
    "deadline_extended": N_("den er forlænget"),
    "deadline_days_undone": N_("det blev fortrudt, at den var forlænget eller i bero"),
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
    told += [tongue.say(N_("Reglen i diagrammet: %(rule)s"), rule=kept["rule"])]
    return [*told, *(_moved(each, tongue) for each in kept.get("moved", ()))]


def why_moved(kept: Mapping[str, Any], tongue: Tongue = DANISH) -> str:
    """Return what moved the deadline last: from when, to when, and why; "" when nothing has.

    It names no birth date, for it also stands in messages that travel unprotected.
    """
    moves = kept.get("moved", ())
    return _moved(moves[-1], tongue) if moves else ""


def _moved(move: Mapping[str, Any], tongue: Tongue) -> str:
    days = {name: tongue.when(move[name]) for name in ("before", "after", "at") if move[name]}
    return tongue.say(_MOVED, **{"before": "–", **days}, because=_because(move, tongue))


def _because(move: Mapping[str, Any], tongue: Tongue) -> str:
    told = [_change(each, tongue) for each in move.get("because", ())]
    return tongue.listed(told) or tongue.say(CAUSES.get(move["why"], CAUSES["settings_changed"]))


def _change(change: Mapping[str, Any], tongue: Tongue) -> str:
    of, what = str(change.get("of", "")), str(change["what"])
    told = {"of": of, "name": change.get("name", of), "day": of}
    told |= {"before": change.get("before", "–"), "after": change.get("after", "–")}
    if len(of) == len("2026-12-30") and what in ("closed", "opened", "school", "no_school"):
        told["day"] = tongue.when(of)
    elif f"{what}_yearly" in _CHANGED:
        what = f"{what}_yearly"
        told["day"] = f"{int(of[3:])}.{int(of[:2])}."
    return tongue.say(_CHANGED[what], **told)


def sentences(steps: Reckoning, tongue: Tongue = DANISH) -> list[str]:
    """Return a reckoning step by step, a sentence or two each."""
    return [sentence for step in steps for sentence in _step(step, tongue)]


def in_danish(kept: Mapping[str, Any]) -> str:
    """Return what a task keeps of its deadline in one text, as mails and reports need it."""
    return " ".join(explained(kept))


def in_a_mail(kept: Mapping[str, Any]) -> str:
    """Return why a task is due when it is, for a message that travels unprotected.

    No date of birth, nothing from which one could be worked out, no name of a parameter (it may
    tell what the case is about), and of no school.
    """
    steps = kept.get("steps", ())
    if any(step.get("name") == BIRTH for step in steps):
        return "Fristen følger af den unges alder."
    return " ".join(sentences([{**step, **_unsaid(step)} for step in steps])) or "–"


def _unsaid(step: Mapping[str, Any]) -> Mapping[str, str]:
    return {"key": "", **({"school": UNNAMED} if step.get("school") else {})}


def _step(step: Mapping[str, Any], tongue: Tongue) -> Iterator[str]:
    day = tongue.when(str(step["to"]))
    match step["by"]:
        case "given":
            yield tongue.say(_STARTS.get(str(step.get("name")), _GIVEN), day=day)
        case "back" | "forward":
            yield tongue.say(_ROLLS[step["by"]], day=day)
            yield from _not_counted(step, tongue)
        case "extended" | "rested":
            yield _of_ledger(step, day, tongue)
            yield from _not_counted(step, tongue)
        case _:
            yield from _counted(step, day, tongue)


def _of_ledger(step: Mapping[str, Any], day: str, tongue: Tongue) -> str:
    words = {
        "who": step.get("who") or "–",
        "period": _period_in_words(parse_period(str(step["period"])), tongue),
        "reason": tongue.say(LEDGER_REASONS.get(str(step["reason"]), str(step["reason"]))),
        "source": tongue.say(LAW_SOURCES.get(str(step["source"]), str(step["source"]))),
        "day": day,
    }
    if step["by"] == "extended":
        return tongue.say(_EXTENDED, on=tongue.when(step["on"]), **words)
    rest = {"since": tongue.when(step["since"]), "until": tongue.when(step["until"])}
    return tongue.say(_RESTED, **rest, **words)


def _counted(step: Mapping[str, Any], day: str, tongue: Tongue) -> Iterator[str]:
    period = parse_period(str(step["period"])) if "period" in step else Period()
    ends = _SERIES_BY_RULE if "rule" in step else _ENDS[step["by"]]
    words = _period_in_words(period, tongue)
    yield tongue.say(ends, period=words, day=day, rule=step.get("rule", ""))
    if period.days and period.day_type in _WEEKENDS and step["by"] != "series":
        yield tongue.say(_WEEKENDS[period.day_type])
    if period.days and period.day_type is DayType.SCHOOL:
        yield _whose_days(step, tongue)
    yield from _not_counted(step, tongue)
    if leap := step.get("leap"):
        yield tongue.say(_LEAP, leap=leap)
    if key := step.get("key"):
        source = tongue.say(N_("Kilde: %(source)s."), source=step.get("source") or "–")
        yield tongue.say(N_("Længden er »%(key)s«."), key=key) + " " + source


def _whose_days(step: Mapping[str, Any], tongue: Tongue) -> str:
    school = str(step.get("school", ""))
    if not school:
        return tongue.say(_BY_COMMON)
    named = tongue.say(_ITS_SCHOOL) if school == UNNAMED else f"»{school}«"
    return tongue.say(_BY_SCHOOL, school=named)


def _not_counted(step: Mapping[str, Any], tongue: Tongue) -> Iterator[str]:
    days = [
        f"{tongue.when(day)} ({reason})"
        for day, reason in (*step.get("rest_off", ()), *step.get("off", ()))
    ]
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
