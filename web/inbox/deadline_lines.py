"""What stands in the ledger of a task's deadline, and what may be done to it, on the task page."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from engine.services.ledger import EXTENSION, is_running
from engine.services.resting import may_have_ledger, standing
from engine.storage.models import DayRow, TaskRow
from engine.storage.work import Work
from web.i18n import N_, _, format_day
from web.inbox.presenters import Act
from workflows.cases.deadlines import may_change_deadline
from workflows.explanations import LAW_SOURCES, LEDGER_REASONS

REST, EXTEND = "bero", "forlaeng"
UNITS = {"WD": N_("arbejdsdage"), "CD": N_("kalenderdage")}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineLine:
    """A line of the ledger as the task page shows it, with what may be done to it."""

    text: str
    run: Act | None
    undo: Act | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineActs:
    """What the actor may do to the deadline of a task, and what was done."""

    lines: Sequence[DeadlineLine]
    rest: Act | None
    extend: Act | None


def deadline_acts(work: Work, task: TaskRow) -> DeadlineActs:
    """Return what stands in the ledger of the task, and what the actor may do."""
    lines = standing(work, task) if task.due_at is not None else []
    may = may_change_deadline(work, task)
    rests = any(is_running(work, line) for line in lines)
    can = may and may_have_ledger(work, task)
    return DeadlineActs(
        lines=[_line(work, task, line, may=may) for line in lines],
        rest=Act(
            _("Sæt fristen i bero"), href=url_for("inbox.deadline", what=REST, task_id=task.id)
        )
        if can and not rests
        else None,
        extend=Act(
            _("Forlæng fristen"), href=url_for("inbox.deadline", what=EXTEND, task_id=task.id)
        )
        if can
        else None,
    )


def _asked(task: TaskRow, what: str, text: str) -> Act:
    return Act(text, href=url_for("inbox.deadline", what=what, task_id=task.id))


def _line(work: Work, task: TaskRow, line: DayRow, *, may: bool) -> DeadlineLine:
    undo = url_for("inbox.undo_deadline", line_id=line.id, task_id=task.id)
    runs = is_running(work, line)
    return DeadlineLine(
        text=_in_words(work, line),
        run=Act(_("Lad fristen løbe igen"), action=url_for("inbox.run_deadline", task_id=task.id))
        if may and runs
        else None,
        undo=Act(_("Fortryd"), action=undo) if may else None,
    )


def _in_words(work: Work, line: DayRow) -> str:
    told = {
        "reason": _(LEDGER_REASONS.get(line.reason, line.reason)),
        "source": _(LAW_SOURCES.get(line.source, line.source)),
        "who": line.by_name,
    }
    if line.kind == EXTENSION:
        number, unit = line.period.split(" ")
        length = f"{number} {_(UNITS.get(unit, unit))}"
        return _(
            "Forlænget med %(length)s af %(who)s: %(reason)s. Hjemmel: %(source)s.",
            length=length,
            **told,
        )
    until = format_day(line.until, work.today) if line.until else ""
    return _(
        "I bero til og med %(until)s, sat af %(who)s: %(reason)s. Hjemmel: %(source)s.",
        until=until,
        **told,
    )
