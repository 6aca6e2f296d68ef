"""How often the law was used instead of a consent, by unit; few are never told apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from engine.domain.calendars import add_months
from engine.storage.work import Work
from workflows.consent.records import LegalBasisUseRow
from workflows.municipalities.records import UnitRow

FEWEST = 5  # fewer than this could be a person; source: domain, 5.4
_MONTHS = 12

# Source: domain, 1.1, who has the right to aggregates.
COUNTERS = frozenset(
    {
        "unit_leader",
        "area_chief",
        "chief_consultant",
        "leader_forum",
        "steering_group",
        "committee_politician",
    }
)


@dataclass(frozen=True, slots=True)
class Count:
    """How many young people in a unit: `number` is None for some, but fewer than `FEWEST`."""

    unit: str
    number: int | None


def may_count(work: Work) -> bool:
    """Say whether the actor leads, and may know how often the law was used without consent."""
    return not work.actor.roles.isdisjoint(COUNTERS)


def counts_by_unit(work: Work) -> tuple[date, Sequence[Count]]:
    """Return since when, and for each unit that leads cases the young people it happened to.

    There is no total: it would tell what a suppressed number is.
    """
    work.reads_for("counts")
    since = add_months(work.today, -_MONTHS)
    people = func.count(func.distinct(LegalBasisUseRow.case_id))
    query = (
        select(UnitRow.name, people)
        .outerjoin(
            LegalBasisUseRow,
            (LegalBasisUseRow.unit_id == UnitRow.id)
            & (LegalBasisUseRow.at >= work.calendar.midnight(since)),
        )
        .group_by(UnitRow.id, UnitRow.name)
        .order_by(UnitRow.name)
    )
    found = work.session.execute(query)
    return since, [Count(name, None if 0 < n < FEWEST else n) for name, n in found]
