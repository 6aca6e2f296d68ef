"""Who is erased outside is erased in the closed compartment too, when its own time has come."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import event, select

from engine.domain.errors import NotAllowed, NotFound
from engine.ports import SYSTEM, Actor, Purpose
from engine.storage.models import CaseRow
from tests.conftest import BPMN
from tests.erasure.dumping import found_raw
from web.cli import main
from web.erasing import erase_person, let_follow
from web.verifying import flaws_of
from workflows.cases.closing import close_case
from workflows.cases.records import YouthCaseRow
from workflows.cases.services import ExistingCase, open_existing_case
from workflows.compartments.services import DRUG_TREATMENT, pass_in
from workflows.erasing.retention import hold_back
from workflows.erasing.services import (
    BY_RULE,
    approve_erasure,
    erase_again,
    propose_erasure,
    read_ledger,
)
from workflows.municipalities.directory import actor_of
from workflows.municipalities.packs import install_pack, read_pack
from workflows.municipalities.records import EmployeeRow, UnitRow
from workflows.people.records import YoungPersonRow
from workflows.people.services import NewYoungPerson

MARK, DECISION = "Zqxinsidekvj", "2026-00123"
TEST = Purpose(code="test")
GROWN = NewYoungPerson(first_name="Emil", last_name=MARK, birth_date=date(2005, 10, 4))
CHILD = NewYoungPerson(first_name="Emil", last_name=MARK, birth_date=date(2010, 10, 4))
WISH = {"asked_on": "2026-03-02", "passed_on": "yes", "own_words": f"Jeg vil {MARK}."}


@pytest.fixture
def actor(town, staff) -> Callable[[str], Actor]:
    """What gives a colleague as one who acts."""

    def of(username: str) -> Actor:
        with town.work(SYSTEM) as work:
            return actor_of(work, staff[username])

    return of


@pytest.fixture
def lived(town, staff, actor) -> Callable[..., tuple[UUID, UUID]]:
    """What gives the ids of a closed case, and of a closed treatment of the same one."""

    def live(who: NewYoungPerson = GROWN, *, passed_in_first: bool = False) -> tuple[UUID, UUID]:
        def treat() -> UUID:
            return town.act(
                actor("job_adviser"), lambda work: pass_in(work, DRUG_TREATMENT, who, WISH), TEST
            )

        def refer() -> UUID:
            held = ExistingCase(state="active_single", primary_id=staff["job_adviser"])
            return town.act(SYSTEM, lambda work: open_existing_case(work, who, (), held).case_id)

        if passed_in_first:
            inside, outside = treat(), refer()
        else:
            outside, inside = refer(), treat()
        for case_id in (outside, inside):
            town.act(SYSTEM, lambda work, case_id=case_id: close_case(work, case_id, "other"))
        return outside, inside

    return live


@pytest.fixture
def erase(town, settings, actor) -> Callable[..., None]:
    """What erases the person of a case, by two."""

    def by_two(case_id: UUID, first: str = "chief_consultant", second: str = "") -> None:
        second = second or _leader(town, case_id)
        town.act(actor(first), lambda work: propose_erasure(work, case_id, DECISION))
        erase_person(town, settings, actor(second), case_id)

    return by_two


def _leader(town, case_id: UUID) -> str:
    with town.work(SYSTEM) as work:
        case = work.session.get_one(YouthCaseRow, case_id)
        leader = work.session.get_one(UnitRow, case.unit_id).leader_id
        return work.session.get_one(EmployeeRow, leader).username


def is_erased(town, case_id: UUID) -> bool:
    with town.work(SYSTEM) as work:
        return work.session.get_one(CaseRow, case_id).erased_at is not None


def years_on(clock, years: int) -> None:
    clock.move_to(clock.now().replace(year=clock.now().year + years))


def test_inside_it_stays_until_its_own_rule_says_so(town, settings, clock, lived, erase):
    outside, inside = lived()
    years_on(clock, 6)
    erase(outside)
    let_follow(town, settings, set())

    assert (is_erased(town, outside), is_erased(town, inside)) == (True, False)


def test_then_it_follows_and_nothing_is_left_of_it(town, settings, clock, lived, erase, tmp_path):
    outside, inside = lived()
    erase(outside)
    years_on(clock, 11)
    let_follow(town, settings, set())

    assert is_erased(town, inside)
    assert found_raw(town.database, (tmp_path, settings.home), [MARK]) == set()
    assert flaws_of(town, settings) == []


def test_who_was_passed_in_before_they_were_known_outside_follows_as_well(
    town, settings, clock, lived, erase
):
    outside, inside = lived(passed_in_first=True)
    erase(outside)
    years_on(clock, 11)
    let_follow(town, settings, set())

    assert is_erased(town, inside)


def test_nobody_follows_who_is_not_erased_outside(town, settings, clock, lived):
    _, inside = lived()
    years_on(clock, 11)
    let_follow(town, settings, set())

    assert not is_erased(town, inside)


def test_a_child_waits_for_the_archive_and_for_two_of_those_inside(
    town, settings, clock, lived, erase
):
    outside, inside = lived(CHILD)
    erase(outside)
    years_on(clock, 11)
    let_follow(town, settings, set())

    assert not is_erased(town, inside)


def test_what_is_held_back_inside_waits(town, settings, clock, lived, erase):
    outside, inside = lived()
    town.act(SYSTEM, lambda work: hold_back(work, inside, "appeal"))
    erase(outside)
    years_on(clock, 11)
    let_follow(town, settings, set())

    assert not is_erased(town, inside)


def test_the_worker_looks_once_a_day(town, settings, clock, lived, erase):
    outside, inside = lived()
    years_on(clock, 11)
    looked = set()
    let_follow(town, settings, looked)
    erase(outside)
    let_follow(town, settings, looked)
    assert not is_erased(town, inside)

    clock.move_to(clock.now().replace(year=clock.now().year + 1))
    let_follow(town, settings, looked)
    assert is_erased(town, inside)


def test_the_ledger_does_not_lead_from_one_to_the_other(town, settings, clock, lived, erase):
    outside, inside = lived()
    erase(outside)
    years_on(clock, 11)
    let_follow(town, settings, set())

    first, second = read_ledger(settings.erasures_file)
    assert (first.cases, first.decision) == ((outside,), DECISION)
    assert (second.cases, second.decision) == ((inside,), BY_RULE)
    assert first.person != second.person
    assert erase_again(town, settings.erasures_file) == []


def test_whoever_erases_outside_asks_the_same_with_a_treatment_and_without(
    town, staff, clock, actor, lived
):
    asked: list[list[str]] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        asked[-1].append(statement)

    def approve(case_id: UUID) -> None:
        asked.append([])
        with pytest.raises(ZeroDivisionError):
            town.act(
                actor(_leader(town, case_id)),
                lambda work: approve_erasure(work, case_id, lambda _: 1 / 0),
            )

    outside, _ = lived()
    other = replace(GROWN, first_name="Karl")
    held = ExistingCase(state="active_single", primary_id=staff["job_adviser"])
    alone = town.act(SYSTEM, lambda work: open_existing_case(work, other, (), held).case_id)
    town.act(SYSTEM, lambda work: close_case(work, alone, "other"))
    chief = actor("chief_consultant")
    for case_id in (outside, alone):
        town.act(chief, lambda work, case_id=case_id: propose_erasure(work, case_id, DECISION))
    event.listen(town.database.engine, "before_cursor_execute", note)
    for case_id in (outside, alone, outside, alone):  # the first two find out what is kept
        approve(case_id)

    assert asked[2] == asked[3]


def test_two_of_those_who_enter_erase_it_when_one_leads(town, lived, erase, actor, settings):
    outside, inside = lived()
    by = actor("drug_adviser")
    town.act(by, lambda work: propose_erasure(work, inside, DECISION))

    with pytest.raises(NotAllowed, match="lede enheden"):
        erase_person(town, settings, actor("physician_drug"), inside)
    for outsider in ("chief_consultant", "leader_ungecenter"):
        with pytest.raises(NotFound):
            erase_person(town, settings, actor(outsider), inside)
    erase_person(town, settings, actor("leader_rusmiddelcenter"), inside)

    assert (is_erased(town, inside), is_erased(town, outside)) == (True, False)
    with town.work(SYSTEM) as work:
        names = work.session.scalars(select(YoungPersonRow.last_name)).all()
        assert sorted(names) == ["", MARK]


def test_those_inside_have_it_on_their_list_when_its_time_has_passed(
    town, clock, lived, erase, signed_in
):
    outside, inside = lived(CHILD)
    erase(outside)
    years_on(clock, 11)

    page = signed_in("physician_drug").get("/sletning")
    assert page.href("Sag ") == f"/sletning/{inside}"
    assert "Rusmiddelbehandling, der begyndte før 18 år: bevares" in page.text
    assert "slettet uden for rummet" in page.text
    assert signed_in("job_adviser").get("/sletning").status == 403
    assert "Ingen lukket sag" in signed_in("chief_consultant").get("/sletning").text


def test_operations_are_given_no_number_from_inside(town, settings, lived, monkeypatch):
    for name in ("database_url", "secret", "keys"):
        monkeypatch.setenv(f"TOVHOLDER_{name.upper()}", getattr(settings, name))
    outside, inside = lived()
    soon = {"retention.closed": "P1M", "retention.treatment": "P1M"}
    town.act(SYSTEM, lambda work: install_pack(work, read_pack(BPMN, "sonderborg"), soon))

    done = CliRunner().invoke(main, ["erase", "list", "--home", str(settings.home)])

    assert done.exit_code == 0, done.output
    assert str(outside) in done.output
    assert str(inside) not in done.output
    assert "1 sager kan foreslås slettet." in done.output
