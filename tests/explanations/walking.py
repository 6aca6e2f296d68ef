"""A house with all sixty lives of the demonstration, and everybody's way through its pages."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, request
from sqlalchemy import select

from engine.adapters.clock import MovableClock
from engine.adapters.mail import FolderNotifier
from engine.ports import SYSTEM, Actor
from engine.services.definitions import newest_definition
from engine.services.deployments import deploy_process
from engine.services.incidents import open_incidents
from engine.services.rung_days import rung_day
from engine.settings import Settings
from engine.storage.models import OutboxRow, TaskRow, TimerRow
from engine.storage.work import Casework, Work
from tests.conftest import settings_of
from tests.explanations.checker import worked_out
from tests.explanations.dates import every_date
from tests.town import install_shipped
from tests.web.conftest import PASSWORD, Page, Visitor
from web.app import create_app
from web.auth.passwords import hash_password
from web.consents.withdrawing import foreseen
from web.explaining import why, why_that_day
from web.retrying import Next, next_sending, next_trying
from web.wiring import build, look, migrate
from workflows.calendars.feeds import renew_address
from workflows.cases.records import YouthCaseRow
from workflows.consent.records import ConsentRow
from workflows.consent.rules import CARRYING
from workflows.demonstration.filling import fill
from workflows.forums.holding import hold_meeting
from workflows.forums.meetings import why_next
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import EmployeeRow, ForumRow
from workflows.rehearsal.requests import ask

TODAY = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
A_DAY = timedelta(days=1)
PEOPLE = (
    "intake",
    "uu_counsellor",
    "job_adviser",
    "leader_ungecenter",
    "chief_consultant",
    "process_designer",
    "system_admin",
)
STARTS = (
    "/indbakke", "/sager", "/fravaer", "/moeder", "/fylder-18", "/processer", "/drift/",
    "/kalender", "/konto", "/kalender-og-frister", "/processer/follow_up/proeve",
    "/sager/aabn", "/uden-samtykke",
)  # fmt: skip
LINK = re.compile(r'href="(/[^"#]*)')
MOST = {"da": 4, "en": 1}  # pages of one kind for each person
Explained = tuple[str, tuple[str, ...]]  # an ISO date, and the sentences that lead to it


@dataclass(frozen=True, slots=True)
class House:
    """The house on the day of a meeting that is open, with one page of every kind to be met."""

    casework: Casework
    app: Flask
    settings: Settings

    def visitor(self, username: str) -> Visitor:
        found = Visitor(self.app.test_client())
        found.sign_in(username)
        return found

    def actor(self, username: str) -> Actor:
        with self.casework.work(SYSTEM) as work:
            who = select(EmployeeRow.id).where(EmployeeRow.username == username)
            return actor_of(work, work.session.scalars(who).one())


@dataclass(frozen=True, slots=True)
class Seen:
    """One page: who saw it in which language, its kind, and what stood there."""

    username: str
    language: str
    kind: str
    address: str
    page: Page


def lived(folder: Path, lives: int | None = None) -> House:
    """Return the house, filled once; a second version and an open meeting belong to it.

    All sixty lives are in it, or so many.
    """
    settings = settings_of(f"sqlite:///{folder / 'demo.sqlite'}", folder / "home")
    way_out = FolderNotifier(settings.mail_folder, settings.mail_sender)
    clock = MovableClock(TODAY)
    casework = build(settings, clock)
    migrate(casework)
    fill(
        lambda clock: build(settings, clock),
        way_out,
        install=install_shipped,
        until=TODAY,
        password_hash=hash_password(PASSWORD),
        progress=lambda share: None,
        seed=2026,
        lives=lives,
    )
    casework.act(SYSTEM, _new_version)
    house = House(casework, create_app(casework, settings), settings)
    _open_a_meeting(house, clock, way_out)
    house.casework.act(house.actor("process_designer"), _ask_for_a_rehearsal)
    return house


def walk(house: House) -> Iterator[Seen]:
    """Yield the pages that people reach by their links, some of every kind for everybody."""
    for username in PEOPLE:
        visitor = house.visitor(username)
        for language, most in MOST.items():
            visitor.post("/sprog", {"language": language, "back": "/indbakke"})
            yield from _pages(house, visitor, username, language, most)


def _pages(
    house: House, visitor: Visitor, username: str, language: str, most: int
) -> Iterator[Seen]:
    seen, kinds = set(), Counter[str]()
    ahead = [*STARTS, *receipts_of(house, username), *erasures_of(house)]
    while ahead:
        address = ahead.pop(0)
        kind = kind_of(house.app, address)
        if address in seen or not kind or kinds[kind] >= most:
            continue
        seen.add(address)
        page = visitor.get(address)
        if page.status == 200 and "text/html" in page.response.content_type:
            kinds[kind] += 1
            yield Seen(username, language, kind, address, page)
            ahead += [each.replace("&amp;", "&") for each in LINK.findall(page.html)]


def erasures_of(house: House) -> list[str]:
    """Return the pages on which closed cases are erased: the time of none here has passed."""
    with house.casework.work(SYSTEM) as work:
        closed = select(YouthCaseRow.case_id).where(YouthCaseRow.closed_at.is_not(None))
        found = work.session.scalars(closed.order_by(YouthCaseRow.case_id).limit(10)).all()
    return ["/sletning", *(f"/sletning/{case_id}" for case_id in found)]


def kind_of(app: Flask, address: str) -> str:
    """Return the rule that answers at this address, "" for none and for files."""
    with app.test_request_context(address):
        rule = request.url_rule
        return "" if rule is None or rule.endpoint == "static" else rule.rule


def founded(house: House, language: str) -> set[Explained]:
    """Return every date that its steps lead to, with the sentences that tell those steps."""
    with (
        house.casework.work(SYSTEM) as work,
        house.app.test_request_context(headers={"Accept-Language": language}),
    ):
        return {
            (day, tuple(" ".join(each.split()) for each in sentences))
            for day, sentences in (
                *_told(work),
                *_of_tasks(work),
                *_of_rungs(work),
                *_of_withdrawals(house),
                *_of_what_waits(work),
            )
        }


def _told(work: Work) -> Iterator[tuple[str, Any]]:
    for _what, day, steps in every_date(work):
        for place in range(1, len(steps) + 1):
            day = str(steps[place - 1].get("to", ""))
            if _leads(steps[:place], day):
                yield day, why_that_day(steps[:place])
    for forum in work.session.scalars(select(ForumRow)):
        if steps := why_next(work, forum, work.today):
            assert worked_out(steps) == steps[-1]["to"]
            yield steps[-1]["to"], why_that_day(steps)


def _leads(steps: Any, day: str) -> bool:
    try:
        return worked_out(steps) == day
    except AssertionError:
        return False


def _of_tasks(work: Work) -> Iterator[tuple[str, Any]]:
    for task in work.session.scalars(select(TaskRow).where(TaskRow.due_on.is_not(None))):
        assert task.due_on is not None
        yield task.due_on.isoformat(), why(task.deadline)


def _of_rungs(work: Work) -> Iterator[tuple[str, Any]]:
    pending = select(TimerRow).where(TimerRow.kind == "rung", TimerRow.done_at.is_(None))
    for timer in work.session.scalars(pending):
        task = work.session.get_one(TaskRow, timer.task_id)
        steps = task.deadline.get("steps", ())
        if task.due_on is None or "started_at" in task.deadline:
            continue
        steps = rung_day(work.calendar, steps, task.due_on, timer.planned_at)
        if steps and _leads(steps, str(steps[-1]["to"])):
            yield str(steps[-1]["to"]), why_that_day(steps)


def _of_what_waits(work: Work) -> Iterator[tuple[str, Any]]:
    """Yield the days on which a message is sent, or what failed is tried again."""
    for row in work.session.scalars(select(OutboxRow).where(OutboxRow.sent_at.is_(None))):
        yield _why_next(next_sending(work, row))
    for each in open_incidents(work):
        if each.next_try_at is not None:
            yield _why_next(next_trying(work, each.next_try_at, each.attempts))


def _why_next(found: Next) -> tuple[str, Any]:
    assert found.dated is not None
    return found.dated.on, found.dated.why


def _of_withdrawals(house: House) -> Iterator[tuple[str, Any]]:
    """Yield the days of what every withdrawal would open, where their steps lead to them."""
    with house.casework.work(SYSTEM) as work:
        carrying = select(ConsentRow.id).where(ConsentRow.status.in_(CARRYING))
        consents = list(work.session.scalars(carrying))
    for consent_id in consents:
        ahead = house.casework.try_out(SYSTEM, lambda work, one=consent_id: foreseen(work, one))
        for opened, kept in ahead.deadlines.items():
            day = opened.partition(":")[2]
            if _leads(kept["steps"], day):
                yield day, why(kept)


def _new_version(work: Work) -> None:
    """Put a follow-up with another deadline into force, so that cases can be moved."""
    files = dict(newest_definition(work, "follow_up").files)
    new = files["follow_up.bpmn"].replace('name="Hold opf', 'name="Afhold opf')
    assert new != files["follow_up.bpmn"]
    deploy_process(work, "follow_up", {**files, "follow_up.bpmn": new})


def _ask_for_a_rehearsal(work: Work) -> None:
    until = work.today + 30 * A_DAY
    ask(work, "follow_up", tried="", until=until, behaviour="nobody", seed=1)


def _open_a_meeting(house: House, clock: MovableClock, way_out: FolderNotifier) -> None:
    """Go on to the next day on which there is a meeting with something to decide, and open it."""
    with house.casework.work(SYSTEM) as work:
        waiting = select(AgendaItemRow.meeting_id).where(AgendaItemRow.status == "released")
        query = select(MeetingRow).where(
            MeetingRow.id.in_(waiting), MeetingRow.held_on >= work.today
        )
        meeting = work.session.scalars(query.order_by(MeetingRow.held_on)).first()
        assert meeting is not None
        forum = work.session.get_one(ForumRow, meeting.forum_id)
        convenor = work.session.get_one(EmployeeRow, forum.convenor_id).username
    clock.move_to(meeting.starts_at)
    look(house.casework, way_out)
    house.casework.act(house.actor(convenor), lambda work: hold_meeting(work, meeting.id))


def receipts_of(house: House, username: str) -> list[str]:
    """Return the receipts of what they have done: nobody finds them by a link."""
    with house.casework.work(SYSTEM) as work:
        mine = select(EmployeeRow.id).where(EmployeeRow.username == username).scalar_subquery()
        done = select(TaskRow.id).where(TaskRow.status == "completed", TaskRow.assignee_id == mine)
        return [f"/opgaver/{each}/kvittering" for each in work.session.scalars(done.limit(3))]


def feed_of(house: House, username: str) -> str:
    """Return the address of their calendar."""
    token = house.casework.act(house.actor(username), renew_address)
    return f"/kalender/{token}.ics"
