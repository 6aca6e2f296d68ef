"""How long closed cases are kept, by the rules of the pack; and what holds an erasure back.

A rule puts a case on a list and does nothing more. Whoever works on an appeal, a complaint or the
archive holds the erasure back until it is let go.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import InvalidAnswers, SomethingFirst
from engine.domain.parameters import shift
from engine.services.journal import record
from engine.storage.configurations import load_content
from engine.storage.models import CaseRow, JournalRow
from engine.storage.work import Work
from workflows.cases.records import YouthCaseRow
from workflows.people.records import YoungPersonRow

HELD, RELEASED, PROPOSED = "erasure_held", "erasure_released", "erasure_proposed"
HOLDS = ("appeal", "complaint", "archive", "lawsuit")  # why it is held back: codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: `keep` is the parameter that says for how long after a case was closed.

    `preserve`: it goes to the archive, and is erased by a decision only. `opened_under` is the
    age when the case began for which it holds, None for all. `compartment` is the closed one in
    which it holds; None: outside them all.
    """

    code: str
    title: str
    legal_basis: str
    keep: str
    preserve: bool
    opened_under: int | None
    compartment: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A closed case whose time has passed, and where its erasure stands.

    `held` is why it is held back, "" if it is not; `proposed` is the row of the proposal.
    """

    case: YouthCaseRow
    rule: Rule
    held: str
    proposed: JournalRow | None


def rules(work: Work) -> Sequence[Rule]:
    """Return the rules of the pack in force, the narrower first."""
    written = load_content(work.session, work.configuration.number).get("retention", {})
    found = [_rule(code, said) for code, said in written.items()]
    return sorted(found, key=lambda each: each.opened_under is None)


def candidates(work: Work) -> Sequence[Candidate]:
    """Return closed cases whose time has passed by their rule, and are not erased, oldest first."""
    query = (
        select(YouthCaseRow, YoungPersonRow.birth_date)
        .join(CaseRow, CaseRow.id == YouthCaseRow.case_id)
        .join(YoungPersonRow, YoungPersonRow.id == YouthCaseRow.young_person_id)
        .where(YouthCaseRow.closed_at.is_not(None), CaseRow.erased_at.is_(None))
        .order_by(YouthCaseRow.closed_at, YouthCaseRow.case_id)
    )
    due = [
        (case, rule)
        for case, born in work.session.execute(query)
        if (rule := passed_rule(work, case, born))
    ]
    said = _said(work, [case.case_id for case, _ in due])
    return [
        Candidate(
            case=case,
            rule=rule,
            held=held_by(said.get(case.case_id, ())),
            proposed=next((row for row in said.get(case.case_id, ()) if row.act == PROPOSED), None),
        )
        for case, rule in due
    ]


def passed_rule(work: Work, case: YouthCaseRow, born: date) -> Rule | None:
    """Return the rule of a closed case whose time has passed by it, None while it has not."""
    rule = _rule_of(work, case, born)
    return rule if rule and _has_passed(work, case, rule) else None


def hold_back(work: Work, case_id: UUID, why: str) -> None:
    """Hold the erasure back, because of one of `HOLDS`. Raises `InvalidAnswers`."""
    if why not in HOLDS:
        raise InvalidAnswers({"why": "Vælg, hvad sagen venter på."})
    record(work, case_id, HELD, why=why)


def let_go(work: Work, case_id: UUID) -> None:
    """Let the erasure be proposed and approved again."""
    record(work, case_id, RELEASED)


def check_not_held(work: Work, case_id: UUID) -> None:
    """Raise `Conflict` while something holds the erasure back."""
    if held_by(said_of(work, case_id)):
        raise SomethingFirst(
            "Sletningen er holdt tilbage. Den, der holder den, skal give den fri først."
        )


def said_of(work: Work, case_id: UUID) -> Sequence[JournalRow]:
    """Return what the journal of a case says of its erasure, newest first."""
    return _said(work, [case_id]).get(case_id, ())


def held_by(said: Sequence[JournalRow]) -> str:
    """Return why an erasure is held back, of what its journal says, newest first."""
    newest = next((row for row in said if row.act in (HELD, RELEASED)), None)
    return str(newest.data["why"]) if newest is not None and newest.act == HELD else ""


def _rule(code: str, said: Mapping[str, Any]) -> Rule:
    return Rule(
        code=code,
        title=said["title"],
        legal_basis=said["legal_basis"],
        keep=said["keep"],
        preserve=said.get("preserve", False),
        opened_under=said.get("opened_under"),
        compartment=said.get("compartment"),
    )


def _rule_of(work: Work, case: YouthCaseRow, born: date) -> Rule | None:
    opened = work.calendar.local_date(case.opened_at)
    age = opened.year - born.year - ((opened.month, opened.day) < (born.month, born.day))
    here = (each for each in rules(work) if each.compartment == case.compartment)
    fits = (each for each in here if each.opened_under is None or age < each.opened_under)
    return next(fits, None)


def _has_passed(work: Work, case: YouthCaseRow, rule: Rule) -> bool:
    limit = shift(work.calendar, work.today, work.parameters.period(rule.keep), sign=-1)
    return case.closed_at is not None and work.calendar.local_date(case.closed_at) < limit


def _said(work: Work, case_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[JournalRow]]:
    """Return what the journals say of erasing, newest first, by case."""
    query = select(JournalRow).where(
        JournalRow.case_id.in_(case_ids), JournalRow.act.in_((HELD, RELEASED, PROPOSED))
    )
    found: dict[UUID, list[JournalRow]] = {}
    for row in work.session.scalars(query.order_by(JournalRow.seq.desc())):
        found.setdefault(row.case_id, []).append(row)
    return found
