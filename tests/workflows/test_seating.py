"""How many professionals may sit at the table with the young person."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.domain.errors import InvalidAnswers, NotFound
from engine.ports import SYSTEM
from engine.services.deployments import configure
from engine.storage.configurations import load_content
from engine.storage.models import JournalRow
from engine.storage.work import Work
from tests.workflows.table import Table, laid
from workflows.forums.records import SeatingRow
from workflows.forums.seating import FEW, Seating, compose_table
from workflows.municipalities.directory import actor_of

WHY = "Alle syv har en aftale med ham, og han har selv bedt om det."


@pytest.fixture
def table(set_up: Callable[..., Table]) -> Table:
    """The meeting of team 1 with Malte on its agenda."""
    return set_up(laid)


def people(table: Table, number: int) -> Sequence[UUID]:
    return [table.staff[name] for name in sorted(table.staff)[:number]]


def composed(table: Table, number: int, reason: str = "", by: str = "uu_counsellor") -> Seating:
    with table.town.work(SYSTEM) as work:
        actor = actor_of(work, table.staff[by])
    return table.town.act(
        actor,
        lambda work: compose_table(work, table.item.id, people(table, number), reason=reason),
    )


def kept(table: Table) -> list[int]:
    return [len(row.people) for row in table.life.all(SeatingRow)]


def test_four_sit_with_the_young_person_without_a_word(table: Table) -> None:
    assert composed(table, 4).warning == ""
    assert kept(table) == [4]


def test_the_fifth_is_warned_of_and_may_come(table: Table) -> None:
    warning = composed(table, 5).warning

    assert "5 fagpersoner sammen med den unge" in warning
    assert kept(table) == [5]


def test_the_seventh_is_refused_without_a_leader(table: Table) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        composed(table, 7, WHY)

    assert "Kun en leder" in refused.value.problems["people"]
    assert kept(table) == []


def test_a_leader_allows_the_seventh_with_a_reason_only(table: Table) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        composed(table, 7, by="leader_ungecenter")
    assert "Skriv, hvorfor" in refused.value.problems["reason"]

    composed(table, 7, WHY, by="leader_ungecenter")

    assert [(row.reason, len(row.people)) for row in table.life.all(SeatingRow)] == [(WHY, 7)]


def test_it_is_composed_again_and_the_journal_tells_how_many(table: Table) -> None:
    composed(table, 5)
    composed(table, 2)

    query = select(JournalRow).where(JournalRow.act == "table_composed").order_by(JournalRow.seq)
    with table.town.work(table.convenor) as work:
        assert [row.data["professionals"] for row in work.session.scalars(query)] == [5, 2]
    assert kept(table) == [2]


def test_nobody_else_composes_it(table: Table) -> None:
    with pytest.raises(NotFound):
        composed(table, 2, by="job_adviser")


def test_the_numbers_are_the_municipalitys_own(table: Table) -> None:
    table.town.act(SYSTEM, lambda work: with_parameter(work, FEW, 2))

    assert "3 fagpersoner" in composed(table, 3).warning


def with_parameter(work: Work, key: str, value: int) -> None:
    content = deepcopy(load_content(work.session, work.configuration.number))
    content["parameters"][key]["value"] = value
    configure(work, content)
