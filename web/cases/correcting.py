"""The page where what is known of a young person is corrected: the school, and post."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.domain.errors import InvalidAnswers, NotAllowed, Over
from engine.domain.forms import Form, parse, validate
from engine.storage.work import Work
from web.auth.carrying import typed_before
from web.cases.looking import look_at
from web.cases.people import may_read_school
from web.cases.reading import case_with_person
from web.cases.referral import EXEMPT, OTHER, chosen_school, school_boxes
from web.cases.views import cases
from web.current import casework, current_actor
from web.i18n import _, age_in_words, ngettext
from web.inbox.forms import Shown, Typed, drawn, raw_of
from web.sentences import translated
from workflows.cases.birth_date import may_change_birth_date
from workflows.cases.corrections import change_post, change_school, schools
from workflows.people.records import YoungPersonRow


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsPage:
    """Whose facts, and the form."""

    who: str
    fields: Sequence[Shown]
    case_href: str


@cases.get("/sager/<uuid:case_id>/oplysninger")
def facts(case_id: UUID) -> ResponseReturnValue:
    """Show what is known, to be corrected."""
    return _page(case_id, typed_before())


@cases.post("/sager/<uuid:case_id>/oplysninger")
def correct(case_id: UUID) -> ResponseReturnValue:
    """Keep what is known now; what is counted in school days follows."""
    typed = MultiDict((k, v) for k, v in request.form.items(multi=True) if k != "csrf_token")
    try:
        number = casework().act(current_actor(), lambda work: _correct(work, case_id, typed))
    except InvalidAnswers as problem:
        return _page(case_id, typed, problem), 422
    said = ngettext("%(num)d frist er flyttet.", "%(num)d frister er flyttet.", number)
    flash(_("Oplysningerne er rettet.") + (f" {said}" if number else ""), "success")
    return redirect(url_for("cases.case", case_id=case_id), code=303)


def _correct(work: Work, case_id: UUID, typed: Typed) -> int:
    form, _filled = _form(work, case_id)
    answers = validate(form, raw_of(typed), _)
    change_post(work, case_id, exempt=answers["digital_post_exempt"])
    if "school" not in answers:
        return 0
    try:
        return len(change_school(work, case_id, *chosen_school(answers)))
    except InvalidAnswers as invalid:
        said = {key: translated(problem) for key, problem in invalid.problems.items()}
        raise InvalidAnswers(said) from None


def _page(case_id: UUID, typed: Typed | None, problem: InvalidAnswers | None = None) -> str:
    problems: Mapping[str, str] = problem.problems if problem else {}

    def read(work: Work) -> FactsPage:
        form, filled = _form(work, case_id)
        case, person = case_with_person(work, case_id)
        if case.closed_at is not None:
            raise Over("Sagen er lukket.")
        if not may_change_birth_date(work, case):
            raise NotAllowed(
                "Kun den, der holder tråden, tovholderen og lederen kan rette oplysningerne."
            )
        return FactsPage(
            who=f"{person.first_name}, {age_in_words(person.birth_date, work.today)}",
            fields=drawn(form, typed or filled, problems),
            case_href=url_for("cases.case", case_id=case_id),
        )

    page = casework().act(current_actor(), read)
    return render_template("cases/facts.html", page=page, problems=problems)


def _form(work: Work, case_id: UUID) -> tuple[Form, Typed]:
    """Return the form and how it stands, after the look has been written down.

    A school that the reader may not learn of is not asked for.
    """
    sight = look_at(work, case_id, "facts")
    person = case_with_person(work, case_id)[1]
    boxes = school_boxes(schools(work)) if may_read_school(person, sight) else []
    form = parse({"id": "facts", "components": [*boxes, EXEMPT]})
    return form, _filled(person)


def _filled(person: YoungPersonRow) -> Typed:
    filled: Typed = MultiDict({"school_code": person.school_code or OTHER})
    filled["school"] = "" if person.school_code else person.school
    if person.digital_post_exempt:
        filled["digital_post_exempt"] = "on"
    return filled
