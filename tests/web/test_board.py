"""The board of those who turn 18 within a year: who, how long, what is missing, who holds them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, insert, select, text

from engine.ports import SYSTEM
from engine.services.timers import fire_due
from engine.storage.models import CaseRow
from engine.storage.work import Casework
from tests.conftest import reading
from tests.town import REFERRAL
from tests.web.conftest import Visitor, act_as
from workflows.access.records import ReadLogRow
from workflows.cases.records import YouthCaseRow
from workflows.cases.services import start_referral
from workflows.consent.records import ConsentRow
from workflows.handover.records import HandoverRow
from workflows.people.records import YoungPersonRow
from workflows.people.services import NewYoungPerson

BOARD = "/fylder-18"


@pytest.fixture
def refer(town: Casework) -> Callable[[str, date], UUID]:
    """What refers somebody born on a day; the intake holds the thread."""

    def start(name: str, born: date) -> UUID:
        person = NewYoungPerson(first_name=name, last_name="Prøve", birth_date=born)
        answers = {**REFERRAL, "schooling": "vocational"}
        return act_as(
            town, "intake", lambda work: start_referral(work, person, (), answers).case_id
        )

    return start


@pytest.fixture
def leader(signed_in: Callable[[str], Visitor]) -> Visitor:
    """The leader of the unit that has the cases."""
    return signed_in("leader_ungecenter")


def test_everybody_of_seventeen_stands_there_soonest_first(leader, refer) -> None:
    refer("Sen", date(2009, 1, 31))
    refer("Snart", date(2008, 3, 20))
    refer("Ung", date(2011, 6, 14))

    page = leader.get(BOARD)

    assert page.text.index("Snart Prøve") < page.text.index("Sen Prøve")
    assert "18 dage" in page.text
    assert "335 dage" in page.text
    assert "Ung Prøve" not in page.text


def test_both_dates_say_why(leader, refer) -> None:
    refer("Sen", date(2009, 1, 31))

    page = leader.get(BOARD)

    assert page.html.count("data-worked-out") == 2
    assert "Alderen 18 år er nået søndag 31. januar 2027." in page.text
    assert "Alderen 17 år og 3 måneder er nået torsdag 30. april 2026." in page.text


def test_what_is_missing_is_read_from_the_rows(leader, refer, town) -> None:
    case_id = refer("Noor", date(2008, 10, 23))

    page = leader.get(BOARD)
    for missing in ("en modtager", "den unges eget samtykke", "en plan, der er skrevet efter 17"):
        assert missing in page.text
    assert "overgangen er ikke begyndt" not in page.text

    def give(work) -> None:
        own = {
            "purpose": "own_15",
            "giver": "young_person",
            "status": "active",
            "asked_at": work.now,
        }
        work.session.add(ConsentRow(case_id=case_id, **own))

    town.act(SYSTEM, give)
    assert "den unges eget samtykke" not in leader.get(BOARD).text


def test_one_past_18_whom_nobody_has_received_stays_and_stands_first(
    signed_in, refer, town, clock
) -> None:
    case_id = refer("Noor", date(2008, 3, 20))
    refer("Snart", date(2008, 3, 25))
    clock.move_to(datetime(2026, 3, 22, 9, tzinfo=UTC))
    leader = signed_in("leader_ungecenter")

    page = leader.get(BOARD)
    assert "2 dage over 18" in page.text
    assert page.text.index("Noor Prøve") < page.text.index("Snart Prøve")

    def accept(work) -> None:
        query = select(HandoverRow).where(HandoverRow.case_id == case_id)
        work.session.scalars(query).one().status = "accepted"

    town.act(SYSTEM, accept)
    assert "Noor Prøve" not in leader.get(BOARD).text


def test_one_sees_only_those_one_may_know_of(leader, refer, signed_in) -> None:
    refer("Noor", date(2008, 10, 23))

    assert "Noor" in leader.get(BOARD).text
    assert "Noor" not in signed_in("leader_ppr").get(BOARD).text
    assert "Noor" not in signed_in("system_admin").get(BOARD).text


def test_the_look_is_logged_with_everybody_who_was_shown(leader, refer, town, staff) -> None:
    case_id = refer("Noor", date(2008, 10, 23))

    leader.get(BOARD)

    with town.work(SYSTEM) as work:
        rows = work.session.scalars(select(ReadLogRow).where(ReadLogRow.purpose == "board")).all()
    assert [(row.actor_id, row.case_ids) for row in rows] == [
        (staff["leader_ungecenter"], [str(case_id)])
    ]


def test_the_board_can_be_of_one_unit(refer, signed_in, town) -> None:
    refer("Noor", date(2008, 10, 23))
    refer("Ask", date(2008, 11, 1))

    with reading(town.database).begin() as connection:
        connection.execute(
            text(
                "UPDATE youth_cases SET unit_id = (SELECT id FROM units WHERE code = 'uu') "
                "WHERE young_person_id = (SELECT id FROM young_people WHERE first_name = 'Ask')"
            )
        )
        connection.execute(
            text(
                "UPDATE units SET leader_id = (SELECT id FROM employees WHERE "
                "username = 'leader_ungecenter') WHERE code = 'uu'"
            )
        )
    leader = signed_in("leader_ungecenter")
    page = leader.get(BOARD)

    only = leader.get(page.href("UU"))

    assert "Noor" in page.text
    assert "Ask" in only.text
    assert "Noor" not in only.text


def test_whose_handover_nobody_has_is_marked_and_the_leader_gives_it_to_the_holder(
    leader, refer, town, clock, intake
) -> None:
    refer("Noor", date(2008, 6, 1))
    with town.database.engine.begin() as connection:
        connection.execute(text("UPDATE handovers SET status = 'closed'"))
    while fire_due(town):
        pass

    page = leader.get(BOARD)
    assert "ingen har overgangen" in page.text
    action = page.html.split('action="/fylder-18/')[1].split('"')[0]

    sent = leader.post(f"{BOARD}/{action}")

    assert (sent.status, sent.address) == (303, BOARD)
    assert "ingen har overgangen" not in leader.get(BOARD).text


def test_the_board_is_found_from_the_frame_and_from_the_cases(leader, intake) -> None:
    assert leader.get("/indbakke").href("Fylder 18") == BOARD
    assert intake.get("/sager").href("Fylder 18 inden for et år") == BOARD


def test_the_cost_follows_those_on_the_board_and_not_the_other_cases(leader, refer, town) -> None:
    refer("Noor", date(2008, 10, 23))
    refer("Ask", date(2008, 11, 1))
    add_others(town, 10)
    few = statements(town, leader)
    add_others(town, 2_000)
    many = statements(town, leader)

    of_the_board = [one for one in few if "young_people.birth_date" in one[0]]
    assert len(of_the_board) == 1
    assert len(many) == len(few)
    if town.database.is_sqlite:
        with town.database.engine.connect() as connection:
            rows = connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {of_the_board[0][0]}", of_the_board[0][1]
            )
            plan = [row[3] for row in rows]
        assert any("ix_young_people_birth_date" in line for line in plan)
        assert not [line for line in plan if line.startswith("SCAN youth_cases")]


def statements(town: Casework, visitor: Visitor) -> list[tuple[str, object]]:
    asked: list[tuple[str, object]] = []

    def listen(_connection, _cursor, statement, parameters, *_more) -> None:
        asked.append((statement, parameters))

    engine = town.database.engine
    event.listen(engine, "before_cursor_execute", listen)
    assert visitor.get(BOARD).status == 200
    event.remove(engine, "before_cursor_execute", listen)
    return asked


def add_others(town: Casework, number: int) -> None:
    """Add open cases of children of about ten, who are far from the board."""

    def add(work) -> None:
        pattern = work.session.scalars(select(YouthCaseRow)).first()
        same = {"pack": pattern.pack, "unit_id": pattern.unit_id, "primary_id": pattern.primary_id}
        people = [uuid4() for _ in range(number)]
        cases = [uuid4() for _ in range(number)]
        children = [
            {
                "id": person,
                "first_name": "Barn",
                "last_name": "Prøve",
                "birth_date": date(2016, 1, 1) + timedelta(days=turn % 300),
            }
            for turn, person in enumerate(people)
        ]
        work.session.execute(insert(YoungPersonRow), children)
        moments = {"opened_at": work.now, "touched_at": work.now}
        work.session.execute(insert(CaseRow), [{"id": each, **moments} for each in cases])
        opened = {"state": "received", "opened_at": work.now, "primary_since": work.now}
        work.session.execute(
            insert(YouthCaseRow),
            [
                {"case_id": case, "young_person_id": person, **same, **opened}
                for case, person in zip(cases, people, strict=True)
            ],
        )

    town.act(SYSTEM, add)
