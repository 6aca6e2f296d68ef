"""What the system could not carry through by itself: seen, tried again, taken care of."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from engine.services.incidents import OpenIncident, dismiss, open_incidents, retry_now
from engine.storage.models import IncidentRow
from engine.storage.work import Work
from web.admin.views import SHOWN, admin, moment_in_words, words
from web.current import casework, current_actor
from web.i18n import _

Shown = dict[str, object]


@admin.get("/")
def index() -> ResponseReturnValue:
    """The open incidents, each with what can be done about it, and those that are over."""
    waiting, over = casework().act(current_actor(), lambda work: (_waiting(work), _over(work)))
    return render_template(
        "admin/incidents.html",
        words=words("admin.index"),
        waiting=waiting,
        head=[_("Hvornår"), _("Trin"), _("Hvorfor"), _("Forsøg"), _("Løst")],
        over=over,
    )


@admin.post("/haendelser/<uuid:incident_id>/proev-igen")
def retry(incident_id: UUID) -> ResponseReturnValue:
    """Let the system try again at once."""
    casework().act(current_actor(), lambda work: retry_now(work, incident_id))
    flash(_("Systemet prøver igen nu. Lykkes det, forsvinder hændelsen herfra."))
    return redirect(url_for("admin.index"), code=303)


@admin.post("/haendelser/<uuid:incident_id>/taget-haand-om")
def taken_care_of(incident_id: UUID) -> ResponseReturnValue:
    """Close an incident that nothing can try again."""
    casework().act(current_actor(), lambda work: dismiss(work, incident_id))
    flash(_("Hændelsen er lukket."))
    return redirect(url_for("admin.index"), code=303)


def _waiting(work: Work) -> list[Shown]:
    return [_shown(work, each) for each in open_incidents(work)]


def _shown(work: Work, incident: OpenIncident) -> Shown:
    tried_again = incident.next_try_at is not None
    endpoint = "admin.retry" if tried_again else "admin.taken_care_of"
    return {
        "what": incident.element,
        "why": incident.cause,
        "since": moment_in_words(work, incident.at),
        "tries": incident.attempts,
        "next": moment_in_words(work, incident.next_try_at) if incident.next_try_at else "",
        "act": _("Prøv igen") if tried_again else _("Taget hånd om"),
        "action": url_for(endpoint, incident_id=incident.id),
    }


def _over(work: Work) -> list[list[str]]:
    query = select(IncidentRow).where(IncidentRow.resolved_at.is_not(None))
    return [
        [
            moment_in_words(work, row.at),
            row.element,
            row.cause,
            str(row.attempts),
            moment_in_words(work, row.resolved_at) if row.resolved_at else "",
        ]
        for row in work.session.scalars(query.order_by(IncidentRow.at.desc()).limit(SHOWN))
    ]
