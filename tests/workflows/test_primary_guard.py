"""Nobody is let go: the database refuses every way to leave an open case without its one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from engine.storage.database import Database
from engine.storage.models import CaseRow
from workflows.cases.records import AssignmentRow, YouthCaseRow
from workflows.cases.refusals import REFUSALS
from workflows.municipalities.records import EmployeeRow, UnitRow
from workflows.people.records import YoungPersonRow

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)
ELEVEN = NINE + timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """An open case of Alice's, with Bob at work and Carl, who has left."""

    database: Database
    case_id: UUID
    alice: UUID
    bob: UUID
    carl: UUID

    def say(self, sql: str, **places: object) -> None:
        """Run raw SQL against the database, in a transaction of its own."""
        with self.database.engine.connect() as connection:
            self._run(connection, sql, places)
            connection.commit()

    def say_with_foreign_keys_off(self, sql: str, **places: object) -> None:
        """Run raw SQL with SQLite's foreign keys switched off."""
        with self.database.engine.connect() as connection:
            connection.execute(text("PRAGMA foreign_keys = OFF"))
            try:
                self._run(connection, sql, places)
            finally:
                connection.execute(text("PRAGMA foreign_keys = ON"))

    def _run(self, connection: Connection, sql: str, places: dict[str, object]) -> None:
        known = {"case": self.case_id, "alice": self.alice, "bob": self.bob, "carl": self.carl}
        given = {key: value for key, value in {**known, **places}.items() if f":{key}" in sql}
        connection.execute(text(sql), {key: self._raw(value) for key, value in given.items()})

    def _raw(self, value: object) -> object:
        if isinstance(value, UUID):
            return value.hex
        if isinstance(value, datetime):
            zone = "" if self.database.is_sqlite else "+00"
            return f"{value:%Y-%m-%d %H:%M:%S.%f}{zone}"
        return value

    def history(self) -> list[tuple[UUID, datetime, datetime | None]]:
        """Return who was responsible, from when, until when."""
        with self.database.session() as session:
            rows = session.query(AssignmentRow).order_by(AssignmentRow.number)
            return [(row.employee_id, row.since, row.until) for row in rows]

    def pass_on(self, to: UUID, at: datetime) -> None:
        """Make `to` responsible at `at`, the way a service does."""
        self.say(
            "UPDATE youth_cases SET primary_id = :to, primary_since = :at WHERE case_id = :case",
            to=to,
            at=at,
        )

    def close(self, at: datetime) -> None:
        """Close the case at `at`."""
        self.say("UPDATE youth_cases SET closed_at = :at WHERE case_id = :case", at=at)


@pytest.fixture
def scene(database: Database) -> Scene:
    """Alice is responsible since nine."""
    people = {
        name: EmployeeRow(username=name, name=name, email=f"{name}@kommune.example", active=active)
        for name, active in (("alice", True), ("bob", True), ("carl", False))
    }
    unit = UnitRow(code="unit", name="Enheden")
    person = YoungPersonRow(first_name="Ny", last_name="Ung", birth_date=date(2010, 1, 1))
    bare = CaseRow(opened_at=NINE, touched_at=NINE)
    with database.session() as session:
        session.add_all([*people.values(), unit, person, bare])
        session.flush()
        session.add(
            YouthCaseRow(
                case_id=bare.id,
                young_person_id=person.id,
                state="received",
                pack="test",
                unit_id=unit.id,
                primary_id=people["alice"].id,
                primary_since=NINE,
                opened_at=NINE,
            )
        )
    ids = {name: row.id for name, row in people.items()}
    return Scene(database=database, case_id=bare.id, **ids)


def test_a_new_case_has_its_first_assignment_from_its_first_instant(scene: Scene) -> None:
    assert scene.history() == [(scene.alice, NINE, None)]


def test_the_thread_passes_on_without_gap_and_without_overlap(scene: Scene) -> None:
    scene.pass_on(scene.bob, TEN)

    assert scene.history() == [(scene.alice, NINE, TEN), (scene.bob, TEN, None)]


