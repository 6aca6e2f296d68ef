"""Erasing a person: proposed by one with a decision, carried out by another, known ever after.

Never by itself (domain: files of a municipality are kept, and erased by a rule or a decision).
What was written is taken away with the key that sealed it; ids, codes and moments stay, so that
the chain of the journal stands. A ledger outside the database holds ids alone: after a backup has
been put back, every erasure in it is done again.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

from sqlalchemy import exists, select

from engine.domain.errors import Already, CaseworkError, NotAllowed, NotFound, SomethingFirst
from engine.ports import SYSTEM
from engine.services.journal import record
from engine.storage.chain import TEXT_ERASED
from engine.storage.models import CaseRow, JournalRow
from engine.storage.scrubbing import drop_keys
from engine.storage.work import Casework, Work
from workflows.cases.closing import close_case
from workflows.cases.records import YouthCaseRow
from workflows.erasing.following import find_inside
from workflows.erasing.house_texts import names_of, scrub_house_texts
from workflows.erasing.retention import PROPOSED, check_not_held, hold_back, let_go
from workflows.erasing.scrubbing import mails_of, scrub_cases, scrub_person
from workflows.municipalities.records import UnitRow
from workflows.people.records import YoungPersonRow

_DECISION = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{2,59}")
_MAY, _LEADER = "chief_consultant", "unit_leader"
BY_RULE = "rule"  # what the ledger says of one that followed: it must not lead to the outer one
_CLOSED_AS = "other"  # the outcome of a case that is erased again


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was erased: the ledger's entry. `mails` are keys of messages whose files must go.

    `compartment` is the closed one in which it lay, which the ledger does not say.
    """

    person: UUID
    cases: tuple[UUID, ...]
    decision: str
    mails: tuple[str, ...] = ()
    compartment: str | None = None


def may_erase(work: Work) -> bool:
    """Say whether the actor leads a unit, is the chief consultant or enters a compartment."""
    return not work.actor.roles.isdisjoint((_MAY, _LEADER)) or bool(work.actor.compartments)


def leads(work: Work, case: YouthCaseRow) -> bool:
    """Say whether the actor decides on erasing the person of the case.

    In a compartment that is everybody who enters it, for a second leader seldom does.
    """
    if case.compartment is not None:
        mine = case.compartment in (work.actor.compartments or ())
    else:
        mine = _leader_of(work, case) == work.actor.id or _MAY in work.actor.roles
    return work.actor.id is not None and mine


def case_to_erase(work: Work, case_id: UUID) -> YouthCaseRow:
    """Return the case. Raises `NotAllowed` unless `may_erase`, and `NotFound` unless `leads`."""
    if not may_erase(work):
        raise NotAllowed("Kun lederen af enheden eller chefkonsulenten kan slette en ung.")
    work.reads_for("erasure", f"case:{case_id}")
    case = work.session.get(YouthCaseRow, case_id)
    if case is None or not leads(work, case):
        raise NotFound("Sagen findes ikke, eller du har ikke adgang til den.")
    return case


def propose_erasure(work: Work, case_id: UUID, decision: str) -> None:
    """Propose that the person of the case is erased, by the decision or rule with this id.

    Raises as `case_to_erase`, and `Conflict` when a case of theirs is open or the id is none.
    """
    case = case_to_erase(work, case_id)
    if not _DECISION.fullmatch(decision):
        raise SomethingFirst("Skriv afgørelsens eller reglens nummer, for eksempel 2026-00123.")
    _check_closed(work, case)
    check_not_held(work, case_id)
    record(work, case_id, PROPOSED, decision=decision)


def hold_erasure(work: Work, case_id: UUID, why: str) -> None:
    """Hold the erasure of the case back. Raises as `propose_erasure`, and `InvalidAnswers`."""
    case_to_erase(work, case_id)
    hold_back(work, case_id, why)


def release_erasure(work: Work, case_id: UUID) -> None:
    """Let the erasure of the case go on. Raises as `propose_erasure`."""
    case_to_erase(work, case_id)
    let_go(work, case_id)


def approve_erasure(work: Work, case_id: UUID, write_down: Callable[[Erased], None]) -> Erased:
    """Erase the person of the case: all their cases, in this act. Returns what was erased.

    `write_down` keeps it outside the database before the act is over. Raises as
    `propose_erasure`, and `NotAllowed` when the actor is who proposed it, or, in a compartment,
    when neither of the two leads its unit.
    """
    case = case_to_erase(work, case_id)
    proposal = _proposal(work, case_id)
    if proposal.actor_id == work.actor.id:
        raise NotAllowed("En anden end den, der foreslog sletningen, skal godkende den.")
    if case.compartment and _leader_of(work, case) not in (proposal.actor_id, work.actor.id):
        raise NotAllowed("En af de to, der sletter, skal lede enheden.")
    _check_closed(work, case)
    check_not_held(work, case_id)
    erased = erase(work, case.young_person_id, str(proposal.data["decision"]))
    write_down(erased)
    return erased


