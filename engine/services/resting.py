"""What a person does to a deadline: lets it rest, lets it go on, extends it, takes that back.

The date itself is never edited: each is a line of the ledger, and the deadline is counted anew.
"""

from datetime import date
from uuid import UUID

from engine.domain.calendars import DayType, add_months
from engine.domain.errors import Already, InvalidAnswers, NotFound, NotPossible, Over
from engine.domain.ledgers import OWN
from engine.domain.parameters import parse_period
from engine.services.deadlines import is_by_the_hour
from engine.services.journal import record
from engine.services.ledger import EXTENSION, SUSPENSION, is_running, ledger_of, running
from engine.services.recounting import recount_task
from engine.services.tasks import check_open
from engine.storage.models import DayRow, TaskRow
from engine.storage.work import Work

# Why a deadline rests or is extended. Codes: nothing that anybody wrote goes into the journal.
REST_REASONS = ("missing_information", "party_hearing", "other_authority", "asked_by_family")
EXTEND_REASONS = ("more_to_examine", "missing_information", "asked_by_family", "agreed_with_leader")
# The law that lets us; of our own deadlines no law says anything.
SOURCES = (OWN, "fvl_19", "rsl_3", "rsl_11")
LONGEST_MONTHS = 6  # ours: what rests longer than that is not resting


def suspend(work: Work, task_id: UUID, until: date, reason: str, source: str) -> TaskRow:
    """Let the deadline of the task rest from now to and with the day `until`.

    It goes on by itself the day after, with the days that were left today, and its ladder rests
    with it. Raises `NotFound`, `TaskClosed`, `Conflict` where there is no deadline that could rest,
    and `InvalidAnswers` for `until`, `reason` and `source`.
    """
    task = _with_deadline(work, task_id)
    if running(work, task) is not None:
        raise Already("Fristen er allerede i bero. Lad den løbe igen først.")
    problems = _codes(reason, REST_REASONS, source)
    if not work.today < until <= add_months(work.today, LONGEST_MONTHS):
        problems["until"] = "Vælg en dag efter i dag, højst et halvt år frem."
    if problems:
        raise InvalidAnswers(problems)
    _write(work, task, SUSPENSION, reason, source, until=until)
    return task


def resume(work: Work, task_id: UUID) -> TaskRow:
    """Let the deadline go on from today, with the days that were left when it began to rest.

    Raises `NotFound`, `TaskClosed`, and `Conflict` when it does not rest.
    """
    task = _with_deadline(work, task_id, overdue_too=True)
    row = running(work, task)
    if row is None:
        raise Already("Fristen er ikke i bero.")
    row.ended_on = work.today
    record(work, task.case_id, "deadline_resumed", task=str(task.id), line=str(row.id))
    work.flush()
    recount_task(work, task, "deadline_resumed")
    return task


def extend(work: Work, task_id: UUID, period: str, reason: str, source: str) -> TaskRow:
    """Let the deadline be `period` longer ("10 WD", "14 CD", "P1M").

    An extension that no law gives stays within the date that the law names. Raises `NotFound`,
    `TaskClosed`, `Conflict` where there is no deadline that could be extended, and
    `InvalidAnswers` for `period`, `reason` and `source`.
    """
    task = _with_deadline(work, task_id)
    problems = _codes(reason, EXTEND_REASONS, source)
    if problem := _period_problem(period):
        problems["period"] = problem
    if problems:
        raise InvalidAnswers(problems)
    limit = task.legal_limit_on
    _write(work, task, EXTENSION, reason, source, period=period)
    if source == OWN and limit is not None and task.due_on is not None and task.due_on > limit:
        raise InvalidAnswers(
            {"source": "Så går fristen ud over lovens dato. Vælg den lov, der giver lov til det."}
        )
    return task


def take_back(work: Work, task_id: UUID, line_id: UUID) -> TaskRow:
    """Take a line of the ledger back, as if it had never been written.

    Raises `NotFound`, `TaskClosed`, and `Conflict` when it is taken back already, or when the
    deadline has rested to its end: those days have passed.
    """
    task = _with_deadline(work, task_id, overdue_too=True)
    row = work.session.get(DayRow, line_id)
    if row is None or row.task_id != task.id:
        raise NotFound("Linjen findes ikke.")
    if row.undone_at is not None:
        raise Already("Det er allerede fortrudt.")
    if row.kind == SUSPENSION and not is_running(work, row):
        raise Over("Fristen har været i bero. De dage er gået og kan ikke fortrydes.")
    row.undone_at = work.now
    record(work, task.case_id, "deadline_days_undone", task=str(task.id), line=str(row.id))
    work.flush()
    recount_task(work, task, "deadline_days_undone")
    return task


def may_have_ledger(work: Work, task: TaskRow) -> bool:
    """Say whether the task has a deadline in days that has not passed."""
    waits = task.closed_at is None and task.due_at is not None and "rule" in task.deadline
    return waits and not is_by_the_hour(task) and not _has_passed(work, task)


def _with_deadline(work: Work, task_id: UUID, *, overdue_too: bool = False) -> TaskRow:
    task, _ = work.open_task(task_id)
    check_open(task)
    if task.due_at is None or "rule" not in task.deadline:
        raise NotPossible("Opgaven har ingen frist.")
    if is_by_the_hour(task):
        raise NotPossible("En frist i timer kan hverken sættes i bero eller forlænges.")
    if _has_passed(work, task) and not overdue_too:
        raise Over("Fristen er gået. En frist, der er gået, kan ikke ændres.")
    return task


def _has_passed(work: Work, task: TaskRow) -> bool:
    return task.due_at is not None and task.due_at < work.now


def _codes(reason: str, reasons: tuple[str, ...], source: str) -> dict[str, str]:
    problems = {}
    if reason not in reasons:
        problems["reason"] = "Vælg en grund."
    if source not in SOURCES:
        problems["source"] = "Vælg den lov, der giver lov til det, eller at fristen er vores egen."
    return problems


def _period_problem(period: str) -> str:
    try:
        read = parse_period(period)
    except ValueError:
        return "Skriv et antal dage, for eksempel 10."
    if read.hours or read.day_type is DayType.HOURS or not (read.days or read.months):
        return "Skriv et antal dage, for eksempel 10."
    if read.months > LONGEST_MONTHS or read.days > LONGEST_MONTHS * 31:
        return "Så længe kan en frist ikke forlænges. Vælg højst et halvt år."
    return ""


def _write(
    work: Work,
    task: TaskRow,
    kind: str,
    reason: str,
    source: str,
    *,
    until: date | None = None,
    period: str = "",
) -> None:
    row = DayRow(
        case_id=task.case_id,
        task_id=task.id,
        kind=kind,
        since=work.today,
        until=until,
        period=period,
        reason=reason,
        source=source,
        by_id=work.actor.id,
        by_name=work.actor.name,
        at=work.now,
    )
    work.session.add(row)
    work.flush()
    act = "deadline_suspended" if kind == SUSPENSION else "deadline_extended"
    told = {"until": until.isoformat()} if until else {"period": period}
    record(
        work,
        task.case_id,
        act,
        task=str(task.id),
        line=str(row.id),
        reason=reason,
        source=source,
        **told,
    )
    recount_task(work, task, act)


def standing(work: Work, task: TaskRow) -> list[DayRow]:
    """Return the lines that may still be taken back, newest first."""
    lines = ledger_of(work, task)
    return [row for row in reversed(lines) if row.kind == EXTENSION or is_running(work, row)]
