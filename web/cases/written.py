"""What was written on the way to a task: the referral, the screening, what colleagues gave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from engine.ports import PAPER
from engine.storage.models import AnswersRow, InstanceRow, OutboxRow, TaskRow
from engine.storage.work import Work
from web.cases.beside import in_sight
from web.errors import Line
from web.i18n import _, format_day
from workflows.access.sight import Sight
from workflows.cases.mails import ON_PAPER
from workflows.cases.records import YouthCaseRow
from workflows.municipalities.records import EmployeeRow
from workflows.packages import builds_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One form that was filled in: what it was for, who wrote it when, and what it says."""

    title: str
    by: str
    lines: Sequence[Line]


def written_before(work: Work, sight: Sight, task: TaskRow) -> list[Written]:
    """Return what was written in the process of `task` and where it came from, newest first.

    Nobody but the one who holds the thread reads it while a consent that was asked for is not
    in force; of what is read, each field by its class. A letter that is to be sent on paper is all
    that its task shows.
    """
    if task.element == ON_PAPER:
        return _letters(work, task)
    instance = work.session.get(InstanceRow, task.instance_id) if task.instance_id else None
    if instance is None or not sight.notes:
        return []
    rows = _answers(work, sight.case, _way_to(work, instance))
    lines = in_sight(work, sight, [answers for answers, _title in rows])
    found = [_written(work, answers, title, lines[answers.id]) for answers, title in rows]
    return [each for each in found if each.lines]


def said_by(work: Work, row: AnswersRow, title: str | None) -> str:
    """Return what was filled in, by whom and when."""
    found = _written(work, row, title, {})
    return " · ".join(part for part in (found.title, found.by) if part)


def _letters(work: Work, task: TaskRow) -> list[Written]:
    query = select(OutboxRow).where(OutboxRow.task_id == task.id, OutboxRow.channel == PAPER)
    return [
        Written(title=_("Brevet"), by="", lines=[Line(row.subject, row.body)])
        for row in work.session.scalars(query)
    ]


def _way_to(work: Work, instance: InstanceRow) -> list[InstanceRow]:
    """Return the process, those that called it, and the one that it builds on."""
    way = [instance]
    while (caller := way[-1].caller_id) is not None:
        way.append(work.session.get_one(InstanceRow, caller))
    before = select(InstanceRow).where(
        InstanceRow.case_id == instance.case_id,
        InstanceRow.process.in_([builds_on(work.definition(each.definition_id)) for each in way]),
        InstanceRow.started_at <= instance.started_at,
    )
    newest = work.session.scalars(before.order_by(InstanceRow.started_at.desc()).limit(1)).first()
    return [*way, newest] if newest is not None else way


def _answers(
    work: Work, case: YouthCaseRow, way: Sequence[InstanceRow]
) -> Sequence[tuple[AnswersRow, str | None]]:
    """Return the answers with the titles of their tasks; what began a process has none."""
    began = and_(
        AnswersRow.task_id.is_(None),
        AnswersRow.definition_id.in_([each.definition_id for each in way]),
        AnswersRow.form.in_([each.process for each in way]),
    )
    query = (
        select(AnswersRow, TaskRow.title)
        .outerjoin(TaskRow, TaskRow.id == AnswersRow.task_id)
        .where(
            AnswersRow.case_id == case.case_id,
            or_(TaskRow.instance_id.in_([each.id for each in way]), began),
        )
        .order_by(AnswersRow.at.desc(), AnswersRow.id)
    )
    return [(answers, title) for answers, title in work.session.execute(query)]


def _written(work: Work, row: AnswersRow, title: str | None, lines: Mapping[str, Line]) -> Written:
    author = work.session.get(EmployeeRow, row.author_id) if row.author_id else None
    day = format_day(work.calendar.local_date(row.at), work.today)
    return Written(
        title=title or _("Henvisningen"),
        by=", ".join(part for part in (author.name if author else "", day) if part),
        lines=list(lines.values()),
    )
