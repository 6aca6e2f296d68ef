"""Two houses that are one, but for a treatment in the closed compartment of the second."""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import delete, event, select, text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from engine.adapters.clock import MovableClock
from engine.adapters.mail import FolderNotifier
from engine.ports import SYSTEM, Purpose, StartMessage
from engine.services.incidents import note_incident
from engine.services.instances import start_process
from engine.services.outbox import send_due
from engine.services.rounds import go_round
from engine.services.settling import settle
from engine.services.tasks import claim_task, complete_task
from engine.services.timers import fire_due
from engine.settings import Settings
from engine.storage.models import DefinitionRow, InstanceRow, OutboxRow, TaskRow
from engine.storage.work import Casework, Work
from tests.conftest import MONDAY, named, on_server, settings_of
from tests.town import REFERRAL, staff_of
from tests.web.conftest import Visitor
from web.app import create_app
from web.pace import SETTING
from web.wiring import build
from workflows.calendars.feeds import renew_address
from workflows.cases.records import YouthCaseRow
from workflows.cases.services import ExistingCase, open_existing_case, start_referral
from workflows.compartments.services import pass_in
from workflows.consent.records import ConsentRow
from workflows.forums.meetings import next_meeting, place
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.identity.records import SignInRow
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import EmployeeRow, ForumRow
from workflows.people.records import YoungPersonRow
from workflows.people.services import NewYoungPerson

DRUGS = "drug_treatment"
EMIL = NewYoungPerson(
    first_name="Emil",
    last_name="Opdigtet",
    birth_date=date(2005, 10, 4),
    cpr="0410050000",
    email="emil@example.org",
)
SOFIE = NewYoungPerson(first_name="Sofie", last_name="Opdigtet", birth_date=date(2011, 6, 14))
LIVED = 7  # days before the houses part; afterwards no clock moves
VIEWERS = (
    "job_adviser",  # holds Emil's thread; no consent names the compartment
    "job_adviser2",  # a member of team 3, on whose agenda he is
    "leader_uu",  # leads another unit
    "chief_consultant",  # owns processes, leads the leaders
    "process_designer",
    "system_admin",
)
WISH = {"asked_on": "2026-02-20", "passed_on": "yes", "own_words": "Jeg vil gerne stoppe."}
_NONCE = re.compile(rb"nonce-[\w+/=-]+|nonce=\"[^\"]+\"")
_TOKEN = re.compile(rb"[0-9a-f-]{36}\.[\w-]{20,}\.[\w-]{20,}")  # of CSRF


@dataclass(slots=True)
class House:
    """One of the two: its application, its clock, and what is asked of it."""

    casework: Casework
    settings: Settings
    clock: MovableClock
    app: Flask
    asked: list[tuple[str, int]] = field(default_factory=list)

    def visitor(self, username: str) -> Visitor:
        """Return a browser in which somebody has signed in."""
        found = Visitor(self.app.test_client())
        assert found.sign_in(username).status == 303
        return found

    def live(self, days: int) -> None:
        """Let days pass, and do on the last what a worker does: timers, mails, rounds."""
        notifier = FolderNotifier(self.settings.mail_folder, self.settings.mail_sender)
        self.clock.forward(timedelta(days=days))
        fire_due(self.casework)
        send_due(self.casework, notifier)
        go_round(self.casework)


@dataclass(frozen=True, slots=True)
class Pair:
    """The houses before anything is asked of them, and what leads into them."""

    without: House
    within: House
    places: Mapping[str, list[str]]
    treatment: UUID


@contextmanager
def two_houses(migrated: str, folder: Path, *, watched: bool = True) -> Iterator[Pair]:
    """Yield the two: made as one and parted; the second has a treatment.

    `watched`: every statement is written down, with how many rows it finds.
    """
    with _copied(migrated, folder / "shared") as url:
        shared = _house(url, folder / "shared")
        tokens = shared.casework.act(SYSTEM, _populated)
        shared.live(LIVED)
        for viewer in VIEWERS:  # the first look at the meetings makes their rows
            shared.visitor(viewer).get("/moeder")
        shared.casework.act(SYSTEM, lambda work: work.session.execute(delete(SignInRow)))
        _put_down(shared)
        source = shared.casework.database.engine.url.database
        with (
            _copied(str(source), folder / "without") as first,
            _copied(str(source), folder / "within") as second,
        ):
            without, within = _house(first, folder / "without"), _house(second, folder / "within")
            for house in (without, within):
                shutil.copytree(shared.settings.mail_folder, house.settings.mail_folder)
            for house in (without, within):
                house.clock.forward(timedelta(days=LIVED))
            treatment = _treated(within)
            for house in (without, within):
                house.live(0)
            within.casework.act(SYSTEM, lambda work: _stumbled(work, treatment))
            places = within.casework.act(SYSTEM, lambda work: _places(work, tokens))
            letters = within.settings.mail_folder.rglob("*.eml")
            places["name"] = sorted(file.stem for file in letters)
            for house in (without, within):
                house.casework.act(SYSTEM, _remembered)
                if watched:
                    watch(house)
            yield Pair(without, within, places, treatment)
            for house in (without, within):
                house.casework.database.dispose()


