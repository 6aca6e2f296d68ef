"""Who has seen a case, to be shown to the young person; and opening one with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.domain.errors import InvalidAnswers, NotAllowed
from engine.domain.forms import parse, validate
from engine.storage.work import Work
from web.auth.carrying import typed_before
from web.cases.looking import look_at
from web.cases.reading import case_with_person
from web.cases.views import cases
from web.current import casework, current_actor
from web.errors import WayOn, keep_in_sight
from web.i18n import N_, _, age_in_words, format_day, format_time, ngettext
from web.inbox.forms import Typed, drawn, problems_of, raw_of, typed_in_words
from web.sentences import translated
from web.words import why_looked
from workflows.access.glass import Wanted, break_glass, may_break_glass
from workflows.access.looks import Broken, Look, broken_of, looks_at

PERIOD = timedelta(days=182)  # a page shows half a year, so that it costs what it shows
_NOT_ALLOWED = "Din rolle kan ikke åbne sager. Spørg den, der holder tråden."


@dataclass(frozen=True, slots=True, kw_only=True)
class LooksPage:
    """Who has seen the case, day by day; who opened it with a reason; and the way back in time."""

    who: str
    case_href: str
    period: str
    body: Sequence[Sequence[str]]
    broken: Sequence[Sequence[str]]
    earlier_href: str


@cases.get("/sager/<uuid:case_id>/hvem-har-set")
def looks(case_id: UUID) -> ResponseReturnValue:
    """Every look at the case in half a year: who, when, what for, and because of what."""

    def read(work: Work) -> LooksPage:
        sight = look_at(work, case_id, "looks")
        _case, person = case_with_person(work, case_id)
        until = _until(work)
        found = looks_at(work, sight.case, until - PERIOD, until)
        before = work.calendar.local_date(until - PERIOD)
        return LooksPage(
            who=f"{person.first_name}, {age_in_words(person.birth_date, work.today)}",
            case_href=url_for("cases.case", case_id=case_id),
            period=_("Siden %(day)s", day=format_day(before, work.today)),
            body=_by_day(work, found),
            broken=[_broken(work, one) for one in broken_of(work, case_id)],
            earlier_href=url_for("cases.looks", case_id=case_id, til=before.isoformat())
            if sight.case.opened_at < until - PERIOD
            else "",
        )

    return render_template("cases/looks.html", page=casework().act(current_actor(), read))


@cases.get("/sager/aabn")
def open_with_reason() -> ResponseReturnValue:
    """Ask whose case, and why it cannot wait for somebody who has a part in it."""
    return _glass_page(typed_before())


@cases.post("/sager/aabn")
def open_now() -> ResponseReturnValue:
    """Open the case for some hours; its leader is told at once."""
    typed = MultiDict((k, v) for k, v in request.form.items(multi=True) if k != "csrf_token")
    keep_in_sight(
        lambda: typed_in_words(GLASS, typed),
        lambda: WayOn(url_for("cases.open_with_reason"), _("Tilbage")),
    )
    try:
        found = casework().act(current_actor(), lambda work: break_glass(work, _wanted(typed)))
    except InvalidAnswers as problem:
        return _glass_page(typed, problem), 422
    flash(_("Sagen er åben for dig i nogle timer. Lederen har fået besked."), "success")
    return redirect(url_for("cases.case", case_id=found), code=303)


GLASS = parse(
    {
        "id": "glass",
        "components": [
            {
                "type": "textfield",
                "key": "first_name",
                "label": N_("Fornavn"),
                "validate": {"required": True, "maxLength": 100},
            },
            {
                "type": "textfield",
                "key": "last_name",
                "label": N_("Efternavn"),
                "validate": {"required": True, "maxLength": 100},
            },
            {
                "type": "date",
                "key": "birth_date",
                "label": N_("Fødselsdag"),
                "validate": {"required": True},
            },
            {
                "type": "textarea",
                "key": "reason",
                "label": N_("Hvorfor kan det ikke vente på en, der har del i sagen?"),
                "description": N_("Mindst 20 tegn. Lederen og den unge kan læse det."),
                "validate": {"required": True, "minLength": 20, "maxLength": 2000},
            },
        ],
    }
)


def _wanted(typed: Typed) -> Wanted:
    if problems := problems_of(GLASS, typed):
        raise InvalidAnswers(problems)
    answers = validate(GLASS, raw_of(typed), _)
    return Wanted(
        first_name=str(answers["first_name"]),
        last_name=str(answers["last_name"]),
        birth_date=date.fromisoformat(str(answers["birth_date"])),
        reason=str(answers["reason"]),
    )


def _glass_page(typed: Typed | None, problem: InvalidAnswers | None = None) -> str:
    if not casework().act(current_actor(), may_break_glass):
        raise NotAllowed(_NOT_ALLOWED)
    found = problem.problems if problem else {}
    problems = {key: translated(said) for key, said in found.items()}
    fields = drawn(GLASS, typed, problems)
    return render_template("cases/glass.html", fields_=fields, problems=problems)


def _until(work: Work) -> datetime:
    """Return the end of the period asked for: a local day's midnight, else now."""
    try:
        day = date.fromisoformat(request.args.get("til", ""))
        return work.calendar.midnight(day + timedelta(days=1))
    except (ValueError, OverflowError):
        return work.now + timedelta(seconds=1)


def _by_day(work: Work, found: Sequence[Look]) -> list[list[str]]:
    """Return a line for each day, person and reason, however often they looked."""

    def alike(look: Look) -> tuple[date, str, str, str]:
        return work.calendar.local_date(look.at), look.name, look.purpose, look.behind

    lines = [(key, list(group)) for key, group in groupby(sorted(found, key=_newest), key=alike)]
    return [_line(work, day, group) for (day, *_rest), group in lines]


def _newest(look: Look) -> tuple[float, str, str, str]:
    return (-look.at.timestamp(), look.name, look.purpose, look.behind)


def _line(work: Work, day: date, group: Sequence[Look]) -> list[str]:
    first = group[0]
    times = ngettext("%(num)d gang", "%(num)d gange", len(group))
    when = f"{format_day(day, work.today)} {_clock(work, first.at)}"
    return [
        f"{when}, {times}" if len(group) > 1 else when,
        _("En uden for huset") if first.is_outside else first.name or _("Systemet"),
        why_looked(first.purpose, first.behind),
        _("uden en opgave i sagen") if first.is_marked else "",
    ]


def _broken(work: Work, one: Broken) -> list[str]:
    day = work.calendar.local_date(one.at)
    when = f"{format_day(day, work.today)} {_clock(work, one.at)}–{_clock(work, one.until)}"
    return [when, one.name, one.reason]


def _clock(work: Work, moment: datetime) -> str:
    return format_time(moment.astimezone(work.calendar.timezone))