def test_two_may_pass_the_thread_on_at_the_same_instant(scene: Scene) -> None:
    scene.pass_on(scene.bob, TEN)
    scene.pass_on(scene.alice, TEN)

    assert scene.history() == [
        (scene.alice, NINE, TEN),
        (scene.bob, TEN, TEN),
        (scene.alice, TEN, None),
    ]


def test_closing_ends_the_last_assignment_at_that_instant(scene: Scene) -> None:
    scene.close(TEN)

    assert scene.history() == [(scene.alice, NINE, TEN)]


def test_reopening_begins_a_new_assignment(scene: Scene) -> None:
    scene.close(TEN)
    scene.say(
        "UPDATE youth_cases SET closed_at = NULL, primary_since = :at, primary_id = :bob"
        " WHERE case_id = :case",
        at=ELEVEN,
    )

    assert scene.history() == [(scene.alice, NINE, TEN), (scene.bob, ELEVEN, None)]


CHANGE = "UPDATE youth_cases SET primary_id = :to, primary_since = :at WHERE case_id = :case"
INSERT = (
    "INSERT INTO assignments (case_id, number, employee_id, since, until)"
    " VALUES (:case, 2, :bob, :at, NULL)"
)

ATTEMPTS = {
    "null the primary": ("UPDATE youth_cases SET primary_id = NULL", {}, "nobody"),
    "null the primary and say when": (CHANGE, {"to": None, "at": TEN}, "nobody"),
    "name one who has left": (CHANGE, {"to": "carl", "at": TEN}, "nobody"),
    "name nobody known": (CHANGE, {"to": uuid4(), "at": TEN}, "nobody"),
    "back-date before the former": (
        CHANGE,
        {"to": "bob", "at": NINE - timedelta(days=1)},
        "back_dated",
    ),
    "move the beginning alone": (
        "UPDATE youth_cases SET primary_since = :at WHERE case_id = :case",
        {"at": TEN},
        "idle",
    ),
    "change the primary at no time": (
        "UPDATE youth_cases SET primary_id = :bob, primary_since = NULL WHERE case_id = :case",
        {},
        "back_dated",
    ),
    "close and change the primary at once": (
        "UPDATE youth_cases SET primary_id = :bob, primary_since = :at, closed_at = :at"
        " WHERE case_id = :case",
        {"at": TEN},
        "closing",
    ),
    "close in the past": (
        "UPDATE youth_cases SET closed_at = :at WHERE case_id = :case",
        {"at": NINE - timedelta(hours=1)},
        "closing",
    ),
    "delete the youth case": ("DELETE FROM youth_cases WHERE case_id = :case", {}, "kept"),
    "delete the case": ("DELETE FROM cases WHERE id = :case", {}, "kept"),
    "give the youth case another id": (
        "UPDATE youth_cases SET case_id = :other WHERE case_id = :case",
        {"other": uuid4()},
        "kept",
    ),
    "give the case another id": (
        "UPDATE cases SET id = :other WHERE id = :case",
        {"other": uuid4()},
        "kept",
    ),
    "move the last act back": (
        "UPDATE cases SET touched_at = :at WHERE id = :case",
        {"at": NINE - timedelta(days=1)},
        "time",
    ),
    "end the assignment": (
        "UPDATE assignments SET until = :at WHERE case_id = :case",
        {"at": TEN},
        "history",
    ),
    "end the assignment when it began": (
        "UPDATE assignments SET until = since WHERE case_id = :case",
        {},
        "history",
    ),
    "move the beginning of the assignment": (
        "UPDATE assignments SET since = :at WHERE case_id = :case",
        {"at": NINE - timedelta(days=9)},
        "history",
    ),
    "give the assignment to another": (
        "UPDATE assignments SET employee_id = :bob WHERE case_id = :case",
        {},
        "history",
    ),
    "delete the assignment": ("DELETE FROM assignments", {}, "history"),
    "add a second assignment": (INSERT, {"at": TEN}, "history"),
    "double the assignment": (
        "INSERT INTO assignments (case_id, number, employee_id, since, until)"
        " VALUES (:case, 2, :alice, :at, NULL)",
        {"at": NINE},
        "history",
    ),
    "add an assignment that is over": (
        "INSERT INTO assignments (case_id, number, employee_id, since, until)"
        " VALUES (:case, 2, :bob, :at, :at)",
        {"at": NINE},
        "history",
    ),
    "deactivate the primary": (
        "UPDATE employees SET active = false WHERE id = :alice",
        {},
        "holder",
    ),
    "delete the primary": ("DELETE FROM employees WHERE id = :alice", {}, "holder"),
    "give the primary another id": (
        "UPDATE employees SET id = :other WHERE id = :alice",
        {"other": uuid4()},
        "employee",
    ),
}


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
def test_the_database_refuses_to(scene: Scene, attempt: str) -> None:
    _refused(scene, scene.say, attempt)


