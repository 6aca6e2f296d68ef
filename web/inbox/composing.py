"""Putting the pages of the inbox together: asks the database, hands the presenters plain values."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from engine.domain.errors import InvalidAnswers, TaskClosed
from engine.domain.form_fields import Form
from engine.ports import Blueprint
from engine.services.definitions import as_definition, form_of
from engine.services.held_answers import REASON
from engine.services.ledger import resting_since
from engine.services.tasks import may_take
from engine.storage.inbox import Page
from engine.storage.models import InstanceRow, TaskRow
from engine.storage.work import Work
from web import errors
from web.absence.words import away_in_words
from web.cases.answering import consent_asked, reach_of_answer, who_answers
from web.cases.glimpses import glimpse
from web.cases.looking import look_at_task, shown
from web.cases.standing import standing_of
from web.cases.steps import steps
from web.cases.written import written_before
from web.current import casework, current_actor
from web.errors import Line, WayOn
from web.explaining import dated, dated_task
from web.i18n import _, format_day, hour_in_words
from web.inbox import reading
from web.inbox.deadline_lines import deadline_acts
from web.inbox.forms import (
    Typed,
    conditions,
    drawn,
    problems_of,
    typed_in_words,
)
from web.inbox.presenters import (
    MINE,
    Act,
    InboxPage,
    Row,
    Surroundings,
    Today,
    about,
    present,
    rest_in_words,
    state_of,
    when_of,
)
from web.inbox.stopped import stopped_task, typed_of, why_field
from web.inbox.task_page import TaskPage, as_followed, settings_of
from web.words import role_name
from workflows.cases.covering import may_approve
from workflows.municipalities.absences import Away, away_today


def today_of(work: Work) -> Today:
    """Return the day and moment of this act and its calendar."""
    return Today(day=work.today, calendar=work.calendar, now=work.now)


def inbox_page(
    work: Work,
    view: str,
    page: Page,
    *,
    first: bool,
    covered: Sequence[Away] = (),
    covering: Away | None = None,
) -> InboxPage:
    """Return the inbox; on the first page of one's own also what one waits for."""
    others = reading.with_others(work) if view == MINE and first else ()
    tasks = [*page.tasks, *others]
    cases = shown(work, {task.case_id for task in tasks}, "inbox")
    around = Surroundings(
        view=view,
        actor_id=work.actor.id,
        today=today_of(work),
        people=reading.young_people(work, cases),
        answers=who_answers(work, tasks),
        resting=resting_since(work, tasks),
        names=reading.names_of(work, [task.assignee_id for task in tasks]),
        places=reading.place_names(work, [task for task in others if not task.assignee_id]),
        covered=covered,
        covering=covering,
    )
    note = away_in_words(work, covering) if covering else ""
    return present(page.tasks, others, around, page.after, first=first, note=note)


def task_page(
    work: Work, task_id: UUID, typed: Typed | None, problem: InvalidAnswers | None
) -> TaskPage | None:
    """Return the page of an open task, or None when it is done. Raises `NotFound`, `NotAllowed`."""
    found = reading.task_with_case(work, task_id)
    task, today = found.task, today_of(work)
    sight = look_at_task(work, task, found.case, "task")
    if task.closed_at is not None or sight is None:
        return None
    form = task_form(work, task)
    blueprint = _blueprint(work, task)
    mine = task.assignee_id == work.actor.id
    free = task.assignee_id is None and may_take(work, task)
    away = _away(work, task)
    problems = problems_of(form, typed) if form and typed is not None and problem else {}
    stopped = stopped_task(work, found)
    if typed is None and stopped and stopped.answers is not None and form and mine:
        typed = typed_of(form, stopped.answers)
    fields = drawn(form, typed, problems or (problem.problems if problem else {})) if form else []
    if stopped and mine:
        fields += why_field(request.form.get(REASON, ""), problem)
    standing = standing_of(work, found.instance) if found.instance else None
    return TaskPage(
        title=task.title,
        who=about(
            reading.WhoItIsAbout(found.young_person.first_name, found.young_person.birth_date),
            today.day,
        ),
        case_href=url_for("cases.case", case_id=task.case_id),
        when=when_of(task, today),
        state=state_of(task, today),
        dated=dated_task(task),
        rests=rest_in_words(resting_since(work, [task]).get(task.id), today.day),
        legal_limit=_legal_limit(task, today),
        limit_dated=dated(task.legal_limit_on, task.deadline.get("limit", ()))
        if task.legal_limit_on
        else None,
        deadline=deadline_acts(work, task),
        why_now=task.why_now,
        purpose=settings_of(blueprint.nodes, task.element).get("purpose", "") if blueprint else "",
        answers_from=reach_of_answer(work, task, found.young_person),
        consent_asked=consent_asked(work, task),
        stuck=_stuck(work, task, today),
        stop=stopped.stop if stopped else None,
        written=written_before(work, sight, task) if mine else (),
        status="mine" if mine else "free" if free else "other",
        holder=reading.name_of(work, task.assignee_id),
        holder_away=away_in_words(work, away) if away else "",
        take_over=_take_over(work, task, away),
        waits_for=role_name(task.role),
        fields=fields,
        questions=[field.label for field in form.questions()] if form else (),
        problems=len(problem.problems) if problem else 0,
        conditions=conditions(form) if form else (),
        complete_action=url_for("inbox.complete", task_id=task.id),
        claim=Act(_("Tag opgaven"), action=url_for("inbox.claim", task_id=task.id))
        if free
        else None,
        release=_release(task) if mine else None,
        version=task.definition_id or "",
        steps=steps(blueprint, standing) if blueprint and standing else (),
        process=blueprint.name if blueprint else "",
        diagram_href=_diagram_href(task),
        glimpse=glimpse(work, sight),
    )


