"""The deadline of a task: it rests, goes on, is extended, and that is taken back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from engine.domain.errors import InvalidAnswers, TaskClosed
from engine.domain.forms import Form, parse, validate
from engine.services.resting import EXTEND_REASONS, REST_REASONS, SOURCES
from engine.storage.models import TaskRow
from engine.storage.work import Work
from web.auth.carrying import typed_before
from web.cases.looking import look_at_task
from web.current import casework, current_actor
from web.explaining import Dated, dated_task
from web.i18n import N_, _, full_stop
from web.inbox import composing, reading
from web.inbox.deadline_lines import REST, UNITS
from web.inbox.forms import Shown, Typed, drawn, raw_of
from web.inbox.presenters import about, when_of
from web.inbox.views import inbox
from web.sentences import translated
from workflows.cases.deadlines import (
    check_may_change,
    extend_deadline,
    let_deadline_run,
    rest_deadline,
    take_line_back,
)
from workflows.explanations import LAW_SOURCES, LEDGER_REASONS


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinePage:
    """The form by which a deadline rests or is extended."""

    heading: str
    lead: Sequence[str]
    who: str
    title: str
    when: str
    dated: Dated | None
    fields: Sequence[Shown]
    task_href: str
    action: str


@inbox.get("/opgaver/<uuid:task_id>/frist/<any(bero, forlaeng):what>")
def deadline(task_id: UUID, what: str) -> ResponseReturnValue:
    """Ask until when the deadline rests, or by how much it is extended, and why."""
    return _page(task_id, what, typed_before())


@inbox.post("/opgaver/<uuid:task_id>/frist/<any(bero, forlaeng):what>")
def change_deadline(task_id: UUID, what: str) -> ResponseReturnValue:
    """Write the line into the ledger."""
    typed = MultiDict((k, v) for k, v in request.form.items(multi=True) if k != "csrf_token")
    try:
        task = casework().act(current_actor(), lambda work: _change(work, task_id, what, typed))
    except InvalidAnswers as problem:
        return _page(task_id, what, typed, problem), 422
    except TaskClosed as closed:
        return composing.closed_page(task_id, closed)
    return _back(task_id, task.due_on)


@inbox.post("/opgaver/<uuid:task_id>/frist/loeb")
def run_deadline(task_id: UUID) -> ResponseReturnValue:
    """Let the deadline go on from today."""
    return _done(task_id, lambda work: let_deadline_run(work, task_id))


@inbox.post("/opgaver/<uuid:task_id>/frist/<uuid:line_id>/fortryd")
def undo_deadline(task_id: UUID, line_id: UUID) -> ResponseReturnValue:
    """Take a line of the ledger back."""
    return _done(task_id, lambda work: take_line_back(work, task_id, line_id))


def _done(task_id: UUID, use_case: Callable[[Work], TaskRow]) -> ResponseReturnValue:
    try:
        task = casework().act(current_actor(), use_case)
    except TaskClosed as closed:
        return composing.closed_page(task_id, closed)
    return _back(task_id, task.due_on)


def _back(task_id: UUID, due_on: date | None) -> ResponseReturnValue:
    if due_on is not None:
        day = f"{due_on.day}.{due_on.month}.{due_on.year}"
        flash(full_stop(_("Fristen er nu %(day)s.", day=day)), "success")
    return redirect(url_for("inbox.task", task_id=task_id, _anchor="fristen"), code=303)


def _change(work: Work, task_id: UUID, what: str, typed: Typed) -> TaskRow:
    answers = validate(_form(what), raw_of(typed), _)
    codes = str(answers["reason"]), str(answers["source"])
    try:
        if what == REST:
            return rest_deadline(work, task_id, date.fromisoformat(answers["until"]), *codes)
        period = f"{int(answers['period'])} {answers['unit']}"
        return extend_deadline(work, task_id, period, *codes)
    except InvalidAnswers as invalid:
        told = {key: translated(said) for key, said in invalid.problems.items()}
        raise InvalidAnswers(told) from None


def _page(
    task_id: UUID, what: str, typed: Typed | None, problem: InvalidAnswers | None = None
) -> str | Response:
    problems: Mapping[str, str] = problem.problems if problem else {}

    def read(work: Work) -> DeadlinePage | None:
        found = reading.task_with_case(work, task_id)
        task, today = found.task, composing.today_of(work)
        look_at_task(work, task, found.case, "deadline")
        if task.closed_at is not None:
            return None
        check_may_change(work, task)
        person = reading.WhoItIsAbout(found.young_person.first_name, found.young_person.birth_date)
        return DeadlinePage(
            heading=_heading(what),
            lead=_lead(what),
            who=about(person, today.day),
            title=task.title,
            when=when_of(task, today),
            dated=dated_task(task),
            fields=drawn(_form(what), typed, problems),
            task_href=url_for("inbox.task", task_id=task_id),
            action=url_for("inbox.change_deadline", task_id=task_id, what=what),
        )

    page = casework().act(current_actor(), read)
    if page is None:
        return redirect(url_for("inbox.receipt", task_id=task_id), code=303)
    return render_template("inbox/deadline.html", page=page, problems=problems)


def _heading(what: str) -> str:
    return _("Sæt fristen i bero") if what == REST else _("Forlæng fristen")


def _lead(what: str) -> Sequence[str]:
    if what == REST:
        return (
            _("Fristen og dens påmindelser holder pause. Den løber videre dagen efter."),
            _("De dage, der er tilbage nu, er der også bagefter."),
            _("Kommer svaret før, så lad fristen løbe igen fra opgavens side."),
        )
    return (
        _("Dagene lægges til den frist, der er regnet. Påmindelserne følger med."),
        _("Den, det går ud over, skal vide det: fortæl den unge, hvornår svaret nu kommer."),
    )


def _form(what: str) -> Form:
    needed = {"required": True}
    first: list[dict[str, object]]
    if what == REST:
        first = [
            {
                "type": "date",
                "key": "until",
                "label": N_("Til og med hvilken dag?"),
                "description": N_("Den dag, svaret senest ventes."),
                "validate": needed,
            }
        ]
    else:
        first = [
            {
                "type": "number",
                "key": "period",
                "label": N_("Hvor mange dage mere?"),
                "validate": {**needed, "min": 1, "max": 180},
            },
            {
                "type": "radio",
                "key": "unit",
                "label": N_("Hvilke dage?"),
                "values": [{"value": code, "label": text} for code, text in UNITS.items()],
                "validate": needed,
            },
        ]
    reasons = REST_REASONS if what == REST else EXTEND_REASONS
    choices = (
        ("reason", N_("Hvorfor?"), {code: LEDGER_REASONS[code] for code in reasons}),
        ("source", N_("Hvad giver lov til det?"), {code: LAW_SOURCES[code] for code in SOURCES}),
    )
    return parse({"id": "deadline", "components": [*first, *(_radio(*each) for each in choices)]})


def _radio(key: str, label: str, words: Mapping[str, str]) -> dict[str, object]:
    labels = {code: _(text) for code, text in words.items()}
    values = [
        {"value": code, "label": f"{text[:1].upper()}{text[1:]}"} for code, text in labels.items()
    ]
    return {
        "type": "radio",
        "key": key,
        "label": label,
        "values": values,
        "validate": {"required": True},
    }


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
