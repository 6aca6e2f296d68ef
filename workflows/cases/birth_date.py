"""A birth date is corrected: the age clock and what runs are recounted, and people are told."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from engine.domain.changes import BIRTH_DATE, Change
from engine.domain.errors import InvalidAnswers, NotAllowed
from engine.services.definitions import blueprint_of, newest_definition
from engine.services.journal import record
from engine.services.recounting import BIRTH_DATE_CHANGED, recount_case
from engine.services.redeadlines import MovedDeadline
from engine.services.settling import settle
from engine.services.tasks import open_task
from engine.storage.models import DefinitionRow, InstanceRow, TaskRow
from engine.storage.work import Work
from workflows.cases.mails import mail_staff
from workflows.cases.milestones import Moved, move_milestones
from workflows.cases.passing_on import may_pass_on
from workflows.cases.records import YouthCaseRow
from workflows.cases.recounting import moved_dates, people_of
from workflows.cases.thread import PRIMARY, open_youth_case
from workflows.handover.owners import PROCESS
from workflows.letters import day_in_words
from workflows.municipalities.records import UnitRow
from workflows.people.parties import young_person_of

# Why a birth date may be corrected. Codes: nothing that anybody wrote goes into the journal.
REASONS = ("register", "misspelt", "told_by_family", "other")
OLDEST_YEARS = 60
REVIEW = "birth_date_review"
TITLE = "Se fristerne igennem: fødselsdatoen er rettet"
WHY = (
    "Noget var begyndt efter den gamle dato. Fristerne er flyttet. Se, om det stadig er det rette."
)
_NOTHING_MOVED = "Ingen. De datoer, der følger af alderen, er de samme."
_NOTHING_RUNS = "Intet var begyndt efter den gamle dato."
_SOMETHING_RUNS = "Noget var begyndt efter den gamle dato. Den, der holder tråden, ser det igennem."


def may_change_birth_date(work: Work, case: YouthCaseRow) -> bool:
    """Say whether the actor holds the thread, coordinates, or leads the unit of the case."""
    mine = work.actor.id is not None and work.actor.id in (case.primary_id, case.coordinator_id)
    return mine or may_pass_on(work, case)


def change_birth_date(
    work: Work, case_id: UUID, born: date, reason: str, *, was: date | None
) -> Sequence[Moved]:
    """Correct the birth date of the young person of an open case; return what has moved.

    Every milestone that lies ahead follows, and so do the deadlines and timers of what runs. What
    has begun too early is not stopped: the one who holds the thread gets a task to look it
    through. Old and new dates stand in the journal, and the people of the case are told. Raises
    `NotFound`, `Conflict` for a closed case, `NotAllowed` unless `may_change_birth_date`, and
    `InvalidAnswers` for `birth_date` and `reason`; `was` is the date that the actor saw.
    """
    work.reads_for("birth_date", f"case:{case_id}")
    case = open_youth_case(work, case_id)
    if not may_change_birth_date(work, case):
        raise NotAllowed("Kun den, der holder tråden, tovholderen og lederen kan rette datoen.")
    person = young_person_of(work, case_id)
    if problems := _problems(work, person.birth_date, born, reason, was):
        raise InvalidAnswers(problems)
    running = _running(work, case_id)
    before, person.birth_date = person.birth_date, born
    dates = {"old_date": before.isoformat(), "new_date": born.isoformat()}
    record(work, case_id, "birth_date_changed", why=reason, **dates)
    moved = move_milestones(work, case_id)
    for each in moved:
        record(work, case_id, "milestone_moved", milestone=each.name, **moved_dates(each))
    settle(work)
    changed = [Change(what=BIRTH_DATE)]
    facts = {BIRTH_DATE: born.isoformat()}
    deadlines = recount_case(work, case_id, changed, facts, cause=BIRTH_DATE_CHANGED)
    moved = [*moved, *(_as_moved(each) for each in deadlines)]
    if running:
        _open_review(work, case_id)
    _tell(work, case, moved, bool(running))
    return moved


def _as_moved(deadline: MovedDeadline) -> Moved:
    task = deadline.task
    return Moved(name=task.element, title=task.title, before=deadline.before, after=deadline.after)


def _problems(
    work: Work, before: date, born: date, reason: str, was: date | None
) -> dict[str, str]:
    problems = {}
    if was != before:
        problems["birth_date"] = "En anden har rettet datoen, siden du hentede siden. Se den igen."
    elif born == before:
        problems["birth_date"] = "Det er den dato, der står i forvejen. Skriv den rigtige."
    elif born > work.today:
        problems["birth_date"] = "Datoen ligger i fremtiden. Skriv den dag, den unge er født."
    elif born.year < work.today.year - OLDEST_YEARS:
        problems["birth_date"] = "Så gammel er ingen i ungeindsatsen. Se årstallet efter."
    if reason not in REASONS:
        problems["reason"] = "Vælg, hvorfor datoen rettes."
    return problems


def _running(work: Work, case_id: UUID) -> Sequence[DefinitionRow]:
    """Return the versions of the open processes that have read the birth date."""
    work.flush()
    query = select(InstanceRow.definition_id).where(
        InstanceRow.case_id == case_id, InstanceRow.closed_at.is_(None)
    )
    versions = [work.definition(each) for each in work.session.scalars(query.distinct())]
    return [each for each in versions if "birth_date" in blueprint_of(work, each).reads]


def _open_review(work: Work, case_id: UUID) -> None:
    """Ask the one who holds the thread to look through what runs; once while it is open."""
    query = select(TaskRow.id).where(
        TaskRow.case_id == case_id, TaskRow.element == REVIEW, TaskRow.closed_at.is_(None)
    )
    if work.session.scalars(query).first() is None:
        open_task(
            work,
            case_id=case_id,
            element=REVIEW,
            title=TITLE,
            role=PRIMARY,
            why_now=WHY,
            deadline='after(created, param("birth_date.review"))',
            ladder="A",
            definition=newest_definition(work, PROCESS),
        )


def _tell(work: Work, case: YouthCaseRow, moved: Collection[Moved], running: bool) -> None:
    leader = work.session.get_one(UnitRow, case.unit_id).leader_id
    people = {*people_of(work, case), leader} - {work.actor.id}
    lines = [f"- {each.title}: {_in_words(each)}" for each in moved]
    turn = work.lock_case(case.case_id).journal_length
    mail_staff(
        work,
        case.case_id,
        "birth_date_changed",
        sorted(people - {None}, key=str),
        key=f"birth_date_changed:{case.case_id}:{turn}",
        words={
            "changed_by": work.actor.name,
            "moved": "\n".join(lines) or _NOTHING_MOVED,
            "running": _SOMETHING_RUNS if running else _NOTHING_RUNS,
        },
    )


def _in_words(moved: Moved) -> str:
    if moved.after is None:
        return "kommer ikke længere"
    if moved.before is None:
        return f"{day_in_words(moved.after)}"
    return f"{day_in_words(moved.after)}, før {day_in_words(moved.before)}"
