"""Signed in, here and elsewhere; and how that ends."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select

from engine.storage.work import Work
from workflows.identity.records import SignInRow

SIGNED_IN_FOR = timedelta(hours=8)
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """One browser in which an employee is signed in. `digest` names it."""

    digest: str
    device: str
    began_at: datetime
    until: datetime


def begin_sign_in(
    work: Work, employee_id: UUID, device: str, provider_sid: str | None = None
) -> str:
    """Note that the employee has signed in; return the secret that the browser shows from now on.

    What has run out of the same employee goes. Each sign-in has a secret of its own.
    """
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    old = delete(SignInRow).where(SignInRow.employee_id == employee_id, SignInRow.until <= work.now)
    work.session.execute(old)
    row = SignInRow(
        digest=digest_of(secret),
        employee_id=employee_id,
        began_at=work.now,
        until=work.now + SIGNED_IN_FOR,
        device=device[:100],
        provider_sid=provider_sid,
    )
    work.session.add(row)
    return secret


def end_sign_in(work: Work, digest: str) -> str | None:
    """End one sign-in of the actor's own; return its session at the provider, if it had one.

    One that is not theirs, or has ended, changes nothing.
    """
    row = work.session.get(SignInRow, digest)
    if row is None or row.employee_id != work.actor.id:
        return None
    work.session.delete(row)
    return row.provider_sid


def end_sign_ins_of(work: Work, employee_id: UUID, *, but: str = "") -> None:
    """End every sign-in of the employee, but the one of the digest `but`."""
    work.session.execute(
        delete(SignInRow).where(SignInRow.employee_id == employee_id, SignInRow.digest != but)
    )


def sign_ins_of(work: Work, employee_id: UUID) -> Sequence[SignIn]:
    """Return where the employee is signed in now, newest first."""
    query = select(SignInRow).where(
        SignInRow.employee_id == employee_id, SignInRow.until > work.now
    )
    rows = work.session.scalars(query.order_by(SignInRow.began_at.desc(), SignInRow.digest))
    return [
        SignIn(digest=row.digest, device=row.device, began_at=row.began_at, until=row.until)
        for row in rows
    ]


def digest_of(secret: str) -> str:
    """Return what is kept of a secret that is itself random and long."""
    return hashlib.sha256(secret.encode()).hexdigest()
