"""The house that the crawl goes through: one young person with one of everything a case can hold.

Malte is 14. It is the day of his team's meeting, which is being held. Beside his case runs a
treatment in the closed compartment, of which nobody outside may learn. The walker works in the
house without any part in either: `standings.py` gives them one at a time.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select

from engine.adapters.clock import MovableClock
from engine.ports import SYSTEM
from engine.storage.database import Database
from engine.storage.models import AnswersRow, DayRow, InstanceRow, TaskRow
from engine.storage.work import Casework, Work
from tests.access.crawl.treatment import CENTRE, incident_of, treated
from tests.access.crawl.undone import Undone
from tests.conftest import MONDAY, keys, named, on_server, reading, settings_of
from tests.town import REFERRAL, staff_of
from tests.web.conftest import PASSWORD, act_as
from tests.workflows.conftest import MALTE, PARENTS, Life
from tests.workflows.test_whole_cases import local, series
from web.app import create_app
from web.auth.passwords import hash_password
from web.pace import SETTING
from web.wiring import build
from workflows.access.persons import ABOUT_PERSONS
from workflows.calendars.feeds import renew_address
from workflows.cases.deadlines import rest_deadline
from workflows.cases.services import start_referral
from workflows.consent.bases import INFORM, Use, use_legal_basis
from workflows.consent.records import ConsentRow, LegalBasisUseRow
from workflows.consent.requests import Asked, ask_for_consent
from workflows.forums.attendance import chairs, record_attendance
from workflows.forums.holding import hold_meeting
from workflows.forums.records import AgendaItemRow
from workflows.identity.sign_ins import begin_sign_in
from workflows.municipalities.absences import register_absence
from workflows.municipalities.layers import CLOSING_DAY, Change
from workflows.municipalities.postings import NewPosting, lend
from workflows.municipalities.records import EmployeeRow, PostRow, UnitRow
from workflows.municipalities.settings import change_setting
from workflows.records import METADATA
from workflows.rehearsal import requests

TODAY = local("2026-03-19")
HERE, ELSEWHERE, CONSENTED = "ungecenter", "skoleforvaltning", "familieafdeling"
PROCESS = "referral"
HOLDER, WALKER = "intake", "walker"
_IN_A_WEEK = date(2026, 3, 26)


@dataclass(slots=True, kw_only=True)
class House:
    """What the crawl asks for. `ids` are those of the routes, by the names of their parameters.

    `inside` are those that are others in the treatment.
    """

    casework: Casework
    app: Flask
    undone: Undone
    walker: UUID
    holder: UUID
    units: dict[str, UUID]
    home: str
    ids: dict[str, Any]
    inside: dict[str, Any]
    secret: str

    @property
    def case_id(self) -> UUID:
        return self.ids["case_id"]

    def within(self) -> "House":
        """Return the house as it is asked for what lies in the compartment."""
        ids = {**self.ids, **self.inside}
        return replace(self, ids=ids, holder=self.inside["holder"], home=CENTRE)


@contextmanager
def built(url: str, home: Path) -> Iterator[House]:
    """Build the house in the founded town at `url`; nothing that is done in it afterwards stays."""
    settings, clock = settings_of(url, home), MovableClock(MONDAY)
    casework = build(settings, clock)
    house = _house(casework, create_app(casework, settings), _lived(casework, clock))
    house.app.config[SETTING] = 0
    casework.database.dispose()
    casework.database = Database(
        url, engine=house.undone.engine, keyring=keys(), about_persons=ABOUT_PERSONS
    )
    try:
        yield house
    finally:
        house.undone.end()


def _house(casework: Casework, app: Flask, life: Life) -> House:
    ids, secret = _ids(casework, life)
    inside = treated(casework, HOLDER)
    with casework.work(SYSTEM) as work:
        staff = {row.username: row.id for row in work.session.scalars(select(EmployeeRow))}
        units = {row.code: row.id for row in work.session.scalars(select(UnitRow))}
    return House(
        casework=casework,
        app=app,
        undone=Undone(casework.database),
        walker=staff[WALKER],
        holder=staff[HOLDER],
        units=units,
        home=ELSEWHERE,
        ids=ids,
        inside=inside,
        secret=secret,
    )


def _lived(casework: Casework, clock: MovableClock) -> Life:
    """Live Malte's case up to the meeting, with a consent and a use of the law beside it."""
    series(casework, "team1", TODAY.date())
    case = act_as(casework, HOLDER, lambda work: start_referral(work, MALTE, PARENTS, REFERRAL))
    life = Life(casework, clock, case.case_id)
    life.do("screening", effort="team", disciplines=["uu_counsellor", "ppr_psychologist"])
    _say_yes(life)
    asked = Asked(
        purpose="disclose",
        types=["school", "absence"],
        to_parties=[f"unit:{CONSENTED}"],
        what_for="Så de kan lave et skema, der passer til ham.",
    )
    act_as(casework, HOLDER, lambda work: ask_for_consent(work, case.case_id, asked))
    _say_yes(life)
    life.until(TODAY)
    act_as(casework, HOLDER, lambda work: use_legal_basis(work, case.case_id, _by_law()))
    return life


def _say_yes(life: Life) -> None:
    while life.open_tasks("record_answer"):
        life.do("record_answer", answer="yes", channel="mitid")


def _by_law() -> Use:
    return Use(
        basis="institution_risk",
        reason="Han har ikke været i skole i tre uger, og skolen skal kunne hjælpe.",
        types=["school", "absence"],
        outside=["Opdigtet Erhvervsskole"],
        until=date(2026, 6, 1),
    )


