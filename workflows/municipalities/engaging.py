"""The staff as operations keep it: who works here, in which posts, and who has left."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select

from engine.domain.errors import InvalidAnswers, NotAllowed, NotFound
from engine.storage.work import Work
from workflows.cases.thread import deactivate_employee
from workflows.compartments.leaving import leave_compartments
from workflows.identity.passwords import make_code
from workflows.identity.sign_ins import end_sign_ins_of
from workflows.municipalities.records import EmployeeRow, PostRow, UnitRow
from workflows.municipalities.roles import POSTS

OPERATOR = "system_admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A role that an employee has in a unit; `from_group` when the provider gave it."""

    post_id: UUID
    role: str
    unit: str
    from_group: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEmployee:
    """Who comes to work here."""

    username: str
    name: str
    email: str
    phone: str = ""


def engage(work: Work, new: NewEmployee) -> EmployeeRow:
    """Let somebody work here, without a password and without a post; return the row.

    Raises `NotAllowed` for others than operations, and `InvalidAnswers` for `username` (lower
    case, and nobody else's), `name` and `email`.
    """
    _only_operators(work)
    username = new.username.strip().lower()
    problems = {}
    if not username or len(username) > 60 or any(sign.isspace() for sign in username):
        problems["username"] = "Skriv et brugernavn uden mellemrum."
    elif work.session.scalar(select(EmployeeRow.id).where(EmployeeRow.username == username)):
        problems["username"] = "Brugernavnet er taget. Vælg et andet."
    if not new.name.strip():
        problems["name"] = "Skriv medarbejderens navn."
    if new.email.count("@") != 1:
        problems["email"] = "Skriv en mailadresse med ét @."
    if problems:
        raise InvalidAnswers(problems)
    row = EmployeeRow(
        username=username, name=new.name.strip(), email=new.email.strip(), phone=new.phone.strip()
    )
    work.session.add(row)
    work.flush()
    return row


def give_post(work: Work, employee_id: UUID, role: str, unit_id: UUID) -> None:
    """Let the employee hold the role in the unit; what they hold already changes nothing.

    Raises `NotFound`, `NotAllowed` for others than operations and for one's own posts, and
    `InvalidAnswers` for `role` and `unit`.
    """
    _for_another(work, employee_id)
    if role not in POSTS:
        raise InvalidAnswers({"role": "Vælg en rolle på listen."})
    if work.session.get(UnitRow, unit_id) is None:
        raise InvalidAnswers({"unit": "Vælg en enhed på listen."})
    held = select(PostRow.id).where(
        PostRow.employee_id == employee_id, PostRow.role == role, PostRow.unit_id == unit_id
    )
    if work.session.scalar(held) is None:
        work.session.add(PostRow(employee_id=employee_id, role=role, unit_id=unit_id))
        work.flush()


def take_post(work: Work, employee_id: UUID, post_id: UUID) -> None:
    """Take a post from the employee; one they do not have changes nothing. Raises as `give_post`.

    Open tasks stay with the one who has them.
    """
    _for_another(work, employee_id)
    work.session.execute(
        delete(PostRow).where(PostRow.id == post_id, PostRow.employee_id == employee_id)
    )


def let_go(work: Work, employee_id: UUID) -> None:
    """Close the account of one who has left, and sign them out.

    What they hold in a compartment passes to a colleague there, and whoever acts learns nothing.
    Raises as `give_post`, and `Conflict` while they answer for an open case outside, or are the
    last who could hold one in a compartment.
    """
    _for_another(work, employee_id)
    work.reads_for("staff", f"employee:{employee_id}")
    leave_compartments(work, employee_id)
    deactivate_employee(work, employee_id)
    end_sign_ins_of(work, employee_id)


def take_back(work: Work, employee_id: UUID) -> None:
    """Open the account of one who is here again; their posts are as they were."""
    _for_another(work, employee_id).active = True


def code_for(work: Work, employee_id: UUID) -> str:
    """Return a code with which the employee sets a password. Raises as `give_post`."""
    _for_another(work, employee_id)
    return make_code(work, employee_id)


def posts_of(work: Work, employee_id: UUID) -> Sequence[Post]:
    """Return the posts of the employee, by unit and role."""
    query = (
        select(PostRow, UnitRow.name)
        .join(UnitRow, UnitRow.id == PostRow.unit_id)
        .where(PostRow.employee_id == employee_id)
        .order_by(UnitRow.name, PostRow.role)
    )
    return [
        Post(post_id=row.id, role=row.role, unit=unit, from_group=row.from_group)
        for row, unit in work.session.execute(query)
    ]


def _for_another(work: Work, employee_id: UUID) -> EmployeeRow:
    """Return the employee for operations to change, who are never the same person."""
    _only_operators(work)
    if employee_id == work.actor.id:
        raise NotAllowed("Din egen konto og dine egne poster ændrer en anden i driften.")
    row = work.session.get(EmployeeRow, employee_id)
    if row is None:
        raise NotFound("Medarbejderen findes ikke.")
    return row


def _only_operators(work: Work) -> None:
    if work.actor.id is not None and OPERATOR not in work.actor.roles:
        raise NotAllowed("Siden er for dem, der passer driften.")
