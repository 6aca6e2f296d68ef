"""My post: what I was sent, in a house without a mail server. Nobody else reads it here."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from engine.domain.errors import NotFound
from engine.ports import Outgoing
from engine.storage.models import OutboxRow
from engine.storage.work import Work
from web.auth.views import auth
from web.current import casework, current_actor, settings
from web.i18n import moment_in_words
from workflows.access.disclosures import mail_of
from workflows.access.services import log_read
from workflows.house import TEXTS
from workflows.leaving import read_again

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Letter:
    """A message I was sent: what it is about, when it left, and where it is read."""

    subject: str
    when: str
    href: str


@auth.get("/konto/post")
def letters() -> ResponseReturnValue:
    """The newest messages that I was sent, newest first."""
    _only_on_trial()
    found = casework().act(current_actor(), _letters)
    return render_template("auth/letters.html", letters=found)


@auth.get("/konto/post/<uuid:mail_id>")
def letter(mail_id: UUID) -> ResponseReturnValue:
    """One message, as I may read it today; whom it names is logged."""
    _only_on_trial()

    def read(work: Work) -> Outgoing:
        work.reads_for("post")
        said, cases = read_again(TEXTS, work, *mail_of(work, mail_id))
        log_read(work, cases, request.path)
        return said

    return render_template("auth/letter.html", letter=casework().act(current_actor(), read))


def _only_on_trial() -> None:
    if settings().smtp_host:
        raise NotFound("Din post kommer med mail og kan ikke læses her.")


def _letters(work: Work) -> Sequence[Letter]:
    mine = OutboxRow.recipient_id == work.actor.id, OutboxRow.sent_at.is_not(None)
    query = select(OutboxRow).where(*mine, OutboxRow.digest_id.is_(None))
    newest = query.order_by(OutboxRow.sent_at.desc(), OutboxRow.key).limit(SHOWN)
    return [_letter(work, row) for row in work.session.scalars(newest)]


def _letter(work: Work, row: OutboxRow) -> Letter:
    href = url_for("auth.letter", mail_id=row.id)
    return Letter(row.subject, moment_in_words(work, row.sent_at or row.created_at), href)
