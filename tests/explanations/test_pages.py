"""No page, mail, feed or answer of the demonstration shows a date that nobody can work out again.

The house is made once, with all its lives; what people see in it is walked once.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

import icalendar
import pytest
from babel.dates import get_month_names
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.services.reckonings import dates_of_case
from engine.storage.models import CaseRow, OutboxRow, TaskRow
from engine.storage.work import Work
from tests.explanations.checker import worked_out
from tests.explanations.dates import every_date, unfounded
from tests.explanations.pages import explained, unexplained
from tests.explanations.walking import House, Seen, feed_of, founded, lived, walk
from tests.web.conftest import Visitor
from workflows.forums.meetings import day_of_next
from workflows.forums.records import MeetingRow
from workflows.municipalities.records import ForumRow

pytestmark = [
    pytest.mark.wide,
    pytest.mark.xdist_group("explanations"),
]  # one house for all of them

# Letters to people outside the house: words as they were written and sent.
LETTERS = {"receipt", "decision_letter", "withdrawal_received"}
HAPPENED = re.compile(r"^Klar: .*$", re.MULTILINE)  # the day on which an item was ready
REASON = re.compile(r"Hvorfor den dag: .*?(?:\n\n|\Z)", re.DOTALL)
TASK = "/opgaver/<uuid:task_id>"
# Kinds of pages that no link leads to, or that are no pages: each for its reason.
NOT_WALKED = {
    "/",  # leads on
    "/log-ind",
    "/log-ind/kode",
    "/log-ind/kommune",
    "/log-ind/retur",
    "/kalender-og-frister/historik/<int:number>/fortryd",  # wants a change: test_settings
    "/processer/<process>/kladde.bpmn",
    "/processer/<process>/udgave-<int:number>.bpmn",
    "/processer/<process>/tegning.json",
    "/processer/<process>/proeve/<uuid:rehearsal_id>.json",
    "/api/opgaver/<uuid:task_id>/frist",  # asked below
    "/sager/<uuid:case_id>/udskrift.json",  # a file of what the page beside it shows
    "/kalender/<token>.ics",  # read below
    "/kalender/<token>/<code>.ics",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = lived(tmp_path_factory.mktemp("pages"))
    yield made
    made.casework.database.dispose()


@pytest.fixture(scope="module")
def seen(house: House) -> Sequence[Seen]:
    return list(walk(house))


def test_every_date_of_all_the_lives_follows_from_its_explanation(house):
    with house.casework.work(SYSTEM) as work:
        assert len(list(every_date(work))) > 1_000
        assert unfounded(work) == []


def test_no_page_shows_a_date_that_neither_tells_why_nor_is_of_record(seen):
    assert {
        (each.language, each.kind, words) for each in seen for words in unexplained(each.page.html)
    } == set()


def test_what_a_page_tells_of_a_date_leads_to_that_date(house, seen):
    known = {language: founded(house, language) for language in ("da", "en")}
    shown = [(each, said) for each in seen for said in explained(each.page.html)]

    assert len(shown) > 100
    assert {(each.kind, *said) for each, said in shown if said not in known[each.language]} == set()


def test_every_kind_of_page_was_seen(house, seen):
    asked = {rule.rule for rule in house.app.url_map.iter_rules() if "GET" in rule.methods}
    met = {each.kind for each in seen}

    assert {rule for rule in asked - met - NOT_WALKED if not rule.startswith("/static")} == set()


def test_a_program_can_work_out_the_deadline_of_every_task_it_reads(house, seen):
    pages = {(each.username, each.address) for each in seen if each.kind == TASK}
    visitors = {username: house.visitor(username) for username, _address in pages}
    answers = [
        visitors[username].get(f"/api{address}/frist").response.get_json()
        for username, address in sorted(pages)
    ]

    dated = [each for each in answers if each["due_on"]]
    assert dated
    assert [
        each for each in dated if worked_out(each["deadline"]["steps"])[:10] != each["due_on"]
    ] == []


@pytest.mark.parametrize("username", ["uu_counsellor", "leader_ungecenter"])
def test_every_day_in_a_calendar_stands_with_its_reason_behind_its_link(house, username):
    visitor = house.visitor(username)
    feed = visitor.get(feed_of(house, username)).response.get_data()
    events = icalendar.Calendar.from_ical(feed).walk("VEVENT")

    assert events
    assert [
        (str(event["SUMMARY"]), day)
        for event in events
        for day, page in [(day_of(event), page_behind(visitor, event))]
        if day not in {said for said, _why in explained(page)} and "data-record" not in page
    ] == []


def day_of(event: icalendar.Event) -> str:
    starts = event["DTSTART"].dt
    return (starts if type(starts) is date else starts.date()).isoformat()


def page_behind(visitor: Visitor, event: icalendar.Event) -> str:
    return visitor.get("/" + str(event["URL"]).split("/", 3)[3]).html


def test_a_mail_names_only_days_that_were_worked_out_for_its_case(house):
    with house.casework.work(SYSTEM) as work:
        days, found = days_by_case(work), work.session.scalars(select(OutboxRow))
        named = [
            (row, day)
            for row in found
            if row.kind not in LETTERS
            for day in days_in(f"{row.subject} {HAPPENED.sub('', REASON.sub('', row.body))}")
        ]
        bare = {(row.kind, day) for row, day in named if day not in days[row.case_id]}
        unknown = {(kind, day) for kind, day in bare if not is_meeting(work, day)}

    assert len(named) > 100
    assert unknown == set()


def test_who_is_told_of_a_long_wait_is_told_why_the_meeting_is_that_day(house):
    with house.casework.work(SYSTEM) as work:
        query = select(OutboxRow).where(OutboxRow.kind == "meeting_wait")
        told = [row.body for row in work.session.scalars(query)]

    assert told
    assert [body for body in told if not REASON.search(body)] == []


def is_meeting(work: Work, day: str) -> bool:
    """Say whether the series of some forum comes to that day."""
    before = date.fromisoformat(day) - timedelta(days=1)
    forums = work.session.scalars(select(ForumRow))
    return any(str(day_of_next(work, forum, before)) == day for forum in forums)


def days_by_case(work: Work) -> Mapping[UUID | None, set[str]]:
    """Return the days of each case and of every meeting; under None those of the whole house."""
    days: dict[UUID | None, set[str]] = defaultdict(set)
    for task in work.session.scalars(select(TaskRow)):
        days[task.case_id] |= {str(each) for each in (task.due_on, task.legal_limit_on) if each}
    for case_id in work.session.scalars(select(CaseRow.id)):
        days[case_id] |= set(dates_of_case(work, case_id))
    met = {str(each) for each in work.session.scalars(select(MeetingRow.held_on))}
    everything = met.union(*days.values())
    return {None: everything, **{case_id: found | met for case_id, found in days.items()}}


MONTHS = [name for _number, name in sorted(get_month_names("wide", locale="da").items())]
WRITTEN = re.compile(rf"(\d{{1,2}})\. ({'|'.join(MONTHS)}) (\d{{4}})")


def days_in(text: str) -> list[str]:
    return [
        date(int(year), MONTHS.index(month) + 1, int(day)).isoformat()
        for day, month, year in WRITTEN.findall(text)
    ]
