"""Who sits at the table with the young person, and how many that may be.

A young person has said that a meeting with ten officials is the worst, and four at once is hard.
Source: domain, team assessment and what young people want.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import InvalidAnswers, NotAllowed, Unseen
from engine.services.journal import record
from engine.storage.work import Work
from workflows.access.sight import what_may
from workflows.cases.passing_on import may_pass_on
from workflows.cases.thread import open_youth_case
from workflows.forums.agenda import leads
from workflows.forums.items import NO_ITEM, item_of
from workflows.forums.records import AgendaItemRow, MeetingRow, SeatingRow
from workflows.forums.states import ON_AGENDA
from workflows.municipalities.records import ForumRow

FEW = "meeting.max_professionals_with_youth"  # the parameter: more are warned of
MOST = "meeting.leader_above_professionals"  # the parameter: more need a leader and a reason
REASON = 1_000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Seating:
    """Who sits there. `warning` is a Danish sentence where they are many, "" where they are few."""

    row: SeatingRow
    warning: str


def compose_table(
    work: Work, item_id: UUID, people: Collection[UUID], *, reason: str = ""
) -> Seating:
    """Keep which professionals sit with the young person at this item; the last word counts.

    Nobody at all means that the young person does not come. Raises `NotFound`, `NotAllowed` for
    others than the convenor and the leader of the case, `Conflict` when the item has left the
    agenda, and `InvalidAnswers`: for `people` that are too many without a leader, and for
    `reason` that a leader leaves out.
    """
    item = item_of(work, item_id)
    check_composes(work, item)
    chosen = sorted(set(people), key=str)
    _check_number(work, item, len(chosen), reason.strip())
    row = seating_of(work, item_id)
    if row is None:
        row = SeatingRow(item_id=item_id, case_id=item.case_id, at=work.now)
        work.session.add(row)
    row.people, row.reason = [str(each) for each in chosen], reason.strip()
    row.by_id, row.at = work.actor.id, work.now
    told = {"item": str(item.id), "professionals": len(chosen)}
    record(work, item.case_id, "table_composed", **told)
    work.flush()
    return Seating(row=row, warning=warning_of(work, len(chosen)))


def seating_of(work: Work, item_id: UUID) -> SeatingRow | None:
    """Return who sits with the young person at the item, None where nobody has said."""
    return work.session.scalars(select(SeatingRow).where(SeatingRow.item_id == item_id)).first()


def seatings_of(work: Work, item_ids: Collection[UUID]) -> Mapping[UUID, SeatingRow]:
    """Return who sits with the young person at these items, by item."""
    query = select(SeatingRow).where(SeatingRow.item_id.in_(list(item_ids)))
    return {row.item_id: row for row in work.session.scalars(query)}


def may_compose(work: Work, item: AgendaItemRow) -> bool:
    """Say whether the actor leads the meeting or the unit of the case, while it can change."""
    return item.status in ON_AGENDA and (_convenes(work, item) or _leads_case(work, item))


def warning_of(work: Work, number: int) -> str:
    """Return what to think of when so many sit with the young person; "" for a few."""
    if number <= _limit(work, FEW):
        return ""
    return (
        f"Der sidder {number} fagpersoner sammen med den unge. Det er mange at tale til. "
        "Kan to være der, og resten skrive deres bidrag?"
    )


def check_composes(work: Work, item: AgendaItemRow) -> None:
    """Raise `NotAllowed` unless the actor leads the meeting or the unit of the case.

    For those who do not see the case there is no such item: `Unseen`.
    """
    if work.actor.id is not None and what_may(work, work.actor, item.case_id) is None:
        raise Unseen(NO_ITEM)
    if not (_convenes(work, item) or _leads_case(work, item)):
        raise NotAllowed("Det gør mødelederen, eller lederen af sagens enhed.")


def _check_number(work: Work, item: AgendaItemRow, number: int, reason: str) -> None:
    most = _limit(work, MOST)
    if len(reason) > REASON:
        raise InvalidAnswers({"reason": f"Skriv højst {REASON} tegn."})
    if number <= most:
        return
    if not _leads_case(work, item):
        raise InvalidAnswers(
            {
                "people": f"Højst {most} fagpersoner kan sidde sammen med den unge. "
                "Kun en leder af sagens enhed kan tillade flere, og skal skrive hvorfor."
            }
        )
    if not reason:
        raise InvalidAnswers(
            {"reason": f"Skriv, hvorfor den unge skal møde flere end {most} på én gang."}
        )


def _convenes(work: Work, item: AgendaItemRow) -> bool:
    meeting = work.session.get_one(MeetingRow, item.meeting_id)
    return leads(work, work.session.get_one(ForumRow, meeting.forum_id))


def _leads_case(work: Work, item: AgendaItemRow) -> bool:
    return may_pass_on(work, open_youth_case(work, item.case_id))


def _limit(work: Work, key: str) -> int:
    return int(str(work.parameters.get(key)))
