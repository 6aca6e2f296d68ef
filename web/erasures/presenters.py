"""The pages of erasing as they are shown. Who does not see the case is told its number alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import request, url_for
from sqlalchemy import select

from engine.domain.forms import parse
from engine.storage.models import CaseRow, JournalRow
from engine.storage.work import Work
from web.errors import Line
from web.i18n import N_, _, age_in_words, format_day
from web.inbox.forms import Shown, Typed, drawn
from workflows.access.services import log_read, seen_of
from workflows.cases.records import YouthCaseRow
from workflows.erasing.following import erased_outside
from workflows.erasing.retention import HOLDS, PROPOSED, Candidate, candidates, held_by, said_of
from workflows.erasing.services import case_to_erase, leads
from workflows.municipalities.records import EmployeeRow
from workflows.people.records import YoungPersonRow

WHY_HELD = {
    "appeal": N_("en klage over en afgørelse"),
    "complaint": N_("en klage over sagsbehandlingen"),
    "archive": N_("arkivet skal have sagen først"),
    "lawsuit": N_("en retssag"),
}
PROPOSING = parse(
    {
        "id": "erasing",
        "components": [
            {
                "type": "textfield",
                "key": "decision",
                "label": N_("Afgørelsens eller reglens nummer"),
                "description": N_("For eksempel 2026-00123. Kun nummeret, intet om den unge."),
                "validate": {"required": True, "maxLength": 60},
            }
        ],
    }
)
HOLDING = parse(
    {
        "id": "holding",
        "components": [
            {
                "type": "select",
                "key": "why",
                "label": N_("Hvad venter sagen på?"),
                "values": [{"value": code, "label": WHY_HELD[code]} for code in HOLDS],
                "validate": {"required": True},
            }
        ],
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseToErase:
    """One closed case: where its erasure stands, and what may be done now."""

    who: str
    facts: Sequence[Line]
    held: bool
    proposed: bool
    is_mine: bool  # the proposal: then another approves
    proposing: Sequence[Shown]
    holding: Sequence[Shown]
    number: UUID


def overview(work: Work) -> Sequence[Sequence[object]]:
    """Return a line for each case whose time has passed, of those that the actor decides on."""
    found = [each for each in candidates(work) if leads(work, each.case)]
    known = _names(work, [each.case for each in found])
    inside = [each.case.case_id for each in found if each.case.compartment]
    gone = erased_outside(work, inside) if inside else frozenset()
    return [_line(work, each, known, each.case.case_id in gone) for each in found]


def case_page(
    work: Work, case_id: UUID, typed: Typed | None, problems: Mapping[str, str] | None
) -> CaseToErase:
    """Return the page of one case. Raises `NotFound` and `NotAllowed`."""
    case = case_to_erase(work, case_id)
    said = said_of(work, case_id)
    proposal = next((row for row in said if row.act == PROPOSED), None)
    held = held_by(said)
    return CaseToErase(
        who=_names(work, [case]).get(case_id, _called(case_id)),
        facts=list(_facts(work, case, proposal, held)),
        held=bool(held),
        proposed=proposal is not None,
        is_mine=proposal is not None and proposal.actor_id == work.actor.id,
        proposing=drawn(PROPOSING, typed, problems),
        holding=drawn(HOLDING, None, {}),
        number=case_id,
    )


def _facts(
    work: Work, case: YouthCaseRow, proposal: JournalRow | None, held: str
) -> Sequence[Line]:
    closed = work.calendar.local_date(case.closed_at) if case.closed_at else None
    erased = work.session.get_one(CaseRow, case.case_id).erased_at
    found = [Line(_("Lukket"), format_day(closed, work.today) if closed else _("nej, åben"))]
    if erased:
        day = format_day(work.calendar.local_date(erased), work.today)
        found.append(Line(_("Slettet"), day))
    if proposal is not None:
        found.append(Line(_("Foreslået af"), _employee(work, proposal)))
        found.append(Line(_("Afgørelse eller regel"), str(proposal.data["decision"])))
    if held:
        found.append(Line(_("Holdt tilbage"), _(WHY_HELD[held])))
    return found


def _line(
    work: Work, one: Candidate, known: Mapping[UUID, str], gone_outside: bool
) -> Sequence[object]:
    case_id = one.case.case_id
    closed = work.calendar.local_date(one.case.closed_at) if one.case.closed_at else work.today
    state = _("holdt tilbage") if one.held else _("foreslået") if one.proposed else ""
    if gone_outside and not state:
        state = _("slettet uden for rummet")
    return [
        {
            "text": known.get(case_id, _called(case_id)),
            "href": url_for("erasures.case", case_id=case_id),
        },
        format_day(closed, work.today),
        one.rule.title,
        one.rule.legal_basis,
        state,
    ]


def _names(work: Work, cases: Sequence[YouthCaseRow]) -> Mapping[UUID, str]:
    """Return whom the cases are about, of those that the actor may know; the look is logged."""
    seen = seen_of(work, [each.case_id for each in cases])
    log_read(work, seen, request.path)
    query = select(YouthCaseRow.case_id, YoungPersonRow).join(
        YoungPersonRow, YoungPersonRow.id == YouthCaseRow.young_person_id
    )
    found = work.session.execute(
        query.where(YouthCaseRow.case_id.in_([each.case_id for each in seen]))
    )
    return {
        key: f"{person.first_name}, {age_in_words(person.birth_date, work.today)}"
        for key, person in found
    }


def _called(case_id: UUID) -> str:
    return _("Sag %(number)s", number=case_id.hex[:8].upper())


def _employee(work: Work, row: JournalRow) -> str:
    found = work.session.get(EmployeeRow, row.actor_id) if row.actor_id else None
    return found.name if found else _("Systemet")
