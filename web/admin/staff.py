"""Medarbejdere: who works here, in which posts, and how they come in. No case is seen here."""

import logging
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.domain.errors import InvalidAnswers
from engine.storage.work import Work
from web.admin.staff_presenters import (
    EmployeePage,
    employee_page,
    new_employee_fields,
    post_as_typed,
    staff_table,
)
from web.admin.views import admin, words
from web.current import casework, current_actor
from web.i18n import _
from web.pace import at_an_even_pace
from web.sentences import translated
from workflows.municipalities import engaging
from workflows.municipalities.engaging import NewEmployee, engage

log = logging.getLogger("tovholder.security")
HERE = "admin.staff"


@admin.get("/medarbejdere")
def staff() -> ResponseReturnValue:
    """Everybody who works here, or has, and the form for somebody new."""
    return _list()


@admin.post("/medarbejdere")
def add_employee() -> ResponseReturnValue:
    """Let somebody work here."""
    typed = {key: request.form.get(key, "") for key in ("username", "name", "email", "phone")}
    try:
        row = casework().act(current_actor(), lambda work: engage(work, NewEmployee(**typed)))
    except InvalidAnswers as problem:
        return _list(typed, problem), 422
    _log("engaged", row.id)
    flash(_("%(name)s er oprettet. Giv nu en rolle og en kode.", name=row.name), "success")
    return redirect(url_for("admin.employee", employee_id=row.id), code=303)


@admin.get("/medarbejdere/<uuid:employee_id>")
def employee(employee_id: UUID) -> ResponseReturnValue:
    """One employee: the posts, and what can be done."""
    return _one(employee_id)


@admin.post("/medarbejdere/<uuid:employee_id>/poster")
def give_post(employee_id: UUID) -> ResponseReturnValue:
    """Give the employee a post."""
    typed = request.form.to_dict()
    try:
        casework().act(current_actor(), lambda work: post_as_typed(work, employee_id, typed))
    except InvalidAnswers as problem:
        return _one(employee_id, typed, problem), 422
    _log("post given", employee_id)
    flash(_("Rollen er givet. Den gælder fra næste klik."), "success")
    return redirect(url_for("admin.employee", employee_id=employee_id), code=303)


@admin.post("/medarbejdere/<uuid:employee_id>/poster/<uuid:post_id>/fjern")
def take_post(employee_id: UUID, post_id: UUID) -> ResponseReturnValue:
    """Take a post from the employee."""
    casework().act(current_actor(), lambda work: engaging.take_post(work, employee_id, post_id))
    _log("post taken", employee_id)
    flash(_("Rollen er fjernet. Det gælder fra næste klik."), "success")
    return redirect(url_for("admin.employee", employee_id=employee_id), code=303)


@admin.post("/medarbejdere/<uuid:employee_id>/kode")
def make_code(employee_id: UUID) -> ResponseReturnValue:
    """Make a code and show it, this once."""
    code = casework().act(current_actor(), lambda work: engaging.code_for(work, employee_id))
    _log("code made", employee_id)
    return _one(employee_id, code=code)


@admin.post("/medarbejdere/<uuid:employee_id>/luk")
@at_an_even_pace  # who holds a treatment lets go of it
def let_go(employee_id: UUID) -> ResponseReturnValue:
    """Close the account of one who has left."""
    casework().act(current_actor(), lambda work: engaging.let_go(work, employee_id))
    _log("account closed", employee_id)
    flash(_("Kontoen er lukket, og medarbejderen er logget ud."), "success")
    return redirect(url_for("admin.employee", employee_id=employee_id), code=303)


@admin.post("/medarbejdere/<uuid:employee_id>/aabn")
def take_back(employee_id: UUID) -> ResponseReturnValue:
    """Open the account of one who is here again."""
    casework().act(current_actor(), lambda work: engaging.take_back(work, employee_id))
    _log("account opened", employee_id)
    flash(_("Kontoen er åben igen."), "success")
    return redirect(url_for("admin.employee", employee_id=employee_id), code=303)


def _list(typed: dict[str, str] | None = None, problem: InvalidAnswers | None = None) -> str:
    problems = _said(problem)
    return render_template(
        "admin/staff.html",
        words=words(HERE),
        table=casework().act(current_actor(), staff_table),
        fields=new_employee_fields(typed or {}, problems),
        problems=problems,
    )


def _one(
    employee_id: UUID,
    typed: dict[str, str] | None = None,
    problem: InvalidAnswers | None = None,
    code: str = "",
) -> str:
    problems = _said(problem)

    def read(work: Work) -> EmployeePage:
        return employee_page(work, employee_id, typed or {}, problems)

    page = casework().act(current_actor(), read)
    return render_template(
        "admin/employee.html", words=words(HERE), page=page, problems=problems, code=code
    )


def _log(what: str, employee_id: UUID) -> None:
    log.info("%s: employee %s by %s", what, employee_id, current_actor().id)


def _said(problem: InvalidAnswers | None) -> dict[str, str]:
    found = problem.problems if problem else {}
    return {key: translated(said) for key, said in found.items()}