def typed_lines(work: Work, task_id: UUID, typed: Typed) -> Sequence[Line]:
    """Return what was typed, with the questions of the form."""
    form = task_form(work, reading.task_with_case(work, task_id).task)
    return typed_in_words(form, typed) if form else ()


def way_on(work: Work, task_id: UUID) -> WayOn:
    """Return the way on from a task that stopped somebody: its case."""
    task = reading.task_with_case(work, task_id).task
    return WayOn(url_for("cases.case", case_id=task.case_id), _("Til sagen"))


def taken_by(work: Work, task_id: UUID) -> str:
    """Return the colleague who has the task; nothing when it is free or the actor's own."""
    holder = reading.task_with_case(work, task_id).task.assignee_id
    return reading.name_of(work, holder) if holder != work.actor.id else ""


def closed_page(task_id: UUID, closed: TaskClosed) -> ResponseReturnValue:
    """Return the page for a task that is done already: who, when, and where to go on."""
    actor = current_actor()
    if closed.closed_by_id == actor.id:
        what = _("Du afsluttede selv opgaven %(when)s.", when=_when(closed.closed_at))
    elif closed.closed_by_id is not None:
        name = casework().act(actor, lambda work: reading.name_of(work, closed.closed_by_id))
        what = _("%(name)s afsluttede den %(when)s.", name=name, when=_when(closed.closed_at))
    else:
        what = _(
            "Den er bortfaldet %(when)s, fordi sagen gik videre.", when=_when(closed.closed_at)
        )
    return errors.page(
        409,
        heading=_("Opgaven er allerede afsluttet"),
        what=what,
        now=_("Det, du har skrevet, er ikke gemt. Kopiér det, hvis det skal bruges."),
    )


def _when(moment: datetime) -> str:
    with casework().work(current_actor()) as work:
        return hour_in_words(moment, work.today, work.calendar, now=None)


def task_form(work: Work, task: TaskRow) -> Form | None:
    if task.form is None or task.definition_id is None:
        return None
    return form_of(work.definition(task.definition_id), task.form)


def _blueprint(work: Work, task: TaskRow) -> Blueprint | None:
    if task.instance_id is None or task.definition_id is None:
        return None
    return work.processes.inspect(as_definition(work.definition(task.definition_id)))


def _stuck(work: Work, task: TaskRow, today: Today) -> Row | None:
    """Return the task that a leader is to help with: which, whose, since when."""
    if task.raised_by_id is None:
        return None
    raised_by = work.session.get_one(TaskRow, task.raised_by_id)
    names = reading.names_of(work, [raised_by.assignee_id])
    return as_followed(raised_by, "", whom(raised_by, names), today)


def _away(work: Work, task: TaskRow) -> Away | None:
    if task.assignee_id is None or task.assignee_id == work.actor.id:
        return None
    return away_today(work, [task.assignee_id]).get(task.assignee_id)


def _take_over(work: Work, task: TaskRow, away: Away | None) -> Act | None:
    if away is None or away.deputy_id != work.actor.id:
        return None
    instance = work.session.get(InstanceRow, task.instance_id) if task.instance_id else None
    if not may_approve(work, task, instance):
        return None
    return Act(_("Overtag opgaven"), action=url_for("inbox.take_over", task_id=task.id))


def _release(task: TaskRow) -> Act | None:
    if task.unit_id is None and task.forum_id is None:
        return None
    return Act(_("Læg tilbage"), action=url_for("inbox.release", task_id=task.id))


def _diagram_href(task: TaskRow) -> str:
    if task.instance_id is None:
        return ""
    return url_for(
        "cases.process", case_id=task.case_id, instance_id=task.instance_id, _anchor="her"
    )


def _legal_limit(task: TaskRow, today: Today) -> str:
    limit = task.legal_limit_on
    if limit is None or limit == task.due_on:
        return ""
    return _("loven siger %(day)s", day=format_day(limit, today.day))


def whom(task: TaskRow, names: Mapping[UUID, str]) -> str:
    return (
        names.get(task.assignee_id, role_name(task.role))
        if task.assignee_id
        else role_name(task.role)
    )
