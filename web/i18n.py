"""The two languages of the pages, and how days, deadlines and ages read in them.

The texts in code and templates are Danish; that is also what they are looked up by. English is
a catalog, `translations/en/LC_MESSAGES/messages.po`, read at start. A text without a translation
shows in Danish. `make messages` brings the catalog up to date with the code.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from pathlib import Path

from babel.dates import format_date
from babel.messages.pofile import read_po
from flask import Flask, g, has_request_context, request, session

from engine.domain.calendars import WorkingCalendar, add_months, age_on
from engine.storage.work import Work

DANISH = "da"
LANGUAGES = {"da": "Dansk", "en": "English"}
TRANSLATIONS = Path(__file__).with_name("translations")

# Catalogue entries by singular text: one translation, or the one for 1 and the one for others.
Texts = Mapping[str, tuple[str, ...]]


def install(app: Flask) -> None:
    """Teach the templates of `app` to translate, and to show days and ages.

    Reads every catalogue, so that a broken one stops the start and not a page.
    """
    for code in LANGUAGES:
        _texts(code)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # from the extension
        _lookup, _lookup_plural, newstyle=True
    )
    app.jinja_env.globals.update(languages=LANGUAGES, language=language)
    app.jinja_env.filters.update(format_day=format_day, age_in_words=age_in_words)


def language() -> str:
    """Return "da" or "en": what the person chose, else what the browser asks for, else Danish."""
    if not has_request_context():
        return DANISH
    if "language" not in g:
        g.language = session.get("language") or request.accept_languages.best_match(LANGUAGES)
    return str(g.language) if g.language in LANGUAGES else DANISH


def choose_language(code: str) -> None:
    """Remember `code` for the rest of the sign-in; a language that we do not have is Danish."""
    g.language = session["language"] = code if code in LANGUAGES else DANISH


def _(text: str, **values: object) -> str:
    """Return `text` in the language of the request, its `%(name)s` filled from `values`."""
    found = _lookup(text)
    return found % values if values else found


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Return `one` or `many` in the language of the request, `%(num)s` and `values` filled in."""
    return _lookup_plural(one, many, num) % {"num": num, **values}


def N_(text: str) -> str:
    """Return `text` as it is, and mark it for the catalogue: for constants shown with `_` later."""
    return text


def format_day(day: date, today: date) -> str:
    """Return "i dag", "i morgen", "i går", or the day as "tors. 26. nov.".

    The year stands there only if it is another than that of `today`.
    """
    near = {0: _("i dag"), 1: _("i morgen"), -1: _("i går")}.get((day - today).days)
    return near or _short_date(day, day.year != today.year, language())


def full_stop(sentence: str) -> str:
    """Return the sentence with one full stop at its end, also after "26. nov."."""
    return f"{sentence.rstrip('.')}."


def due_in_words(due_on: date, today: date, calendar: WorkingCalendar) -> str:
    """Return when something is due: "2 arbejdsdage over", "i dag", "tors. 26. nov.".

    Days over are counted as `calendar` counts them, from the day after `due_on` to `today`;
    where none of them counts, a weekend for instance, the day that has passed is named.
    """
    if due_on >= today:
        return format_day(due_on, today)
    over = sum(
        calendar.is_counting(due_on + timedelta(days=days))
        for days in range(1, (today - due_on).days + 1)
    )
    if not over:
        return _("udløb %(day)s", day=format_day(due_on, today))
    return ngettext("%(num)d arbejdsdag over", "%(num)d arbejdsdage over", over)


def hour_in_words(
    due_at: datetime, today: date, calendar: WorkingCalendar, *, now: datetime | None
) -> str:
    """Return when something is due to the minute: "i dag kl. 14.30", or that it ran out then."""
    local = due_at.astimezone(calendar.timezone)
    day = _("%(day)s kl. %(time)s", day=format_day(local.date(), today), time=format_time(local))
    return _("udløb %(day)s", day=day) if now is not None and due_at < now else day


def moment_in_words(work: Work, moment: datetime) -> str:
    """Return a moment of record as local day and time of day: "i dag 14.30"."""
    local = moment.astimezone(work.calendar.timezone)
    return f"{format_day(local.date(), work.today)} {format_time(local)}"


def format_time(local: datetime | time) -> str:
    """Return the time of day as "14.30", in English "14:30"."""
    return f"{local:%H.%M}" if language() == DANISH else f"{local:%H:%M}"


def age_in_words(birth: date, today: date) -> str:
    """Return the age as "17 år 4 mdr.", without the months where there are none."""
    years = age_on(birth, today)
    months = max(count for count in range(12) if add_months(birth, years * 12 + count) <= today)
    if not months:
        return _("%(years)d år", years=years)
    return ngettext("%(years)d år %(num)d md.", "%(years)d år %(num)d mdr.", months, years=years)


@lru_cache(maxsize=2_000)  # a page shows the same few days over and over
def _short_date(day: date, with_year: bool, language: str) -> str:
    pattern = {"da": "EEE d. MMM", "en": "EEE d MMM"}[language]
    return format_date(day, pattern + " y" * with_year, locale=language)


def _lookup(text: str) -> str:
    return _texts(language()).get(text, (text,))[0]


def _lookup_plural(one: str, many: str, num: int) -> str:
    """Danish and English agree: one form for 1, the other for the rest."""
    found = _texts(language()).get(one, (one, many))
    return found[0] if num == 1 else found[-1]


@cache
def _texts(language: str) -> Texts:
    path = TRANSLATIONS / language / "LC_MESSAGES/messages.po"
    if language == DANISH:
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    return {
        _first(message.id): _all(message.string)
        for message in catalogue
        if message.id and message.string and all(_all(message.string)) and not message.fuzzy
    }


def _first(text: str | list[str] | tuple[str, ...]) -> str:
    return text if isinstance(text, str) else text[0]


def _all(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)