def test_a_change_before_the_last_act_of_the_case_is_refused(scene: Scene) -> None:
    scene.say("UPDATE cases SET touched_at = :at WHERE id = :case", at=ELEVEN)

    with pytest.raises(DBAPIError, match=REFUSALS["back_dated"]):
        scene.pass_on(scene.bob, TEN)


def test_a_closed_case_keeps_its_primary(scene: Scene) -> None:
    scene.close(TEN)

    with pytest.raises(DBAPIError, match=REFUSALS["sealed"]):
        scene.pass_on(scene.bob, ELEVEN)


def test_a_case_is_not_reopened_by_one_who_has_left(scene: Scene) -> None:
    scene.close(TEN)
    scene.say("UPDATE employees SET active = false WHERE id = :alice")

    with pytest.raises(DBAPIError, match=REFUSALS["nobody"]):
        scene.say(
            "UPDATE youth_cases SET closed_at = NULL, primary_since = :at WHERE case_id = :case",
            at=ELEVEN,
        )


def test_a_case_is_not_reopened_in_the_time_it_was_closed(scene: Scene) -> None:
    scene.close(ELEVEN)

    with pytest.raises(DBAPIError, match=REFUSALS["back_dated"]):
        scene.say(
            "UPDATE youth_cases SET closed_at = NULL, primary_since = :at WHERE case_id = :case",
            at=TEN,
        )


def test_one_who_holds_no_open_case_may_leave(scene: Scene) -> None:
    scene.close(TEN)
    scene.say("UPDATE employees SET active = false WHERE id = :alice")

    with scene.database.session() as session:
        assert session.get_one(EmployeeRow, scene.alice).active is False


@pytest.fixture
def sqlite_scene(scene: Scene) -> Scene:
    """The scene, on SQLite only."""
    if not scene.database.is_sqlite:
        pytest.skip("SQLite has ways that PostgreSQL has not")
    return scene


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
def test_sqlite_refuses_even_with_foreign_keys_off_to(sqlite_scene: Scene, attempt: str) -> None:
    _refused(sqlite_scene, sqlite_scene.say_with_foreign_keys_off, attempt)


