"""What a consent is about: kind, types of information, from whom, to whom, what for."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from engine.storage.work import Work
from workflows.cases.records import YouthCaseRow
from workflows.consent.records import ConsentRow
from workflows.consent.vocabulary import KINDS, vocabulary
from workflows.letters import About, compose, day_in_words
from workflows.municipalities.records import ForumRow, UnitRow
from workflows.people.parties import GUARDIAN, party_name

TEAM = "team"  # the team of the case, whichever it is
FORUM, UNIT, OUTSIDE = "forum:", "unit:", "outside:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What one consent is about; see `ConsentRow`. `lasts_until` is its last day, if it has one."""

    kind: str
    types: tuple[str, ...]
    to_parties: tuple[str, ...]
    from_parties: tuple[str, ...] = ()
    what_for: str = ""
    lasts_until: date | None = None

    @property
    def compartment(self) -> str | None:
        """The closed compartment it names, or None."""
        return vocabulary().compartment(self.types)


def scope_of(row: ConsentRow) -> Scope:
    """Return what the consent is about."""
    return Scope(
        kind=row.kind,
        types=tuple(row.types),
        to_parties=tuple(row.to_parties),
        from_parties=tuple(row.from_parties),
        what_for=row.what_for,
        lasts_until=row.lasts_until,
    )


def together(rows: Sequence[ConsentRow], otherwise: Scope) -> Scope:
    """Return all that the consents cover, as one of the same kind; `otherwise` when there is none.

    Older consents that named no types are taken to cover those of `otherwise`.
    """
    if not rows:
        return otherwise
    return Scope(
        kind=otherwise.kind,
        types=_once(each.types for each in rows) or otherwise.types,
        to_parties=_once(each.to_parties for each in rows) or otherwise.to_parties,
        from_parties=_once(each.from_parties for each in rows),
        what_for="\n".join(_once([each.what_for] for each in rows if each.what_for)),
    )


def write_scope(row: ConsentRow, scope: Scope) -> None:
    """Let the consent be about `scope`."""
    row.kind, row.what_for = scope.kind, scope.what_for
    row.types, row.compartment = list(scope.types), scope.compartment
    row.to_parties, row.from_parties = list(scope.to_parties), list(scope.from_parties)
    row.lasts_until = scope.lasts_until


def write_shown_text(work: Work, row: ConsentRow) -> None:
    """Keep the text that the signatories are shown, and the digest it is known by."""
    _subject, body = compose(work, "consent_asked", About(case_id=row.case_id), _words(work, row))
    row.shown_text = body
    row.text_version = hashlib.sha256(body.encode()).hexdigest()[:12]


def name_of_recipient(work: Work, case_id: UUID, party: str) -> str:
    """Return what to call one who may receive, in a Danish sentence."""
    if party == TEAM:
        forum_id = work.session.get_one(YouthCaseRow, case_id).forum_id
        forum = work.session.get(ForumRow, forum_id) if forum_id else None
        return forum.name if forum else "ungeteamet"
    if party.startswith(FORUM):
        code = party.removeprefix(FORUM)
        forum = work.session.scalars(select(ForumRow).where(ForumRow.code == code)).first()
        return forum.name if forum else code
    if party.startswith(UNIT):
        code = party.removeprefix(UNIT)
        unit = work.session.scalars(select(UnitRow).where(UnitRow.code == code)).first()
        return unit.name if unit else code
    if party.startswith(GUARDIAN):
        return party_name(work, case_id, party)
    return party.removeprefix(OUTSIDE)


def lines(texts: Iterable[str]) -> str:
    """Return the texts as lines of a letter."""
    return "\n".join(f"- {each}" for each in texts)


def _words(work: Work, row: ConsentRow) -> dict[str, str]:
    to = [name_of_recipient(work, row.case_id, each) for each in row.to_parties]
    source = [name_of_recipient(work, row.case_id, each) for each in row.from_parties]
    period = work.parameters.period("consent.expiry").in_danish()
    until = f"til og med den {day_in_words(row.lasts_until)}" if row.lasts_until else f"i {period}"
    return {
        "kind": KINDS[row.kind],
        "types": lines(vocabulary().titles(row.types)) or "- Det, vi har aftalt",
        "from": lines(source) or "- Os selv, i din sag",
        "to": lines(to) or "- Os selv",
        "what_for": row.what_for or "Så de kan hjælpe dig sammen med os.",
        "until": until,
    }


def _once(lists: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for some in lists for each in some))
