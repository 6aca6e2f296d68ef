"""Meetings: my meetings, the page of one, and what its convenor does there."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engine.domain.errors import InvalidAnswers, Stopped
from engine.services.held_answers import noting_failures
from engine.storage.work import Work
from web.auth.carrying import typed_before
from web.current import casework, current_actor
from web.i18n import _
from web.inbox.forms import Typed, raw_of
from web.meetings import attending, deciding
from web.meetings import seating as composing
from web.meetings.listing import meetings_page
from web.meetings.presenters import meeting_page
from web.sentences import translated
from workflows.forums.agenda import close_agenda
from workflows.forums.deciding import decide_item
from workflows.forums.holding import (
    Told,
    approve_minutes,
    cancel_meeting,
    hold_meeting,
    move_meeting,
)
from workflows.forums.passing_on import put_off

meetings = Blueprint("meetings", __name__, url_prefix="/moeder")


@meetings.get("")
def index() -> ResponseReturnValue:
    """My meetings, coming and held."""
    page = casework().act(current_actor(), meetings_page)
    return render_template("meetings/index.html", page=page)


@meetings.get("/<uuid:meeting_id>")
def meeting(meeting_id: UUID) -> ResponseReturnValue:
    """One meeting: agenda, who comes, what was decided."""
    page = casework().act(current_actor(), lambda work: meeting_page(work, meeting_id))
    return render_template("meetings/meeting.html", page=page)


@meetings.post("/<uuid:meeting_id>/luk-dagsorden")
def close(meeting_id: UUID) -> ResponseReturnValue:
    """Close the agenda."""
    casework().act(current_actor(), lambda work: close_agenda(work, meeting_id))
    return _back(meeting_id, _("Dagsordenen er lukket."))


@meetings.post("/<uuid:meeting_id>/aabn")
def hold(meeting_id: UUID) -> ResponseReturnValue:
    """Open the meeting."""
    casework().act(current_actor(), lambda work: hold_meeting(work, meeting_id))
    return _back(meeting_id, _("Mødet er åbnet. Skriv først, hvem der kom."))


@meetings.post("/<uuid:meeting_id>/godkend")
def approve(meeting_id: UUID) -> ResponseReturnValue:
    """Approve the minutes."""
    casework().act(current_actor(), lambda work: approve_minutes(work, meeting_id))
    return _back(meeting_id, _("Referatet er godkendt."))


@meetings.get("/<uuid:meeting_id>/fremmoede")
def attendance(meeting_id: UUID) -> ResponseReturnValue:
    """Who came."""
    return _attendance(meeting_id, typed_before())


@meetings.post("/<uuid:meeting_id>/fremmoede")
def write_attendance(meeting_id: UUID) -> ResponseReturnValue:
    """Write who came."""
    typed = _typed()
    try:
        casework().act(
            current_actor(), lambda work: attending.write_attendance(work, meeting_id, typed)
        )
    except InvalidAnswers as problem:
        return _attendance(meeting_id, typed, problem), 422
    return _back(meeting_id, _("Fremmødet er skrevet ind."))


@meetings.get("/<uuid:meeting_id>/flyt")
def move(meeting_id: UUID) -> ResponseReturnValue:
    """The form that moves the meeting."""
    return _moving(meeting_id, typed_before())


@meetings.post("/<uuid:meeting_id>/flyt")
def move_now(meeting_id: UUID) -> ResponseReturnValue:
    """Move the meeting, and every item with it."""
    typed = _typed()
    try:
        day, place = attending.moved_to(typed)
        told = move_meeting(casework(), current_actor(), meeting_id, day, place)
    except InvalidAnswers as problem:
        return _moving(meeting_id, typed, problem), 422
    return _back(meeting_id, _("Mødet er flyttet, og punkterne med det."), told)


@meetings.get("/<uuid:meeting_id>/aflys")
def cancel(meeting_id: UUID) -> ResponseReturnValue:
    """Ask before the meeting is cancelled."""
    page = casework().act(
        current_actor(), lambda work: attending.move_page(work, meeting_id, None, {})
    )
    return render_template("meetings/cancel.html", page=page, meeting_id=meeting_id)


@meetings.post("/<uuid:meeting_id>/aflys")
def cancel_now(meeting_id: UUID) -> ResponseReturnValue:
    """Cancel the meeting; its items go to the next one."""
    told = cancel_meeting(casework(), current_actor(), meeting_id)
    return _back(meeting_id, _("Mødet er aflyst. Punkterne er på det næste møde."), told)


@meetings.get("/<uuid:meeting_id>/punkter/<uuid:item_id>")
def item(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """One item, to be decided."""
    return _item(meeting_id, item_id, typed_before())


@meetings.post("/<uuid:meeting_id>/punkter/<uuid:item_id>")
def decide(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Decide the item: the task of its case is completed, the agreements become tasks."""
    typed = _typed()
    task_id = casework().act(
        current_actor(), lambda work: deciding.decision_task_of(work, meeting_id, item_id)
    )
    try:
        if task_id is None:
            casework().act(current_actor(), lambda work: _decided(work, meeting_id, item_id, typed))
        else:
            with noting_failures(casework(), current_actor(), task_id, raw_of(typed)):
                casework().act(
                    current_actor(), lambda work: _decided(work, meeting_id, item_id, typed)
                )
    except InvalidAnswers as problem:
        return _item(meeting_id, item_id, typed, problem), 422
    except Stopped:
        return redirect(url_for("inbox.task", task_id=task_id), code=303)
    return _back(meeting_id, _("Punktet er besluttet. Sagen går videre."))


