"""A rehearsal as its pages show it: the form, how far it has come, and the report in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import url_for
from werkzeug.datastructures import MultiDict

from engine.domain.calendars import add_months
from engine.domain.forms import Form, parse
from engine.services.drafts import open_draft
from engine.storage.work import Work
from web.i18n import N_, _, format_day, ngettext
from web.inbox.forms import Shown, Typed, drawn
from web.sentences import translated
from web.stops import moment, process_titles
from web.studio.presenters import title_of, versions_of
from web.studio.rehearsal_report import ReportPage, report_page
from workflows.rehearsal.behaviours import Behaviour
from workflows.rehearsal.records import RehearsalRow, State
from workflows.rehearsal.requests import DRAFT, open_rehearsal, rehearsals_of

IN_FORCE = "in_force"
_MONTHS_AHEAD = 12
_BEHAVIOURS = {
    Behaviour.NOBODY: N_("Ingen gør noget"),
    Behaviour.ON_DUE_DAY: N_("Alle gør deres opgaver på fristens dag"),
    Behaviour.LIKE_LAST_YEAR: N_("Alle gør og svarer som de seneste 12 måneder"),
}
_STATES = {
    State.ASKED: N_("venter på at begynde"),
    State.PLAYING: N_("i gang"),
    State.DONE: N_("færdig"),
    State.FAILED: N_("blev ikke til noget"),
    State.CANCELLED: N_("afbrudt af jer selv"),
    State.INTERRUPTED: N_("afbrudt"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """One that was asked for: in a line, and where it is told whole."""

    href: str
    text: str
    terms: str
    state: str
    asked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """What can be tried, and what has been; `busy` leads to one that is not over."""

    process: str
    title: str
    fields: Sequence[Shown]
    earlier: Sequence[Earlier]
    busy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalPage:
    """One rehearsal: what was asked, where it stands, and its report when it is done."""

    id: UUID
    process: str
    title: str
    href: str
    tried: str
    facts: Sequence[Mapping[str, str]]
    is_open: bool
    doing: str
    percent: int
    problem: str
    report: ReportPage | None


def form_page(
    work: Work, process: str, typed: Typed | None, problems: Mapping[str, str] | None
) -> FormPage:
    """Return the form with what was typed; at first the draft, twelve months, like last year."""
    form = form_of(work, process)
    busy = open_rehearsal(work)
    return FormPage(
        process=process,
        title=_title(work, process),
        fields=drawn(form, typed or _at_first(work, form), problems),
        earlier=[_earlier(work, row) for row in rehearsals_of(work, process)],
        busy=_href(busy) if busy else "",
    )


def form_of(work: Work, process: str) -> Form:
    """Return the form: what is tried, until when, how people behave, the number of chance."""
    needed = {"required": True}
    return parse(
        {
            "id": "rehearsal",
            "components": [
                {
                    "type": "select",
                    "key": "tried",
                    "label": N_("Hvad skal prøves?"),
                    "values": _choices(work, process),
                    "validate": needed,
                },
                {
                    "type": "date",
                    "key": "until",
                    "label": N_("Til og med hvilken dag?"),
                    "description": N_("Højst tre år frem."),
                    "validate": needed,
                },
                {
                    "type": "radio",
                    "key": "behaviour",
                    "label": N_("Hvad gør mennesker imens?"),
                    "values": [
                        {"value": each.value, "label": label} for each, label in _BEHAVIOURS.items()
                    ],
                    "validate": needed,
                },
                {
                    "type": "number",
                    "key": "seed",
                    "label": N_("Tilfældighedens nummer"),
                    "description": N_("Samme nummer giver samme forløb igen."),
                    "validate": {**needed, "min": 0},
                    "decimalDigits": 0,
                },
            ],
        }
    )


def rehearsal_page(work: Work, row: RehearsalRow) -> RehearsalPage:
    """Return the page of one rehearsal."""
    state = State(row.state)
    return RehearsalPage(
        id=row.id,
        process=row.process,
        title=_title(work, row.process),
        href=_href(row),
        tried=_tried(row),
        facts=_facts(work, row),
        is_open=state.is_open,
        doing=doing(row),
        percent=row.thousandths // 10,
        problem=_problem(row, state),
        report=_report(work, row),
    )


def doing(row: RehearsalRow) -> str:
    """Return what happens now with one that is not over."""
    if row.state == State.ASKED:
        return _("Venter på arbejderen. Den begynder inden for få sekunder, når den kører.")
    return _("Spiller kopien frem.")


def _report(work: Work, row: RehearsalRow) -> ReportPage | None:
    if row.report is None:
        return None
    return report_page(row.report, row.process, _tried(row), process_titles(work))


def _choices(work: Work, process: str) -> Sequence[Mapping[str, str]]:
    """Return what can be tried: the draft, what is in force alone, and the older versions."""
    draft = open_draft(work, process)
    choices = []
    if draft.version:
        choices.append({"value": DRAFT, "label": _("Kladden, ved siden af det, der er i drift")})
    choices.append({"value": IN_FORCE, "label": _("Kun det, der er i drift")})
    older = versions_of(work, draft)[1:]
    label = N_("Udgave %(number)d, ved siden af det, der er i drift")
    choices += [{"value": str(row.number), "label": _(label, number=row.number)} for row in older]
    return choices


def _at_first(work: Work, form: Form) -> Typed:
    until = add_months(work.today, _MONTHS_AHEAD)
    chosen = form.fields[0].options[0].value
    parts = {"day": until.day, "month": until.month, "year": until.year}
    first = {"tried": chosen, "behaviour": Behaviour.LIKE_LAST_YEAR.value, "seed": "1"}
    return MultiDict({**first, **{f"until-{part}": str(n) for part, n in parts.items()}})


def _earlier(work: Work, row: RehearsalRow) -> Earlier:
    return Earlier(
        href=_href(row),
        text=_tried(row),
        terms=_terms(work, row),
        state=_(_STATES[State(row.state)]),
        asked=_("%(when)s af %(who)s", when=moment(work, row.asked_at), who=row.asked_by),
    )


def _terms(work: Work, row: RehearsalRow) -> str:
    until = format_day(work.calendar.local_date(row.until), work.today)
    behaviour = _(_BEHAVIOURS[Behaviour(row.behaviour)])
    return _("%(behaviour)s, til og med %(until)s", behaviour=behaviour, until=until)


def _facts(work: Work, row: RehearsalRow) -> Sequence[Mapping[str, str]]:
    until = format_day(work.calendar.local_date(row.until), work.today)
    asked = _("%(when)s af %(who)s", when=moment(work, row.asked_at), who=row.asked_by)
    facts = {
        _("Prøvet"): _tried(row),
        _("Til og med"): until,
        _("Mennesker"): _(_BEHAVIOURS[Behaviour(row.behaviour)]),
        _("Tilfældighedens nummer"): str(row.seed),
        _("Bedt om"): asked,
        _("Nu"): _(_STATES[State(row.state)]),
    }
    if row.report:
        facts[_("Åbne sager")] = str(row.report["cases"])
        facts[_("Kendt fra sidste år")] = ngettext(
            "%(num)d slags opgaver; de øvrige gøres på fristens dag",
            "%(num)d slags opgaver; de øvrige gøres på fristens dag",
            row.report["known_tasks"],
        )
    return [{"label": label, "value": value} for label, value in facts.items()]


def _problem(row: RehearsalRow, state: State) -> str:
    if state is State.INTERRUPTED:
        return _("%(why)s Intet er ændret. Begynd forfra.", why=translated(row.problem))
    return translated(row.problem) if row.problem else ""


def _tried(row: RehearsalRow) -> str:
    if row.tried == DRAFT:
        return _("kladden")
    return _("udgave %(number)d", number=int(row.tried)) if row.tried else _("det, der er i drift")


def _title(work: Work, process: str) -> str:
    draft = open_draft(work, process)
    found = versions_of(work, draft)
    return found[0].title if found else title_of(draft)


def _href(row: RehearsalRow) -> str:
    return url_for("studio.rehearsal", process=row.process, rehearsal_id=row.id)
