"""Cases in a closed compartment: how one begins there, and what is known of it outside.

A compartment keeps a register and cases of its own. What is open about the same young person is
neither read nor touched, so nothing outside moves when something happens inside.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Select, func, select

from engine.domain.errors import CaseworkError, InvalidDefinition
from engine.domain.forms import Raw, validate
from engine.domain.manifests import start_form
from engine.services.definitions import compartment_of, form_of, newest_definition
from engine.services.instances import start_process
from engine.services.settling import settle
from engine.storage.owners import new_key
from engine.storage.work import Work
from workflows.access.matrix import INSIDE, matrix
from workflows.cases import enforcement  # noqa: F401  # no case without the guard
from workflows.cases.opening import add_information, keep_answers, open_for
from workflows.cases.records import YouthCaseRow
from workflows.cases.thread import open_case_of
from workflows.municipalities.records import EmployeeRow, PostRow, UnitRow
from workflows.people.records import YoungPersonRow
from workflows.people.services import NewYoungPerson, find_young_person, mark_of

DRUG_TREATMENT = "drug_treatment"  # the process; its compartment stands in its `process.toml`
RUNS = "active_single"


@contextmanager
def entering(work: Work, compartment: str) -> Iterator[None]:
    """Let the actor reach into the compartment for what follows, and nobody else see it."""
    outside = work.actor
    work.actor = replace(
        outside, compartments=None if outside.compartments is None else frozenset({compartment})
    )
    try:
        yield
    finally:
        work.flush()
        work.actor = outside


def pass_in(work: Work, process: str, person: NewYoungPerson, raw: Raw) -> UUID:
    """Open a case in the compartment of `process`, and start it there; return the case.

    `raw` is its start form as it came. Who has an open case there gets no second one: the answers
    join it. Whoever acts learns nothing of what is inside. Raises `InvalidAnswers`.
    """
    work.reads_for("compartment")
    definition = newest_definition(work, process)
    compartment = compartment_of(definition)
    if compartment is None:
        raise InvalidDefinition(f"Processen »{process}« hører ikke til et lukket rum.")
    form = start_form(definition.files)
    answers = validate(form_of(definition, form), raw)
    known = find_young_person(work, person)
    with entering(work, compartment):
        inside = _person(work, compartment, person, known.id if known else None)
        if case := open_case_of(work, inside.id):
            add_information(work, case, definition, form, answers)
            return case.case_id
        case = _opened(work, inside)
        keep_answers(work, case.case_id, definition, form, answers)
        start_process(work, case.case_id, process, answers)
        settle(work)
        return case.case_id


def efforts_of(work: Work, young_person_id: UUID, compartment: str) -> bool:
    """Say whether something runs in the compartment about one who is known outside it.

    Only for those who may know: a consent that names the compartment (`Sight.knows_of`).
    """
    inside = (
        select(YouthCaseRow.case_id)
        .join(YoungPersonRow, YoungPersonRow.id == YouthCaseRow.young_person_id)
        .where(
            YoungPersonRow.known_as_id == young_person_id,
            YouthCaseRow.compartment == compartment,
            YouthCaseRow.closed_at.is_(None),
        )
    )
    with entering(work, compartment):
        return work.session.scalar(inside.limit(1)) is not None


def mark_inside(work: Work, compartment: str, cpr: str | None) -> str | None:
    """Return what finds a CPR number again in the register of the compartment, and nowhere else."""
    return mark_of(work, f"{compartment}:{cpr}") if cpr else None


def _person(
    work: Work, compartment: str, new: NewYoungPerson, known_as_id: UUID | None
) -> YoungPersonRow:
    """Return the young person in the compartment's own register, found again or written now."""
    mark = mark_inside(work, compartment, new.cpr)
    same = (
        (YoungPersonRow.birth_date == new.birth_date)
        & (YoungPersonRow.first_name == new.first_name)
        & (YoungPersonRow.last_name == new.last_name)
    )
    query = select(YoungPersonRow).where(YoungPersonRow.compartment == compartment)
    wanted = query.where(YoungPersonRow.cpr_mark == mark) if mark else query.where(same)
    if found := work.session.scalars(wanted).first():
        return found
    row = YoungPersonRow(
        first_name=new.first_name,
        last_name=new.last_name,
        birth_date=new.birth_date,
        key_id=new_key(work),
        cpr=new.cpr,
        cpr_mark=mark,
        phone=new.phone,
        email=new.email,
        protected_address=new.protected_address,
        known_as_id=known_as_id,
        compartment=compartment,
    )
    work.session.add(row)
    work.flush()
    return row


def _opened(work: Work, person: YoungPersonRow) -> YouthCaseRow:
    compartment = person.compartment
    query = select(UnitRow).where(UnitRow.compartment == compartment).order_by(UnitRow.code)
    unit = work.session.scalars(query).first()
    if compartment is None or unit is None:
        raise CaseworkError("Kommunen har ingen enhed, der har det lukkede rum.")
    holder = holder_in(work, unit)
    if holder is None:
        raise CaseworkError(f"Der er ingen i {unit.name}, der kan få ansvaret for sagen.")
    return open_for(work, person, unit, state=RUNS, primary_id=holder)


def holder_in(work: Work, unit: UnitRow, but: UUID | None = None) -> UUID | None:
    """Return who of the unit could hold one more case in its compartment, not being `but`.

    The one with the fewest, else the leader of the unit, else None.
    """
    assert unit.compartment is not None  # noqa: S101  # asked of no other
    staff = work.session.scalars(_staff(unit, unit.compartment)).all()
    leader = unit.leader_id and work.session.get_one(EmployeeRow, unit.leader_id)
    last = [leader.id] if leader and leader.active else []
    return next((each for each in (*staff, *last) if each != but), None)


def _staff(unit: UnitRow, compartment: str) -> Select[UUID]:
    """Select those of the unit who work in the compartment, the one with the fewest cases first."""
    rows = matrix().rows.values()
    roles = {
        role for row in rows if INSIDE in row.compartments[compartment] for role in row.roles
    } - matrix().rows["leader"].roles
    holds = (
        select(func.count())
        .select_from(YouthCaseRow)
        .where(YouthCaseRow.primary_id == EmployeeRow.id, YouthCaseRow.closed_at.is_(None))
        .correlate(EmployeeRow)
        .scalar_subquery()
    )
    return (
        select(EmployeeRow.id)
        .join(PostRow, PostRow.employee_id == EmployeeRow.id)
        .where(PostRow.unit_id == unit.id, PostRow.role.in_(sorted(roles)), EmployeeRow.active)
        .order_by(PostRow.role, holds, EmployeeRow.name)
    )
