"""Opening a case that one has no part in: with a reason, for some hours, before the leader's eyes.

For what cannot wait for somebody who has a part: a young person who stands in the door, a call at
night. The matrix says which roles may, and what they read then.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select

from engine.domain.errors import InvalidAnswers, NotAllowed
from engine.domain.parameters import shift_instant
from engine.domain.quiet import Leaves
from engine.services.journal import record
from engine.storage.work import Work
from workflows.access.grants import BREAK_GLASS, Opening, open_one
from workflows.access.matrix import matrix
from workflows.access.records import BrokenGlassRow
from workflows.cases.mails import mail_staff
from workflows.cases.records import YouthCaseRow
from workflows.municipalities.directory import surroundings
from workflows.people.records import YoungPersonRow

LASTS = "access.break_glass"  # for how long, in hours
SHORTEST = 20  # characters of a reason
_WHY = "Skriv hvorfor, med mindst 20 tegn."
_NOBODY = "Vi har ingen sag at åbne med det navn og den fødselsdag. Se stavemåden efter."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose case is to be opened, and why, as written."""

    first_name: str
    last_name: str
    birth_date: date
    reason: str


def may_break_glass(work: Work) -> bool:
    """Say whether the matrix lets any role of the actor open a case with a reason."""
    rows = [row for role in work.actor.roles if (row := matrix().row_of(role))]
    return any(BREAK_GLASS in cell for row in rows for cell in row.classes.values())


def break_glass(work: Work, wanted: Wanted) -> UUID:
    """Open the case of the young person to the actor for some hours; return the case.

    The leader of the unit of the case is told at once (the chief consultant where the unit has
    none), the journal has it, and every look rests on it. Raises `NotAllowed` unless
    `may_break_glass`, and `InvalidAnswers` for a reason of fewer than `SHORTEST` characters and
    for a name and birth date that nobody has.
    """
    if not may_break_glass(work):
        raise NotAllowed("Din rolle kan ikke åbne sager. Spørg den, der holder tråden.")
    if len(wanted.reason.strip()) < SHORTEST:
        raise InvalidAnswers({"reason": _WHY})
    work.reads_for(BREAK_GLASS)
    case = _case_of(work, wanted)
    if case is None:
        raise InvalidAnswers({"last_name": _NOBODY})
    _open(work, case, wanted.reason.strip())
    _tell(work, case.case_id)
    return case.case_id


def _case_of(work: Work, wanted: Wanted) -> YouthCaseRow | None:
    """Return the newest case of the one who has this name and birth date."""
    query = (
        select(YouthCaseRow, YoungPersonRow)
        .join(YoungPersonRow, YoungPersonRow.id == YouthCaseRow.young_person_id)
        .where(YoungPersonRow.birth_date == wanted.birth_date, YouthCaseRow.compartment.is_(None))
        .order_by(YouthCaseRow.opened_at.desc())
    )
    name = _plain(f"{wanted.first_name} {wanted.last_name}")
    found = (case for case, one in work.session.execute(query) if _plain(one.name) == name)
    return next(found, None)


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _open(work: Work, case: YouthCaseRow, reason: str) -> None:
    assert work.actor.id is not None  # noqa: S101  # the system has no role that may
    until = shift_instant(work.now, work.parameters.period(LASTS))
    row = BrokenGlassRow(
        id=uuid4(),
        case_id=case.case_id,
        employee_id=work.actor.id,
        reason=reason,
        at=work.now,
        until=until,
    )
    work.session.add(row)
    opening = Opening(
        who="employee_id",
        whom=work.actor.id,
        classes=("K0", "K1", "K2"),
        source=BREAK_GLASS,
        source_id=row.id,
        ends_at=until,
    )
    open_one(work, case.case_id, opening)
    record(work, case.case_id, "glass_broken", glass=str(row.id))
    work.flush()


def _tell(work: Work, case_id: UUID) -> None:
    around = surroundings(work, case_id)
    leader = around.leader_id or around.chief_id
    key = f"glass_broken:{case_id}:{work.actor.id}:{work.now.isoformat()}"
    said = {"opened_by": work.actor.name}
    mail_staff(work, case_id, "glass_broken", [leader], key=key, words=said, leaves=Leaves.AT_ONCE)
