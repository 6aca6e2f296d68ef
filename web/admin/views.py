"""Drift: what has gone wrong, what is on its way out, and the numbers that are set."""

from collections.abc import Callable, Sequence

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from engine.domain.errors import NotAllowed
from engine.domain.parameters import Parameter, is_period, parse_period
from engine.domain.quiet import Leaves
from engine.ports import DIGITAL_POST, MAIL, PAPER
from engine.services.digests import is_quiet
from engine.storage.models import OutboxRow
from engine.storage.work import Work
from web.current import casework, current_actor, has_role, leads_inside
from web.i18n import N_, _, moment_in_words
from web.inbox.presenters import Word
from web.retrying import Next, next_sending
from web.studio.deadlines import period_in_words
from web.words import title_of_mail

admin = Blueprint("admin", __name__, url_prefix="/drift")

ROLES = ("system_admin",)
OF_LEADERS_INSIDE = ("admin.index", "admin.retry", "admin.taken_care_of")
SHOWN = 100
CHANNELS = {MAIL: N_("mail"), DIGITAL_POST: N_("Digital Post"), PAPER: N_("papir")}
_PAGES = (
    ("admin.index", N_("Hændelser")),
    ("admin.outbox", N_("Udbakke")),
    ("admin.staff", N_("Medarbejdere")),
    ("admin.parameters", N_("Indstillinger")),
)


@admin.before_request
def only_operators() -> None:
    """Refuse everybody else, but for the incidents of a compartment, which its leader sees."""
    if has_role(*ROLES) or (request.endpoint in OF_LEADERS_INSIDE and leads_inside()):
        return
    raise NotAllowed("Siden er for dem, der passer driften.")


@admin.get("/udbakke")
def outbox() -> ResponseReturnValue:
    """What is to leave the house, and what has left: to whom, of which kind, and what went wrong.

    Operations read no message.
    """

    def read(work: Work) -> list[list[str | Next]]:
        query = select(OutboxRow).order_by(
            OutboxRow.sent_at.is_not(None), OutboxRow.send_after.desc()
        )
        return [
            [
                _addressee(row),
                _(CHANNELS[row.channel]),
                title_of_mail(row.kind),
                _leaves(work, row),
                row.receipt or row.last_error or "",
            ]
            for row in work.session.scalars(query.limit(SHOWN))
        ]

    head = [_("Til"), _("Vej"), _("Slags"), _("Afsendt"), _("Kvittering eller sidste fejl")]
    return _table("admin.outbox", head, read, _("Der er ikke sendt noget."), _("Beskeder"))


@admin.get("/indstillinger")
def parameters() -> ResponseReturnValue:
    """Every number that the processes use: what it is worth, why, and who changed it."""

    def read(work: Work) -> list[list[str]]:
        entries = work.parameters.entries
        return [_parameter(entries[key]) for key in sorted(entries)]

    head = [_("Navn"), _("Værdi"), _("Standard"), _("Kilde")]
    return _table(
        "admin.parameters",
        head,
        read,
        _("Der er ingen indstillinger endnu."),
        _("Indstillinger"),
    )


def _parameter(entry: Parameter) -> list[str]:
    changed = _text(entry.default) if entry.is_overridden else _("samme")
    return [entry.key, _text(entry.value), changed, entry.source]


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(_text(each) for each in value)
    if isinstance(value, bool):
        return _("ja") if value else _("nej")
    if isinstance(value, str) and is_period(value):
        return period_in_words(parse_period(value))
    return str(value)


def _addressee(row: OutboxRow) -> str:
    """Return the address of an employee; of a family or a referrer operations learn nothing."""
    return row.recipient if row.recipient_id else _("en uden for huset")


def _leaves(work: Work, row: OutboxRow) -> str | Next:
    if row.channel == PAPER:
        return _("af en kollega, som har opgaven")
    if row.sent_at:
        sent = moment_in_words(work, row.sent_at)
        return Next(sent, None, record="mail")
    if row.leaves == Leaves.DIGEST.value:
        return _("med morgenens mail")
    if row.send_after <= work.now and row.leaves != Leaves.AT_ONCE.value and is_quiet(work):
        return _("når stilletiden er forbi")
    return next_sending(work, row)


def words(current: str) -> list[Word]:
    """Return the pages of Drift as words in a line; `current` is the endpoint shown."""
    pages = _PAGES if has_role(*ROLES) else _PAGES[:1]
    return [Word(_(text), url_for(endpoint), endpoint == current) for endpoint, text in pages]


def _table(
    endpoint: str,
    head: list[str],
    read: Callable[[Work], Sequence[Sequence[str | Next]]],
    nothing: str,
    caption: str,
    record: str = "",
) -> ResponseReturnValue:
    return render_template(
        "admin/table.html",
        heading=_("Drift"),
        words=words(endpoint),
        caption=caption,
        head=head,
        body=casework().act(current_actor(), read),
        nothing=nothing,
        record=record,
    )
