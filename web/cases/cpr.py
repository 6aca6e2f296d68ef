"""A CPR number: shown to one who says what for, and a case found by the whole of it.

It is posted and never stands in an address; what comes back is kept by no browser.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from engine.domain.errors import InvalidAnswers, NotAllowed
from engine.domain.forms import parse, validate
from engine.storage.work import Work
from web.cases.looking import look_at
from web.cases.reading import case_with_person
from web.cases.views import cases, list_page
from web.current import casework, current_actor
from web.i18n import N_, _, age_in_words
from web.inbox.forms import Shown, Typed, drawn, raw_of
from workflows.access.services import cases_visible_to, log_read
from workflows.access.sight import what_may
from workflows.cases.records import YouthCaseRow
from workflows.compartments.services import mark_inside
from workflows.people.cpr import digits_of, masked, written
from workflows.people.records import YoungPersonRow
from workflows.people.services import mark_of

WHAT_FOR = {
    "letter": N_("Et brev eller Digital Post skal sendes"),
    "register": N_("Et opslag i et andet system"),
    "identity": N_("Det skal være sikkert, at det er den rigtige"),
    "authority": N_("En anden myndighed skal have det efter loven"),
}
FORM = parse(
    {
        "id": "cpr",
        "components": [
            {
                "type": "radio",
                "key": "what_for",
                "label": N_("Hvad skal du bruge nummeret til?"),
                "values": [{"value": key, "label": text} for key, text in WHAT_FOR.items()],
                "validate": {"required": True},
            }
        ],
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CprPage:
    """The number, hidden or shown, of one young person."""

    who: str
    case_href: str
    number: str
    shown: bool
    fields: Sequence[Shown]
    action: str


@cases.get("/sager/<uuid:case_id>/cpr")
def cpr(case_id: UUID) -> ResponseReturnValue:
    """Ask what the number is needed for."""
    page = casework().act(current_actor(), lambda work: _page(work, case_id, "cpr"))
    return render_template("cases/cpr.html", page=page, problems={})


@cases.post("/sager/<uuid:case_id>/cpr")
def reveal(case_id: UUID) -> ResponseReturnValue:
    """Show the number, once, and write down what for; the next page hides it again."""
    typed = MultiDict((k, v) for k, v in request.form.items(multi=True) if k != "csrf_token")
    problems: Mapping[str, str] = {}

    def act(work: Work) -> CprPage:
        nonlocal problems
        try:
            what_for = str(validate(FORM, raw_of(typed), _)["what_for"])
        except InvalidAnswers as invalid:
            problems = invalid.problems
            return _page(work, case_id, "cpr", typed, problems)
        return _page(work, case_id, f"cpr_{what_for}", shown=True)

    page = casework().act(current_actor(), act)
    return render_template("cases/cpr.html", page=page, problems=problems), 422 if problems else 200


@cases.post("/sager/cpr")
def find_by_cpr() -> ResponseReturnValue:
    """Lead to the case whose person has exactly this number, among those that one may see."""
    typed = digits_of(request.form.get("cpr", ""))
    found = casework().act(current_actor(), lambda work: _found(work, typed)) if typed else None
    if found is not None:
        return redirect(url_for("cases.case", case_id=found), code=303)
    problem = "" if typed else _("Skriv hele CPR-nummeret: ti cifre.")
    nobody = _("Ingen med det CPR-nummer blandt dem, du må se.")
    return list_page(number_said=problem or nobody), 422 if problem else 200


def _page(
    work: Work,
    case_id: UUID,
    purpose: str,
    typed: Typed | None = None,
    problems: Mapping[str, str] | None = None,
    *,
    shown: bool = False,
) -> CprPage:
    sight = look_at(work, case_id, purpose)
    if not sight.cpr:
        raise NotAllowed("Din rolle må ikke se CPR-nummeret.")
    _row, person = case_with_person(work, case_id)
    number = person.cpr or ""
    return CprPage(
        who=f"{person.first_name}, {age_in_words(person.birth_date, work.today)}",
        case_href=url_for("cases.case", case_id=case_id),
        number=(written(number) if shown else masked(number)) if number else "",
        shown=shown,
        fields=drawn(FORM, typed, problems or {}),
        action=url_for("cases.reveal", case_id=case_id),
    )


def _found(work: Work, cpr: str) -> UUID | None:
    """Return the case, the newest open one first; by an index on the digest of the number."""
    work.reads_for("list")
    inside = (mark_inside(work, each, cpr) for each in sorted(work.actor.compartments or ()))
    query = (
        select(YouthCaseRow)
        .join(YoungPersonRow, YoungPersonRow.id == YouthCaseRow.young_person_id)
        .where(
            YoungPersonRow.cpr_mark.in_([mark_of(work, cpr), *inside]),
            cases_visible_to(work, work.actor),
        )
        .order_by(YouthCaseRow.closed_at.is_not(None), YouthCaseRow.opened_at.desc())
    )
    for case in work.session.scalars(query).all():
        sight = what_may(work, work.actor, case.case_id)
        if sight is not None and sight.cpr:
            log_read(work, [case], request.path)
            return case.case_id
    return None