_ROW = (
    "(case_id, young_person_id, state, pack, unit_id, primary_id, primary_since, social_case,"
    " employment_case, opened_at)"
    " SELECT case_id, young_person_id, state, pack, unit_id, :bob, primary_since, 0, 0, opened_at"
    " FROM youth_cases"
)
SQLITE_ATTEMPTS = {
    "REPLACE INTO youth_cases " + _ROW: "kept",
    "INSERT OR IGNORE INTO youth_cases " + _ROW: "kept",
    "REPLACE INTO assignments SELECT * FROM assignments": "history",
    "REPLACE INTO cases (id, opened_at, touched_at, journal_length, journal_head, version)"
    " SELECT id, opened_at, '2000-01-01 00:00:00.000000', 0, '', 1 FROM cases": "kept",
    "REPLACE INTO cases (rowid, id, opened_at, touched_at, journal_length, journal_head, version)"
    " SELECT rowid, 'x', opened_at, touched_at, 0, '', 1 FROM cases": "kept",
    "REPLACE INTO employees SELECT id, username, name, email, phone, 0, '', 'da', 0"
    " FROM employees WHERE id = :alice": "employee",
    "UPDATE OR REPLACE employees SET username = 'alice' WHERE id = :bob": "employee",
    "UPDATE OR REPLACE youth_cases SET primary_id = NULL": "nobody",
    "UPDATE OR IGNORE youth_cases SET primary_id = :carl": "nobody",
    "UPDATE OR IGNORE assignments SET until = since": "history",
    "UPDATE employees SET active = NULL WHERE id = :alice": "holder",
    "UPDATE employees SET active = 'no' WHERE id = :alice": "holder",
    "UPDATE youth_cases SET primary_id = :bob, primary_since = 'tomorrow'": "back_dated",
    "UPDATE youth_cases SET primary_id = :bob, primary_since = '2026-03-02'": "back_dated",
    "UPDATE youth_cases SET primary_id = :bob, primary_since = '2026-02-31 09:00:00.000000'": (
        "back_dated"
    ),
    "UPDATE youth_cases SET closed_at = 'now'": "closing",
    "UPDATE cases SET touched_at = 'never'": "time",
}


@pytest.mark.parametrize(("sql", "refusal"), SQLITE_ATTEMPTS.items(), ids=str)
@pytest.mark.parametrize("foreign_keys", [True, False], ids=["with", "without"])
def test_sqlite_refuses(sqlite_scene: Scene, sql: str, refusal: str, foreign_keys: bool) -> None:
    say = sqlite_scene.say if foreign_keys else sqlite_scene.say_with_foreign_keys_off

    with pytest.raises(DBAPIError, match=f"{REFUSALS[refusal]}|NOT NULL"):
        say(sql)

    _all_as_before(sqlite_scene)


POSTGRESQL_ATTEMPTS = {
    "TRUNCATE youth_cases CASCADE": "kept",
    "TRUNCATE assignments": "history",
    "TRUNCATE cases CASCADE": "kept",
    "TRUNCATE employees CASCADE": "kept",
    "UPDATE youth_cases SET primary_id = :bob, primary_since = 'infinity'": "back_dated",
    "UPDATE youth_cases SET closed_at = 'infinity'": "closing",
    "UPDATE cases SET touched_at = '-infinity'": "time",
    "WITH gone AS (DELETE FROM youth_cases RETURNING 1) SELECT * FROM gone": "kept",
}


@pytest.mark.parametrize(("sql", "refusal"), POSTGRESQL_ATTEMPTS.items(), ids=str)
def test_postgresql_refuses(scene: Scene, sql: str, refusal: str) -> None:
    if scene.database.is_sqlite:
        pytest.skip("PostgreSQL has ways that SQLite has not")

    with pytest.raises(DBAPIError, match=REFUSALS[refusal]):
        scene.say(sql)

    _all_as_before(scene)


def _refused(scene: Scene, say: Callable[..., None], attempt: str) -> None:
    sql, given, refusal = ATTEMPTS[attempt]
    places = {
        key: getattr(scene, value) if isinstance(value, str) else value
        for key, value in given.items()
    }

    with pytest.raises(DBAPIError, match=REFUSALS[refusal]):
        say(sql, **places)

    _all_as_before(scene)


def _all_as_before(scene: Scene) -> None:
    assert scene.history() == [(scene.alice, NINE, None)]
    with scene.database.session() as session:
        case = session.get_one(YouthCaseRow, scene.case_id)
        assert (case.primary_id, case.primary_since, case.closed_at) == (scene.alice, NINE, None)
        assert session.get_one(EmployeeRow, scene.alice).active is True
