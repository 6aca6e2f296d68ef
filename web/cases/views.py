"""Cases: the list, one case, one of its processes; a new referral."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.domain.errors import InvalidAnswers
from engine.storage.work import Work
from web.auth.carrying import typed_before
from web.cases import presenters, referral
from web.cases.glimpses import holder
from web.cases.looking import look_at
from web.cases.passing_on import PassingOn, passing_on
from web.cases.reading import MINE, case_with_person, instance_of_case, list_cases
from web.current import casework, current_actor
from web.errors import WayOn, keep_in_sight
from web.i18n import _
from web.inbox.forms import Typed, drawn, typed_in_words
from workflows.access.services import log_read
from workflows.cases.passing_on import pass_thread_on
from workflows.people.cpr import digits_of

cases = Blueprint("cases", __name__)

PAGE = 50
_REFERRAL_NOT_ANSWERS = {"csrf_token"}


@cases.get("/sager")
def index() -> ResponseReturnValue:
    """The cases one may see; a search looks among all of them."""
    if digits_of(request.args.get("q", "")):
        flash(_("Skriv CPR-nummeret i feltet til det, så det ikke står i en adresse."))
        return redirect(url_for("cases.index"), code=303)
    return list_page()


def list_page(number_said: str = "") -> str:
    """Return the page of cases; `number_said` is what came of looking for a CPR number."""
    # PostgreSQL keeps no NUL, and nobody's name has one
    search = request.args.get("q", "").replace("\x00", "").strip()[:100]
    view = request.args.get("vis", "alle" if search else MINE)
    view = view if view in presenters.VIEWS else MINE

    def read(work: Work) -> presenters.CaseList:
        work.reads_for("list")
        page = list_cases(work, view, search, PAGE, _uuid(request.args.get("efter")))
        log_read(work, [each.case for each in page.cases], request.path)
        further = ""
        if page.after:
            further = url_for("cases.index", vis=view, q=search or None, efter=page.after)
        return presenters.case_list(work, view, search, page, further)

    page = casework().act(current_actor(), read)
    return render_template("cases/index.html", page=page, number_said=number_said)


@cases.get("/sager/<uuid:case_id>")
def case(case_id: UUID) -> ResponseReturnValue:
    """One case: who holds the thread, what comes next, the plan, the journey."""

    def read(work: Work) -> presenters.Case:
        sight = look_at(work, case_id, "case")
        _row, person = case_with_person(work, case_id)
        return presenters.case_page(work, sight, person)

    return render_template("cases/case.html", page=casework().act(current_actor(), read))


@cases.get("/sager/<uuid:case_id>/processer/<uuid:instance_id>")
def process(case_id: UUID, instance_id: UUID) -> ResponseReturnValue:
    """One process of a case: its steps in words, and its diagram."""

    def read(work: Work) -> presenters.ProcessPage:
        look_at(work, case_id, "process")
        _row, person = case_with_person(work, case_id)
        return presenters.process_page(work, person, instance_of_case(work, case_id, instance_id))

    return render_template("cases/process.html", page=casework().act(current_actor(), read))


@cases.get("/sager/ny")
def new() -> ResponseReturnValue:
    """The page that starts a referral."""
    return _referral_page(typed_before())


@cases.post("/sager/ny")
def start() -> ResponseReturnValue:
    """Open the case and start the referral."""
    typed = MultiDict(
        (key, value)
        for key, value in request.form.items(multi=True)
        if key not in _REFERRAL_NOT_ANSWERS
    )
    keep_in_sight(
        lambda: typed_in_words(referral.PEOPLE, typed),
        lambda: WayOn(url_for("cases.new"), _("Til henvisningen")),
    )
    actor = current_actor()
    try:
        found = casework().act(actor, lambda work: referral.refer(work, typed).case_id)
    except InvalidAnswers as problem:
        return _referral_page(typed, problem), 422
    flash(_("Henvisningen er modtaget. Det næste skridt står herunder."), "success")
    return redirect(url_for("cases.case", case_id=found), code=303)


@cases.get("/sager/<uuid:case_id>/giv-videre")
def pass_on(case_id: UUID) -> ResponseReturnValue:
    """Ask who shall hold the thread, and why."""
    return _pass_on_page(case_id, typed_before() or {})


@cases.post("/sager/<uuid:case_id>/giv-videre")
def pass_on_now(case_id: UUID) -> ResponseReturnValue:
    """Let the chosen colleague hold the thread from this instant."""
    typed = request.form.to_dict()

    def act(work: Work) -> str:
        look_at(work, case_id, "thread")
        employee, held_by = _uuid(typed.get("employee")), _uuid(typed.get("held_by"))
        pass_thread_on(work, case_id, employee, typed.get("reason", ""), held_by=held_by)
        return holder(work, case_with_person(work, case_id)[0]).name

    try:
        name = casework().act(current_actor(), act)
    except InvalidAnswers as problem:
        return _pass_on_page(case_id, typed, problem), 422
    flash(_("%(name)s holder tråden nu. Begge har fået besked.", name=name), "success")
    return redirect(url_for("cases.case", case_id=case_id), code=303)


def _pass_on_page(
    case_id: UUID, typed: Mapping[str, str], problem: InvalidAnswers | None = None
) -> str:
    problems = problem.problems if problem else {}

    def read(work: Work) -> PassingOn:
        look_at(work, case_id, "thread")
        return passing_on(work, case_id, typed, problems)

    page = casework().act(current_actor(), read)
    return render_template("cases/pass_on.html", page=page, problems=problems)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _referral_page(typed: Typed | None, problem: InvalidAnswers | None = None) -> str:
    problems = problem.problems if problem else None
    people, form = casework().act(current_actor(), referral.both_forms)
    fields = [*drawn(people, typed, problems), *drawn(form, typed, problems)]
    return render_template("cases/new.html", drawn=fields, problems=problems)
