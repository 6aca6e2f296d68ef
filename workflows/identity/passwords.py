"""Passwords that employees set: with the old one, or with a code that somebody gave them."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from zxcvbn import zxcvbn

from engine.domain.errors import InvalidAnswers
from engine.storage.work import Work
from workflows.identity.records import SignInCodeRow
from workflows.identity.sign_ins import digest_of, end_sign_ins_of
from workflows.municipalities.records import EmployeeRow

SHORTEST, LONGEST = 12, 200
CODE_HOLDS = timedelta(hours=24)
_GUESSED_AT_ONCE = 3  # below this of zxcvbn's 0 to 4 a password is on a list or made of a word
_LOOKED_AT = 72  # signs; what comes after can only make it better
_HOUSE_WORDS = ("tovholder", "kommune", "ungeindsats", "adgangskode", "kodeord", "velkommen")


def problem_with(password: str, about: Sequence[str]) -> str:
    """Return one Danish sentence on why `password` cannot be used; "" when it can.

    `about` are words that the guesser knows: name, username, mail address.
    """
    if len(password) < SHORTEST:
        return f"Adgangskoden skal have mindst {SHORTEST} tegn. Brug gerne flere ord."
    if len(password) > LONGEST:
        return f"Adgangskoden må højst have {LONGEST} tegn."
    known = [*_HOUSE_WORDS, *(part for word in about for part in (word, *word.split()))]
    if zxcvbn(password[:_LOOKED_AT], user_inputs=known)["score"] < _GUESSED_AT_ONCE:
        return "Adgangskoden er for let at gætte. Brug flere ord, der ikke hører sammen."
    return ""


def set_password(work: Work, employee_id: UUID, password_hash: str, *, but: str = "") -> None:
    """Give the employee a new password; every sign-in but that of the digest `but` ends."""
    work.session.get_one(EmployeeRow, employee_id).password_hash = password_hash
    work.session.execute(delete(SignInCodeRow).where(SignInCodeRow.employee_id == employee_id))
    end_sign_ins_of(work, employee_id, but=but)


def make_code(work: Work, employee_id: UUID) -> str:
    """Return a code with which the employee sets a password within `CODE_HOLDS`, once.

    An older one no longer holds; the password does until then.
    """
    code = secrets.token_hex(16)
    work.session.execute(delete(SignInCodeRow).where(SignInCodeRow.employee_id == employee_id))
    work.session.add(
        SignInCodeRow(employee_id=employee_id, digest=digest_of(code), until=work.now + CODE_HOLDS)
    )
    return code


def use_code(work: Work, code: str, password_hash: str) -> UUID:
    """Set the password of the one whom the code was made for, and use it up; return who it is.

    Raises `InvalidAnswers` for `code` when it does not hold.
    """
    query = (
        select(SignInCodeRow)
        .join(EmployeeRow, EmployeeRow.id == SignInCodeRow.employee_id)
        .where(SignInCodeRow.digest == digest_of(code), SignInCodeRow.until > work.now)
        .where(EmployeeRow.active)
    )
    if not work.casework.database.is_sqlite:
        query = query.with_for_update(of=SignInCodeRow)
    row = work.session.scalars(query).one_or_none()
    if row is None:
        raise InvalidAnswers({"code": "Koden gælder ikke længere. Bed driften om en ny."})
    employee_id = row.employee_id
    set_password(work, employee_id, password_hash)
    return employee_id


def employee_of_code(work: Work, code: str) -> EmployeeRow | None:
    """Return whom the code was made for while it holds, else None."""
    query = (
        select(EmployeeRow)
        .join(SignInCodeRow, SignInCodeRow.employee_id == EmployeeRow.id)
        .where(SignInCodeRow.digest == digest_of(code), SignInCodeRow.until > work.now)
        .where(EmployeeRow.active)
    )
    return work.session.scalars(query).one_or_none()