def follow(work: Work, person_id: UUID, write_down: Callable[[Erased], None]) -> Erased:
    """Erase one inside a compartment who was erased outside, and whose own time has passed."""
    erased = erase(work, person_id, BY_RULE)
    write_down(erased)
    return erased


def erase_again(casework: Casework, ledger: Path) -> list[Erased]:
    """Do every erasure of the ledger that the database does not know of; return those."""
    done = []
    for entry in read_ledger(ledger):
        again = casework.act(SYSTEM, partial(_again, entry=entry))
        if again is not None:
            done.append(again)
    return done


def write_ledger(ledger: Path, erased: Erased) -> None:
    """Add one line: ids and the decision, nothing else."""
    ledger.parent.mkdir(parents=True, exist_ok=True)
    said = {
        "person": str(erased.person),
        "cases": [str(each) for each in erased.cases],
        "decision": erased.decision,
    }
    with ledger.open("a", encoding="utf-8") as file:
        file.write(json.dumps(said) + "\n")


def read_ledger(ledger: Path) -> list[Erased]:
    """Return every erasure that was written down. Raises `CaseworkError` for a broken line."""
    if not ledger.exists():
        return []
    try:
        return [_entry(line) for line in ledger.read_text("utf-8").splitlines() if line]
    except (ValueError, KeyError) as problem:
        raise CaseworkError(f"En linje i {ledger.name} kan ikke læses.") from problem


def _entry(line: str) -> Erased:
    said = json.loads(line)
    return Erased(
        person=UUID(said["person"]),
        cases=tuple(UUID(each) for each in said["cases"]),
        decision=said["decision"],
    )


def _again(work: Work, entry: Erased) -> Erased | None:
    here = select(CaseRow.id).where(CaseRow.id.in_(entry.cases), CaseRow.erased_at.is_(None))
    if not work.session.scalars(here).all():
        return None
    for case_id in _open_cases(work, entry.person):  # the backup is from before it was closed
        close_case(work, case_id, _CLOSED_AS)
    return erase(work, entry.person, entry.decision)


def erase(work: Work, person_id: UUID, decision: str) -> Erased:
    """Take away all that was written of this person here, whoever decided it."""
    query = select(YouthCaseRow.case_id).where(YouthCaseRow.young_person_id == person_id)
    cases = sorted(work.session.scalars(query))
    person = work.session.get_one(YoungPersonRow, person_id)
    keys = {person.key_id} if person.key_id else set()
    for case_id in cases:
        bare = work.lock_case(case_id)
        record(work, case_id, TEXT_ERASED, decision=decision)
        keys |= {bare.key_id} if bare.key_id else set()
        bare.erased_at, bare.key_id = work.now, None
    by, work.actor = work.actor, SYSTEM  # whose reading no compartment stands in the way of
    mails = tuple(mails_of(work, cases))
    register = person.compartment
    if register is None:
        find_inside(work, person)
    if register is None or not _stands_outside(work, person):
        scrub_house_texts(work, names_of(person))
    scrub_cases(work, cases)
    scrub_person(work, person_id)
    drop_keys(work, keys)
    work.actor = by
    return Erased(
        person=person_id,
        cases=tuple(cases),
        decision=decision,
        mails=mails,
        compartment=register,
    )


def _stands_outside(work: Work, person: YoungPersonRow) -> bool:
    """Say whether a text of the house may mean one of that name in the open register."""
    same = exists().where(
        YoungPersonRow.compartment.is_(None),
        YoungPersonRow.first_name == person.first_name,
        YoungPersonRow.last_name == person.last_name,
    )
    return bool(work.session.scalar(select(same)))


def _leader_of(work: Work, case: YouthCaseRow) -> UUID | None:
    return work.session.get_one(UnitRow, case.unit_id).leader_id


def _open_cases(work: Work, person_id: UUID) -> Sequence[UUID]:
    theirs = YouthCaseRow.young_person_id == person_id
    query = select(YouthCaseRow.case_id).where(theirs, YouthCaseRow.closed_at.is_(None))
    return work.session.scalars(query).all()


def _check_closed(work: Work, case: YouthCaseRow) -> None:
    if _open_cases(work, case.young_person_id):
        raise SomethingFirst("Den unge har en åben sag. Luk den, før der slettes.")
    if work.lock_case(case.case_id).erased_at is not None:
        raise Already("Den unge er allerede slettet.")


def _proposal(work: Work, case_id: UUID) -> JournalRow:
    query = select(JournalRow).where(JournalRow.case_id == case_id, JournalRow.act == PROPOSED)
    found = work.session.scalars(query.order_by(JournalRow.seq.desc()).limit(1)).first()
    if found is None:
        raise SomethingFirst("Sletningen er ikke foreslået endnu.")
    return found
