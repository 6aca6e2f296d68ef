"""The crawl: every answer is the one that the tables give, which know nothing of the product.

`make test-wide` asks every seventh cell; `make crawl` all of them (see `tests/README.md`).
"""

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import ColumnElement, Select, select

from engine.storage import compartments
from tests.access.crawl.answers import CASES, DOORS, HOUSE
from tests.access.crawl.conftest import CRAWLED
from tests.access.crawl.house import House, built, copied, everything
from tests.access.crawl.roles import NOT_SIGNED_IN, OUTSIDE, WALKED
from tests.access.crawl.routes import ROUTES
from tests.access.crawl.standings import INSIDE, RELATIONS, cannot
from tests.access.crawl.treatment import DRUGS
from tests.access.crawl.walk import NEVER_INSIDE, Cell, Walker, not_inside, planned
from tests.access.test_matrix import DOMAIN
from workflows.access import relations, sight, tasks
from workflows.access.matrix import Matrix
from workflows.access.records import AccessGrantRow
from workflows.cases.records import YouthCaseRow
from workflows.forums import agenda
from workflows.municipalities.records import UnitRow
from workflows.municipalities.roles import EVERY

pytestmark = pytest.mark.wide

HALVES = 2  # of the roles, so that two workers end together
EVERY_NTH = 1 if os.environ.get("CRAWL") == "whole" else 7
AT_LEAST = 10_000


