"""What happens now that a task is done: what follows, what is waited for, and what comes next."""

from collections.abc import Sequence
from uuid import UUID

from flask import url_for
from sqlalchemy import select

from engine.domain.errors import InvalidDefinition
from engine.services.definitions import as_definition
from engine.storage.inbox import Page, my_tasks
from engine.storage.models import AnswersRow, TaskRow
from engine.storage.work import Work
from web.cases.answering import who_answers
from web.cases.beside import remarks_of
from web.cases.looking import look_at_task
from web.cases.standing import standing_of
from web.cases.steps import HERE, OVERDUE, Step, steps
from web.errors import Line
from web.explaining import dated_task
from web.i18n import _
from web.inbox import reading
from web.inbox.composing import task_form, today_of, whom
from web.inbox.forms import in_words
from web.inbox.presenters import Act, Row, Today, about, state_of, when_of
from web.inbox.task_page import Receipt, Said, as_followed
from workflows.access.services import log_read


def receipt(work: Work, task_id: UUID) -> Receipt:
    """Return what happens now that the task is done. Raises `NotFound`, `NotAllowed`."""
    found = reading.task_with_case(work, task_id)
    task, today = found.task, today_of(work)
    look_at_task(work, task, found.case, "receipt")
    who = about(
        reading.WhoItIsAbout(found.young_person.first_name, found.young_person.birth_date),
        today.day,
    )
    opened = reading.opened_at_moment(work, task.case_id, task.closed_at) if task.closed_at else ()
    still = [each for each in opened if each.closed_at is None]
    mine = my_tasks(work.session, work.actor, 2)
    return Receipt(
        title=task.title,
        who=who,
        case_href=url_for("cases.case", case_id=task.case_id),
        follows=_followed(work, still, who, today),
        sentences=_sentences(work, found, any(still)),
        own_answers=_own_answers(work, task),
        next=_next(work, mine, today),
    )


def _followed(work: Work, opened: Sequence[TaskRow], who: str, today: Today) -> list[Row]:
    names = reading.names_of(work, [task.assignee_id for task in opened])
    answers = who_answers(work, opened)
    return [
        as_followed(
            task,
            who,
            _("dig") if task.assignee_id == work.actor.id else whom(task, names),
            today,
            answers.get(task.id, ""),
        )
        for task in opened
    ]


def _sentences(work: Work, found: reading.TaskWithCase, follows: bool) -> list[Said]:
    """Say what nobody has to do: what goes on by itself, what is waited for, what is over."""
    instance = found.instance
    if instance is None:
        return [] if follows else [Said(_("Der skal ikke ske mere her."))]
    blueprint = work.processes.inspect(as_definition(work.definition(instance.definition_id)))
    if instance.closed_at is not None:
        return [Said(_("»%(process)s« er færdig.", process=blueprint.name))]
    standing = standing_of(work, instance)
    told = [
        step
        for step in steps(blueprint, standing)
        if step.state in (HERE, OVERDUE) and not (step.href and follows)
    ]
    return [_waiting(step) for step in told]


def _waiting(step: Step) -> Said:
    parts = ", ".join(part for part in (step.text, step.whom) if part)
    said = _("Vi venter på: %(what)s.", what=parts)
    return Said(said, step.when, step.dated)


def _own_answers(work: Work, task: TaskRow) -> Sequence[Line]:
    form = task_form(work, task)
    row = work.session.scalars(
        select(AnswersRow).where(AnswersRow.task_id == task.id).order_by(AnswersRow.at.desc())
    ).first()
    if form is None or row is None:
        return ()
    try:
        return in_words(form, row.data, remarks_of(work, [row]).get(row.id))
    except InvalidDefinition:
        return ()


def _next(work: Work, mine: Page, today: Today) -> Row | None:
    if not mine.tasks:
        return None
    task = mine.tasks[0]
    case, person = reading.whose(work, task.case_id)
    log_read(work, case)
    return Row(
        what=task.title,
        href=url_for("inbox.task", task_id=task.id),
        who=about(person, today.day),
        when=when_of(task, today),
        state=state_of(task, today),
        why=task.why_now,
        act=Act(_("Åbn"), href=url_for("inbox.task", task_id=task.id)),
        dated=dated_task(task),
    )
