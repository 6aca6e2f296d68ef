"""How a case begins: by a referral, or taken over from elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from engine.domain.errors import Already, CaseworkError
from engine.domain.forms import Raw, validate
from engine.services.definitions import blueprint_of, form_of, newest_definition
from engine.services.instances import start_process
from engine.services.settling import settle
from engine.storage.work import Work
from workflows.cases import enforcement  # noqa: F401  # no case without the guard
from workflows.cases.milestones import plan_milestones
from workflows.cases.opening import add_information, keep_answers, open_for
from workflows.cases.records import YouthCaseRow
from workflows.cases.rules import OPENED, check_state
from workflows.cases.thread import open_case_of
from workflows.municipalities.records import ForumRow, PostRow, RoleUnitRow, UnitRow
from workflows.people.records import YoungPersonRow
from workflows.people.services import NewGuardian, NewYoungPerson, put_on_record

INTAKE = "intake"
REFERRAL = "referral"
_TEAM_FORUM = (
    select(ForumRow)
    .where(ForumRow.type == "team", ForumRow.team == bindparam("team"))
    .order_by(ForumRow.code)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingCase:
    """What is known of a case that has run elsewhere until now.

    `opened_at` is when it was opened there, for the record; who is responsible is known, and
    kept without a gap, from the moment it is taken over.
    """

    state: str
    primary_id: UUID
    team: int | None = None
    coordinator_id: UUID | None = None
    plan_owner_id: UUID | None = None
    social_case: bool = False
    employment_case: bool = False
    schooling: str | None = None
    opened_at: datetime | None = None
    employment_since: datetime | None = None


def start_referral(
    work: Work,
    young_person: NewYoungPerson | UUID,
    guardians: Sequence[NewGuardian],
    raw: Raw,
) -> YouthCaseRow:
    """Open a case and start its referral; return the case.

    `raw` is the form as it came. A young person who has an open case gets no second one: the
    answers join that case, and its primary responsible is told. The actor is responsible from
    the first instant if the actor is of the intake, else its leader. Raises `InvalidAnswers`.
    """
    work.reads_for("referral")
    definition = newest_definition(work, REFERRAL)
    answers = validate(form_of(definition, REFERRAL), raw)
    person = _person(work, young_person, guardians)
    if existing := open_case_of(work, person.id):
        add_information(work, existing, definition, REFERRAL, answers)
        return existing
    person.schooling = answers.get("schooling") or person.schooling
    unit = _intake(work)
    case = open_for(
        work,
        person,
        unit,
        state=OPENED,
        primary_id=_receiver(work, unit),
        social_case=answers.get("social_case") is True,
        employment_case=answers.get("employment_case") is True,
    )
    keep_answers(work, case.case_id, definition, REFERRAL, answers)
    reads = blueprint_of(work, definition).reads - set(work.house.facts(work, case.case_id))
    start_process(
        work, case.case_id, REFERRAL, {key: answers[key] for key in sorted(reads & set(answers))}
    )
    plan_milestones(work, case.case_id)
    settle(work)
    return case


def open_existing_case(
    work: Work,
    young_person: NewYoungPerson | UUID,
    guardians: Sequence[NewGuardian],
    existing: ExistingCase,
) -> YouthCaseRow:
    """Take over a case that runs already and return it; its milestones are planned.

    Raises `Conflict` when the young person has an open case here.
    """
    work.reads_for("referral")
    check_state(OPENED, existing.state)
    person = _person(work, young_person, guardians)
    if open_case_of(work, person.id):
        raise Already("Den unge har allerede en åben sag.")
    person.schooling = existing.schooling or person.schooling
    forum = team_forum(work, existing.team) if existing.team else None
    unit = work.session.get_one(UnitRow, forum.unit_id) if forum and forum.unit_id else None
    case = open_for(
        work,
        person,
        unit or _intake(work),
        state=existing.state,
        primary_id=existing.primary_id,
        social_case=existing.social_case,
        employment_case=existing.employment_case,
    )
    case.team, case.forum_id = existing.team, forum.id if forum else None
    case.coordinator_id = existing.coordinator_id
    case.plan_owner_id = existing.plan_owner_id
    case.opened_at = existing.opened_at or work.now
    case.employment_since = existing.employment_since
    work.flush()
    plan_milestones(work, case.case_id)
    settle(work)
    return case


def team_forum(work: Work, team: int) -> ForumRow | None:
    """Return the forum of the team with this number; the first by code if there are several."""
    return work.session.scalars(_TEAM_FORUM, {"team": team}).first()


def _person(
    work: Work, young_person: NewYoungPerson | UUID, guardians: Sequence[NewGuardian]
) -> YoungPersonRow:
    if isinstance(young_person, UUID):
        return work.session.get_one(YoungPersonRow, young_person)
    return put_on_record(work, young_person, guardians)


def _intake(work: Work) -> UnitRow:
    query = select(UnitRow).join(RoleUnitRow, RoleUnitRow.unit_id == UnitRow.id)
    unit = work.session.scalars(query.where(RoleUnitRow.role == INTAKE)).first()
    if unit is None:
        raise CaseworkError("Kommunen har ingen enhed, der tager imod henvisninger.")
    return unit


def _receiver(work: Work, unit: UnitRow) -> UUID:
    """Return who is responsible for a case that has just come in."""
    actor = work.actor
    if actor.id is not None and INTAKE in actor.roles and unit.id in actor.units:
        return actor.id
    query = select(PostRow.employee_id).where(PostRow.role == INTAKE, PostRow.unit_id == unit.id)
    receiver = unit.leader_id or work.session.scalars(query).first()
    if receiver is None:
        raise CaseworkError(f"Der er ingen i {unit.name}, der kan få ansvaret for sagen.")
    return receiver