@meetings.post("/<uuid:meeting_id>/punkter/<uuid:item_id>/udsaet")
def put_off_item(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Put the item off: to the next meeting, or to the leader."""
    row = casework().act(current_actor(), lambda work: put_off(work, item_id))
    if row.status == "with_leader":
        return _back(meeting_id, _("Lederen har fået en opgave: at finde en, der kan beslutte."))
    return _back(meeting_id, _("Punktet er udsat til næste møde."))


@meetings.get("/punkter/<uuid:item_id>/bordet")
def seating(item_id: UUID) -> ResponseReturnValue:
    """Who sits with the young person."""
    return _seating(item_id, typed_before())


@meetings.post("/punkter/<uuid:item_id>/bordet")
def compose(item_id: UUID) -> ResponseReturnValue:
    """Keep who sits with the young person; many are warned of, very many need a leader."""
    typed = _typed()
    try:
        casework().act(current_actor(), lambda work: composing.compose(work, item_id, typed))
    except InvalidAnswers as problem:
        return _seating(item_id, typed, problem), 422
    flash(_("Det er skrevet ind, hvem der sidder med den unge."), "success")
    return redirect(url_for("meetings.seating", item_id=item_id), code=303)


def _seating(item_id: UUID, typed: Typed | None, problem: InvalidAnswers | None = None) -> str:
    found = problem.problems if problem else {}
    problems = {key: translated(said) for key, said in found.items()}
    page = casework().act(
        current_actor(), lambda work: composing.seating_page(work, item_id, typed, problems)
    )
    action = url_for("meetings.compose", item_id=item_id)
    return render_template("meetings/seating.html", page=page, action=action, problems=problems)


def _decided(work: Work, meeting_id: UUID, item_id: UUID, typed: Typed) -> None:
    _forum, meeting, row = deciding.meeting_and_item(work, meeting_id, item_id)
    decide_item(work, item_id, deciding.decision_of(work, meeting, row, typed))


def _typed() -> Typed:
    return MultiDict((k, v) for k, v in request.form.items(multi=True) if k != "csrf_token")


def _attendance(
    meeting_id: UUID, typed: Typed | None, problem: InvalidAnswers | None = None
) -> str:
    problems = problem.problems if problem else {}
    page = casework().act(
        current_actor(),
        lambda work: attending.attendance_page(work, meeting_id, typed, problems),
    )
    return render_template("meetings/attendance.html", page=page, problems=problems)


def _moving(meeting_id: UUID, typed: Typed | None, problem: InvalidAnswers | None = None) -> str:
    found = problem.problems if problem else {}
    problems = {key: translated(said) for key, said in found.items()}
    page = casework().act(
        current_actor(), lambda work: attending.move_page(work, meeting_id, typed, problems)
    )
    return render_template("meetings/move.html", page=page, problems=problems)


def _item(
    meeting_id: UUID, item_id: UUID, typed: Typed | None, problem: InvalidAnswers | None = None
) -> str:
    problems = problem.problems if problem else {}
    page = casework().act(
        current_actor(),
        lambda work: deciding.item_page(work, meeting_id, item_id, typed, problems),
    )
    return render_template("meetings/item.html", page=page, problems=problems)


def _back(meeting_id: UUID, said: str, told: Sequence[Told] = ()) -> ResponseReturnValue:
    """Return to the meeting with what happened; each item that would not come along is told."""
    flash(said, "success")
    for one in told:
        if one.problem:
            flash(_("Ét punkt kom ikke med: %(why)s", why=translated(one.problem)), "warning")
    return redirect(url_for("meetings.meeting", meeting_id=meeting_id), code=303)
