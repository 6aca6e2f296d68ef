"""What the system could not carry through by itself: seen, tried again, taken care of."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, select

from engine.domain.errors import NotFound
from engine.services.incidents import OpenIncident, dismiss, open_incidents, retry_now
from engine.services.rounds import last_round
from engine.storage.models import IncidentRow
from engine.storage.work import Work
from web.admin.views import ROLES, SHOWN, admin, words
from web.current import casework, current_actor, has_role
from web.i18n import _, ngettext
from web.inbox.presenters import Word
from web.retrying import next_trying
from web.sentences import translated
from web.stops import moment, place, process_titles
from web.words import role_name

Shown = dict[str, object]
OVER = "loeste"


@admin.get("/")
def index() -> ResponseReturnValue:
    """The open incidents, each with what can be done about it; or those that are over."""
    over = request.args.get("vis") == OVER
    read = _over if over else _waiting
    return render_template(
        "admin/incidents.html",
        words=words("admin.index"),
        filters=[
            Word(_("Åbne"), url_for("admin.index"), not over),
            Word(_("Løste"), url_for("admin.index", vis=OVER), over),
        ],
        over=over,
        found=casework().act(current_actor(), read),
        head=[_("Hvornår"), _("Proces"), _("Trin"), _("Hvorfor"), _("Forsøg"), _("Løst")],
        most=SHOWN,
        watch=casework().act(current_actor(), _watch) if has_role(*ROLES) else "",
    )


@admin.post("/haendelser/<uuid:incident_id>/proev-igen")
def retry(incident_id: UUID) -> ResponseReturnValue:
    """Let the system try again at once."""
    casework().act(current_actor(), lambda work: _on_theirs(work, incident_id, retry_now))
    flash(_("Systemet prøver igen nu. Lykkes det, forsvinder hændelsen herfra."))
    return redirect(url_for("admin.index"), code=303)


@admin.post("/haendelser/<uuid:incident_id>/taget-haand-om")
def taken_care_of(incident_id: UUID) -> ResponseReturnValue:
    """Close an incident that nothing can try again."""
    casework().act(current_actor(), lambda work: _on_theirs(work, incident_id, dismiss))
    flash(_("Hændelsen er lukket."))
    return redirect(url_for("admin.index"), code=303)


def _on_theirs(work: Work, incident_id: UUID, act: Callable[[Work, UUID], None]) -> None:
    """Do it, for the leader of a compartment only inside. Raises `NotFound`."""
    query = select(IncidentRow.id).where(IncidentRow.id == incident_id, *_theirs())
    if work.session.scalar(query) is None:
        raise NotFound("Hændelsen findes ikke.")
    act(work, incident_id)


def _theirs() -> tuple[ColumnElement[bool], ...]:
    """Return which incidents are shown: to operations all, of those that they are given at all."""
    return () if has_role(*ROLES) else (IncidentRow.compartment.is_not(None),)


def _watch(work: Work) -> str:
    """Return when the watchdog last went round, and what it found."""
    last = last_round(work)
    if last is None:
        return _("Vagten har ikke gået sin første runde endnu.")
    went = ngettext(
        "Vagten gik sidst runde %(when)s og så %(num)d åben proces.",
        "Vagten gik sidst runde %(when)s og så %(num)d åbne processer.",
        last.looked_at,
        when=moment(work, last.ended_at or last.began_at),
    )
    if last.ended_at is None:
        went = _("Vagten er på runde nu og har set %(num)d åbne processer.", num=last.looked_at)
    if not last.found:
        return went + " " + _("Ingen stod stille.")
    stood = ngettext(
        "%(num)d stod stille og er nu en hændelse.",
        "%(num)d stod stille og er nu hændelser.",
        last.found,
    )
    return f"{went} {stood}"


def _waiting(work: Work) -> list[Shown]:
    titles = process_titles(work)
    return [_shown(work, each, titles) for each in open_incidents(work, SHOWN, *_theirs())]


def _shown(work: Work, incident: OpenIncident, titles: Mapping[str, str]) -> Shown:
    can_try = incident.tries_left is not None
    endpoint = "admin.retry" if can_try else "admin.taken_care_of"
    return {
        "what": place(work, incident.process or None, incident.element, incident.instance_id),
        "code": incident.element,
        "process": titles.get(incident.process, incident.process),
        "why": translated(incident.cause),
        "since": moment(work, incident.at),
        "age": _age(work.now - incident.at),
        "tries": _tries(incident),
        "again": next_trying(work, incident.next_try_at, incident.attempts)
        if can_try and incident.next_try_at is not None
        else None,
        "owner": role_name(incident.owner),
        "answered": incident.task_id is not None,
        "act": _("Prøv igen") if can_try else _("Taget hånd om"),
        "action": url_for(endpoint, incident_id=incident.id),
    }


def _tries(incident: OpenIncident) -> str:
    done = ngettext("%(num)d forsøg", "%(num)d forsøg", incident.attempts)
    if incident.tries_left is None:
        return done
    if incident.next_try_at is None:
        return _("%(done)s; venter på, at nogen prøver igen", done=done)
    left = ngettext("%(num)d tilbage", "%(num)d tilbage", incident.tries_left)
    return _("%(done)s, %(left)s; prøver igen", done=done, left=left)


def _age(age: timedelta) -> str:
    if age.days:
        return ngettext("%(num)d dag gammel", "%(num)d dage gammel", age.days)
    if hours := age.seconds // 3600:
        return ngettext("%(num)d time gammel", "%(num)d timer gammel", hours)
    return _("under en time gammel")


def _over(work: Work) -> list[list[str]]:
    query = select(IncidentRow).where(IncidentRow.resolved_at.is_not(None), *_theirs())
    titles = process_titles(work)
    return [
        [
            moment(work, row.at),
            titles.get(row.process or "", row.process or ""),
            place(work, row.process, row.element, row.instance_id),
            translated(row.cause),
            str(row.attempts),
            moment(work, row.resolved_at) if row.resolved_at else "",
        ]
        for row in work.session.scalars(query.order_by(IncidentRow.at.desc()).limit(SHOWN))
    ]