@pytest.fixture(scope="session")
def house(migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house of the crawl, in which nothing is kept."""
    with (
        copied(migrated, tmp_path_factory.mktemp("crawl")) as (url, home),
        built(url, home) as house,
    ):
        yield house


@pytest.fixture
def walker(house: House, caplog: pytest.LogCaptureFixture) -> Walker:
    """One who asks its pages; of thousands of refusals none is logged."""
    caplog.set_level(logging.ERROR, logger="tovholder.security")
    return Walker(house)


def sample(relation: str) -> Iterator[Cell]:
    """Yield every seventh cell, or all: each route in each relation, as some roles; each role."""
    counts: Counter[str] = Counter()
    for cell in planned(relation):
        counts[cell.role] += 1
        if (WALKED.index(cell.role) + counts[cell.role]) % EVERY_NTH == 0:
            yield cell


@pytest.mark.parametrize("half", range(HALVES))
@pytest.mark.parametrize("relation", RELATIONS)
def test_everybody_is_answered_as_the_tables_say_and_nothing_is_kept(
    relation: str,
    half: int,
    house: House,
    walker: Walker,
    record_property: Callable[[str, object], None],
) -> None:
    cells = (each for each in sample(relation) if WALKED.index(each.role) % HALVES == half)
    before = everything(house)

    walked = walker.walk(relation, cells)

    record_property(CRAWLED, (relation, walked.cells, len(walked.wrong)))
    assert walked.wrong == []
    assert everything(house) == before


def test_there_are_ten_thousand_cells_and_more() -> None:
    every = [cell for relation in RELATIONS for cell in planned(relation)]
    asked = [cell for relation in RELATIONS for cell in sample(relation)]

    assert len(set(every)) == len(every)
    assert len(asked) >= AT_LEAST


def test_the_part_that_is_asked_leaves_out_no_route_method_role_or_relation() -> None:
    asked = {cell for relation in RELATIONS for cell in sample(relation)}

    for pair in (("rule", "method", "relation"), ("role", "relation")):
        every = {
            tuple(getattr(cell, key) for key in pair) for r in RELATIONS for cell in planned(r)
        }
        assert {tuple(getattr(cell, key) for key in pair) for cell in asked} == every


def test_every_address_stands_in_the_table_of_routes(house: House) -> None:
    known = {rule.rule for rule in house.app.url_map.iter_rules()}

    assert known - set(ROUTES) == set(), "new: give it a line in routes.py"
    assert set(ROUTES) - known == set(), "gone: take its line out of routes.py"


def test_every_address_knows_the_methods_of_its_kind(house: House) -> None:
    found: dict[str, set[str]] = {}
    for rule in house.app.url_map.iter_rules():
        found.setdefault(rule.rule, set()).update(rule.methods or ())

    tables = {**CASES, **HOUSE, **DOORS}
    wanted = {rule: set(tables[route.kind]) for rule, route in ROUTES.items()}
    unlike = {
        rule for rule, methods in found.items() if methods - {"HEAD", "OPTIONS"} != wanted[rule]
    }
    assert unlike == {"/processer/ny"}  # "ny" is a process as well, to who asks for its page


def test_every_role_is_walked_or_never_signs_in() -> None:
    assert (DOMAIN | EVERY) - {*WALKED, *OUTSIDE} == set()
    assert {*WALKED, *OUTSIDE} - DOMAIN - EVERY == {NOT_SIGNED_IN}


def test_a_relation_that_a_role_cannot_have_is_no_cell_and_says_why() -> None:
    left_out = [(each, role) for each in RELATIONS for role in WALKED if cannot(each, role)]

    assert len(left_out) == 119
    assert not {(cell.relation, cell.role) for r in RELATIONS for cell in planned(r)} & {*left_out}


def test_an_address_of_an_object_that_lies_in_no_compartment_says_why() -> None:
    of_cases = {rule for rule, route in ROUTES.items() if route.kind in CASES}

    outside = {rule for rule in of_cases if not_inside(rule) in NEVER_INSIDE.values()}
    walked = {cell.rule for relation in INSIDE for cell in planned(relation)}
    assert of_cases - outside - walked == set()
    assert outside & walked == set()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_address_knows_another_method(method: str, walker: Walker) -> None:
    cells = [Cell(rule, method, "uu_counsellor", "stranger") for rule in ROUTES]

    assert walker.walk("stranger", cells).wrong == []


def test_a_post_without_the_token_of_the_session_is_refused_everywhere(
    house: House, walker: Walker
) -> None:
    posts = [
        rule for rule, route in ROUTES.items() if "POST" in {**CASES, **HOUSE, **DOORS}[route.kind]
    ]

    assert {walker.status_without_token(rule) for rule in posts} == {400}


def test_what_hangs_on_another_case_is_not_found_under_ones_own(
    house: House, walker: Walker
) -> None:
    """The id of the case is one's own, that of the consent, process, use or line is Malte's."""
    assert walker.strange_children() == {}


def _everybody_leads(_actor: object) -> Select[UUID]:
    return select(UnitRow.id).where(UnitRow.id == YouthCaseRow.unit_id).correlate(YouthCaseRow)


def _for_ever(at: datetime) -> ColumnElement[bool]:
    return AccessGrantRow.starts_at <= at


def _drugs_for_all(_names: object, within: Callable[..., object] = compartments._within) -> object:
    return within(frozenset({DRUGS}))


# Where a decision is made, which, what would be too much, and who would get through then.
LOOSE: list[tuple[object, str, object, str, str]] = [
    (Matrix, "reads_nothing", lambda *_: False, "own", "system_admin"),
    (relations, "led", _everybody_leads, "stranger", "mentor"),
    (relations, "in_force", _for_ever, "broken_glass_over", "mentor"),
    (relations, "in_force", _for_ever, "withdrawn", "mentor"),
    (relations, "AGENDA_AFTER", "consent.expiry", "agenda_after", "mentor"),
    (relations, "LEADERS", (), "agenda_within", "leader_forum"),
    (Matrix, "entered_from", lambda *_: frozenset({DRUGS}), "compartment_own", "mentor"),
    (compartments, "_within", _drugs_for_all, "compartment_known", "primary_responsible"),
    (tasks, "may_know_of", lambda *_: True, "stranger", "mentor"),
    (agenda, "check_leads", lambda *_: None, "stranger", "mentor"),
]


@pytest.fixture
def anew() -> Iterator[None]:
    """The statement of `what_may` is made of the decisions as they are now, and not kept."""
    sight._standing.cache_clear()
    yield
    sight._standing.cache_clear()


@pytest.mark.usefixtures("anew")
@pytest.mark.parametrize(("where", "decision", "loosened", "relation", "role"), LOOSE)
def test_a_decision_that_is_loosened_is_found(
    where, decision, loosened, relation, role, walker, monkeypatch
) -> None:
    monkeypatch.setattr(where, decision, loosened)
    cells = [cell for cell in planned(relation) if cell.role == role]

    assert walker.walk(relation, cells).wrong