def _ids(casework: Casework, life: Life) -> tuple[dict[str, Any], str]:
    """Add what a case and a house have beside; return the id of each by its name, and a sign-in."""
    (meeting,), (item,) = life.all_meetings(), life.all(AgendaItemRow)
    (task,) = life.open_tasks(INFORM)
    (consent,) = [row for row in life.all(ConsentRow) if row.purpose == "disclose"]
    (instance,) = [row for row in life.all(InstanceRow) if row.closed_at is None]
    rest = task.id, _IN_A_WEEK, "asked_by_family", "own"
    act_as(casework, "uu_counsellor", lambda work: _open_meeting(work, meeting.id))
    act_as(casework, HOLDER, lambda work: rest_deadline(work, *rest))
    of_case = {
        "case_id": life.case_id,
        "instance_id": instance.id,
        "consent_id": consent.id,
        "use_id": life.all(LegalBasisUseRow)[0].id,
        "task_id": task.id,
        "line_id": life.all(DayRow)[0].id,
        "meeting_id": meeting.id,
        "item_id": item.id,
        "text": next(f"{r.id}.referrer_name" for r in life.all(AnswersRow) if r.form == "referral"),
        "mail_id": next(row.id for row in life.outbox() if row.recipient_id),
        "incident_id": casework.act(SYSTEM, lambda work: incident_of(work, life.case_id)),
    }
    casework.act(SYSTEM, lambda work: _in_the_list(work, task.id))
    walker, secret = casework.act(SYSTEM, _engage)
    return of_case | _of_house(casework, walker), secret


def _open_meeting(work: Work, meeting_id: UUID) -> None:
    """Open the meeting; everybody has come, and may decide."""
    for chair in chairs(work, hold_meeting(work, meeting_id)):
        record_attendance(work, meeting_id, chair.employee_id, chair.role, "present")


def _in_the_list(work: Work, task_id: UUID) -> None:
    """The task stands in the list of the unit of the case."""
    task = work.session.get_one(TaskRow, task_id)
    task.unit_id = work.session.scalars(select(UnitRow.id).where(UnitRow.code == HERE)).one()


def _engage(work: Work) -> tuple[UUID, str]:
    row = EmployeeRow(
        username=WALKER,
        name="Vandrer Opdigtet",
        email="walker@kommune.example",
        password_hash=hash_password(PASSWORD),
    )
    work.session.add(row)
    work.flush()
    return row.id, begin_sign_in(work, row.id, "crawl")


def _of_house(casework: Casework, walker: UUID) -> dict[str, Any]:
    """Return the ids of what belongs to no case: it is somebody else's, in another unit."""
    staff = staff_of(casework)
    leader, mentor = "leader_ungdomsskole", staff["mentor"]
    until = TODAY.date() + timedelta(days=30)

    def lent(work: Work) -> UUID:
        unit = work.session.scalars(select(UnitRow.id).where(UnitRow.code == "ungdomsskole")).one()
        new = NewPosting(
            employee_id=staff["health_nurse"],
            role="mentor",
            unit_id=unit,
            since=TODAY.date(),
            until=until,
            reason="Ferie i enheden.",
        )
        return lend(work, new).id

    def away(work: Work) -> UUID:
        return register_absence(work, mentor, TODAY.date(), until, staff["mentor2"]).id

    def tried(work: Work) -> UUID:
        asked = {"tried": "", "until": until, "behaviour": "nobody", "seed": 1}
        return requests.ask(work, PROCESS, **asked).id

    def post(work: Work) -> UUID:
        return work.session.scalars(select(PostRow.id).where(PostRow.employee_id == mentor)).one()

    return {
        "posting_id": act_as(casework, leader, lent),
        "absence_id": act_as(casework, "mentor", away),
        "rehearsal_id": act_as(casework, "process_designer", tried),
        "token": act_as(casework, WALKER, renew_address),
        "employee_id": mentor,
        "colleague": casework.act(SYSTEM, lambda work: _colleague(work, staff)),
        "successor": staff["intake2"],
        "post_id": casework.act(SYSTEM, post),
        "number": act_as(casework, "process_designer", _close_a_day),
    }


def _colleague(work: Work, staff: Mapping[str, UUID]) -> UUID:
    """One who shares a unit with the walker, and the other team: they can stand in for them."""
    unit = work.session.scalars(select(UnitRow.id).where(UnitRow.code == ELSEWHERE)).one()
    someone = staff["ppr_psychologist"]
    work.session.add(PostRow(employee_id=someone, role="teacher", unit_id=unit))
    return someone


def _close_a_day(work: Work) -> int:
    change = Change(kind=CLOSING_DAY, key="2026-12-30", before=None, after="Lukket")
    seen = work.configuration.number
    return change_setting(work, change, reason="Byrådets beslutning.", seen=seen)


@contextmanager
def copied(template: str, home: Path) -> Iterator[tuple[str, Path]]:
    """Yield the address of a copy of the database `template` (as the fixture names it)."""
    server = os.environ.get("TEST_DATABASE_URL")
    if server is None:
        shutil.copy(template, home / "crawl.sqlite")
        yield f"sqlite:///{home / 'crawl.sqlite'}", home
        return
    name = f"tovholder_crawl_{uuid4().hex[:12]}"
    on_server(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield named(server, name), home
    on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def everything(house: House) -> str:
    """Return a digest of every row of every table, as the house sees it now."""
    found = hashlib.sha256()
    with reading(house.casework.database).connect() as connection:
        for table in METADATA.sorted_tables:
            for row in sorted(map(repr, connection.execute(table.select()))):
                found.update(row.encode())
    return found.hexdigest()