def addresses(app: Flask, places: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Yield every address of every GET route, with its endpoint; an unknown one fails."""
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            yield from ((rule.endpoint, path) for path in filled(app, rule, places))
    for query in ("vis=alle", "vis=lukkede", "q=Emil", "q=Opdigtet", "q=Jonas"):
        yield "cases.index", f"/sager?{query}"
    yield "admin.index", "/drift/?vis=loeste"
    for view in ("team", "ledige"):
        yield "inbox.index", f"/indbakke?vis={view}"


def answer(house: House, visitor: Visitor, path: str) -> tuple[Any, ...]:
    """Return all that comes back, masked, and all that the database was asked."""
    house.asked.clear()
    return answer_of(house, visitor.client.get(path))


def answer_of(house: House, response: TestResponse) -> tuple[Any, ...]:
    """Return status, headers, bytes and statements of a response that was just given."""
    headers = sorted(
        (name, _NONCE.sub(b"", value.encode()))
        for name, value in response.headers
        if name not in ("Set-Cookie", "Date", "X-Request-Id")
    )
    body = _NONCE.sub(b"", response.get_data())
    return response.status_code, headers, _TOKEN.sub(b"", body), tuple(house.asked)


def differences(pair: Pair, viewers: tuple[str, ...] = VIEWERS) -> tuple[list[str], set[str]]:
    """Return where the houses answer differently, and the endpoints that answered 200."""
    found, well = [], set()
    for viewer in viewers:
        one, other = pair.without.visitor(viewer), pair.within.visitor(viewer)
        for endpoint, path in addresses(pair.without.app, pair.places):
            first, second = answer(pair.without, one, path), answer(pair.within, other, path)
            well |= {endpoint} if first[0] == 200 else set()
            names = ("status", "headers", "bytes", "statements")
            apart = [n for n, a, b in zip(names, first, second, strict=True) if a != b]
            found += [f"{viewer} {path}: {', '.join(apart)}"] if apart else []
    return found, well


def mails(house: House) -> Mapping[str, bytes]:
    """Return the mails that the house shows, by the name of their file."""
    folder = house.settings.mail_folder
    return {file.name: file.read_bytes() for file in sorted(folder.glob("*.eml"))}


def _house(url: str, home: Path) -> House:
    settings, clock = settings_of(url, home), MovableClock(MONDAY)
    casework = build(settings, clock)
    app = create_app(casework, settings)
    app.config[SETTING] = 0
    return House(casework, settings, clock, app)


@contextmanager
def _copied(source: str, folder: Path) -> Iterator[str]:
    folder.mkdir(parents=True)
    server = os.environ.get("TEST_DATABASE_URL")
    if server is None:
        shutil.copy(source, folder / "house.sqlite")
        yield f"sqlite:///{folder / 'house.sqlite'}"
        return
    name = f"tovholder_house_{uuid4().hex[:12]}"
    on_server(server, f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    yield named(server, name)
    on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _put_down(house: House) -> None:
    database = house.casework.database
    if database.is_sqlite:
        with database.engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    database.dispose()


def _populated(work: Work) -> dict[str, str]:
    """Give Emil a case in team 3 that is on its agenda, and Sofie a referral."""
    staff = {row.username: row.id for row in work.session.scalars(select(EmployeeRow))}
    start_referral(work, SOFIE, (), {**REFERRAL})
    case = open_existing_case(
        work,
        EMIL,
        (),
        ExistingCase(
            state="active_multi",
            primary_id=staff["job_adviser"],
            team=3,
            coordinator_id=staff["job_adviser"],
            plan_owner_id=staff["job_adviser"],
            employment_case=True,
        ),
    )
    due = StartMessage(name="follow_up_due", payload={"due": "2026-04-01"})
    start_process(work, case.case_id, "follow_up", {}, message=due)
    settle(work)
    forum = work.session.scalars(select(ForumRow).where(ForumRow.code == "team3")).one()
    item = place(work, next_meeting(work, forum, work.now), case.case_id, "referral")
    item.released_at, item.status = work.now, "released"
    tokens, system = {}, work.actor
    for name in VIEWERS[:3]:
        work.actor = actor_of(work, staff[name])
        tokens[name] = renew_address(work)
    work.actor = system
    return tokens


def _treated(house: House) -> UUID:
    """Pass Emil's wish in, and that of one whom nobody else knows; let the first talk be missed."""
    town, staff = house.casework, staff_of(house.casework)
    alone = NewYoungPerson(
        first_name="Jonas", last_name="Opdigtet", birth_date=date(2004, 2, 1), email="j@example.org"
    )
    adviser = _actor(town, staff["job_adviser"])
    purpose = Purpose(code="test")
    town.act(adviser, lambda work: pass_in(work, DRUGS, alone, WISH), purpose)
    case_id = town.act(adviser, lambda work: pass_in(work, DRUGS, EMIL, WISH), purpose)
    town.act(adviser, lambda work: pass_in(work, DRUGS, EMIL, WISH), purpose)  # told by mail
    slot = {"slot_on": "2026-03-04", "slot_at": "10:00"}
    _complete(house, case_id, "new_slot", staff["drug_adviser"], slot)
    _complete(house, case_id, "medical_talk", staff["physician_drug"], {"talk": "no_show"})
    return case_id


def _complete(
    house: House, case_id: UUID, element: str, who: UUID, answers: Mapping[str, str]
) -> None:
    def act(work: Work) -> None:
        query = select(TaskRow.id).where(
            TaskRow.case_id == case_id, TaskRow.element == element, TaskRow.closed_at.is_(None)
        )
        task_id = work.session.scalars(query).one()
        claim_task(work, task_id)
        work.flush()
        complete_task(work, task_id, answers)

    house.casework.act(_actor(house.casework, who), act)


def _actor(town: Casework, who: UUID) -> Any:
    with town.work(SYSTEM) as work:
        return actor_of(work, who)


def _stumbled(work: Work, case_id: UUID) -> None:
    work.lock_case(case_id)
    note_incident(work, case_id=case_id, element="medical_talk", cause="Noget gik i stykker.")


def _may_be_read_again(work: Work) -> Any:
    staff = select(EmployeeRow.id).where(EmployeeRow.username.in_(VIEWERS))
    viewers = list(work.session.scalars(staff))
    return OutboxRow.recipient_id.in_(viewers) & OutboxRow.sent_at.is_not(None)


def _places(work: Work, tokens: Mapping[str, str]) -> dict[str, list[str]]:
    """Return what every part of an address can be: of the open cases, and of the treatment."""

    emil = select(YouthCaseRow.case_id).where(YouthCaseRow.team == 3).scalar_subquery()
    item = work.session.scalars(select(AgendaItemRow)).one()

    def ids(column: Any, *first: Any) -> list[str]:
        query = select(column).order_by(*(each.desc() for each in first))
        return [str(each) for each in work.session.scalars(query).unique()]

    nobody = [str(UUID(int=0))]
    return {
        "case_id": ids(YouthCaseRow.case_id, YouthCaseRow.case_id == emil),
        "task_id": ids(TaskRow.id, TaskRow.case_id == emil),
        "instance_id": ids(InstanceRow.id, InstanceRow.case_id == emil),
        "meeting_id": ids(MeetingRow.id, MeetingRow.id == item.meeting_id),
        "item_id": ids(AgendaItemRow.id),
        "consent_id": ids(ConsentRow.id) or nobody,
        "rehearsal_id": nobody,
        "employee_id": ids(EmployeeRow.id)[:2],
        "process": [DRUGS, "referral"],
        "number": ["1"],
        "mail_id": ids(OutboxRow.id, _may_be_read_again(work))[:20] or nobody,
        "name": [],  # of mails, which the folder knows
        "kind": ["lukkedage", "frister"],
        "act": ["ny", "ret"],
        "key": ["drug.medical_talk"],
        "token": list(tokens.values()),
        "code": ["team3"],
        "what": ["bero", "forlaeng"],
    }


def filled(app: Flask, rule: Rule, places: Mapping[str, list[str]]) -> list[str]:
    """Return the rule with every value of one part, the others at their first."""
    unknown = rule.arguments - places.keys()
    assert not unknown, f"{rule}: say in `_places` what {unknown} can be"
    parts = sorted(rule.arguments)
    first = {part: (places[part] or ["-"])[0] for part in parts}
    chosen = [first, *({**first, part: each} for part in parts for each in places[part][1:])]
    with app.test_request_context():  # left again before anything is asked
        built = [rule.build(values) for values in chosen]
    assert None not in built, f"{rule}: cannot be built with {chosen}"
    return list(dict.fromkeys(each[1] for each in built if each))


def _remembered(work: Work) -> None:
    """Let the house know what a house that has run for a while keeps in memory: versions, keys.

    A key is looked up with its neighbours, so the first look-ups find as many rows as there are.
    """
    for version in work.session.scalars(select(DefinitionRow.id)):
        work.definition(version)
    assert [person.cpr for person in work.session.scalars(select(YoungPersonRow))]
    assert [row.state for row in work.session.scalars(select(InstanceRow))]
    assert [row.body for row in work.session.scalars(select(OutboxRow))]


def watch(house: House) -> None:
    """Write down every statement, and how many rows it finds or touches."""

    def note(_connection: Any, cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        rows = -1
        if statement.lstrip().upper().startswith("SELECT") and "FOR UPDATE" not in statement:
            again = cursor.connection.cursor()
            again.execute(statement, parameters)
            rows = len(again.fetchall())
            again.close()
        house.asked.append((statement, rows))

    def written(_connection: Any, cursor: Any, statement: str, *_more: Any) -> None:
        house.asked.append((f"touched by {statement[:40]}", cursor.rowcount))

    event.listen(house.casework.database.engine, "before_cursor_execute", note)
    event.listen(house.casework.database.engine, "after_cursor_execute", written)
