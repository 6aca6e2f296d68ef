"""A mark in every field of every form and channel; after the erasure none stands anywhere."""

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from engine.adapters.clock import MovableClock
from engine.domain.errors import CaseworkError
from engine.domain.form_fields import Form
from engine.ports import SYSTEM, Actor, Notifier
from engine.services.definitions import form_of, newest_definition
from engine.services.held_answers import note_failure
from engine.services.tasks import open_task
from engine.settings import Settings
from engine.storage.models import AnswersRow
from engine.storage.work import Casework, Work
from tests.conftest import BPMN
from tests.erasure.channels import FILLED, OF_THE_HOUSE, SILENT
from tests.erasure.dumping import found_raw
from tests.erasure.filling import Marks, Pen
from tests.web.conftest import SOFIE, Visitor
from tests.workflows.conftest import Life
from tests.workflows.test_whole_cases import local, series
from web.cases.reading import open_tasks
from web.erasing import erase_person
from web.verifying import flaws_of
from web.wiring import look, notifier
from workflows.cases.closing import close_case
from workflows.cases.records import YouthCaseRow
from workflows.compartments.services import DRUG_TREATMENT
from workflows.erasing.services import propose_erasure
from workflows.forums.records import AgendaItemRow
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import EmployeeRow, UnitRow
from workflows.people.records import YoungPersonRow
from workflows.records import METADATA

pytestmark = [pytest.mark.wide, pytest.mark.xdist_group("erasure")]

FORMS = sorted((BPMN / "processes").glob("*/forms/*.json"))
SHORTEST = 25  # signs that two marks need
CHOICES = 8  # of what can be chosen the first, second … until every text has been in sight
# asked before the case is there, or of what no process of these asks
BORN = {"birth_date-day": "14", "birth_date-month": "6", "birth_date-year": "2010"}


def test_every_address_that_takes_a_post_is_filled_in_or_says_why_not(app: Flask) -> None:
    posts = {
        str(rule.endpoint) for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())
    }

    assert sorted(posts) == sorted([*FILLED, *SILENT, *OF_THE_HOUSE])


class Campaign:
    """Sofie's life, with a mark in every text."""

    def __init__(
        self,
        town: Casework,
        app: Flask,
        settings: Settings,
        clock: MovableClock,
        signed_in: Callable[[str], Visitor],
    ) -> None:
        self.town, self.settings, self.clock = town, settings, clock
        self.marks = Marks()
        self._pens: dict[str, Pen] = {}
        self._pen = lambda name: Pen(signed_in(name), app, self.marks, SILENT)
        self.case_id = self._refer()
        self.life = Life(town, clock, self.case_id)

    def pen(self, username: str) -> Pen:
        if username not in self._pens:
            self._pens[username] = self._pen(username)
        return self._pens[username]

    def lived(self) -> None:
        """Everything that somebody can write about her, and everybody who is told."""
        self._assess()
        self._consents()
        self._every_form()
        self._remark(self.pen("intake"), self.case_id)
        self.inside = self._treat()
        self._meet()
        self._incident(self.case_id)
        self._house()
        look(self.town, self.mail)
        self.clock.move_to(local("2026-03-20"))
        look(self.town, self.mail)
        for case_id in (self.case_id, self.inside):
            self.town.act(SYSTEM, partial(close_case, case_id=case_id, outcome="other"))

    @property
    def mail(self) -> Notifier:
        return notifier(self.settings)

    @property
    def case(self) -> str:
        return f"/sager/{self.case_id}"

    @property
    def person(self) -> YoungPersonRow:
        with self.town.work(SYSTEM) as work:
            case = work.session.get_one(YouthCaseRow, self.case_id)
            return work.session.get_one(YoungPersonRow, case.young_person_id)

    def _refer(self) -> UUID:
        known: dict[str, object] = {
            key: SOFIE[key] for key in ("urgency", "referrer_external", "channel")
        }
        known |= {"schooling": "grade_8", "protected_address": [], "digital_post_exempt": []}
        page = self.pen("intake").fill("/sager/ny", **BORN, **known)
        assert page.status == 303, page.text
        return UUID(page.address.rsplit("/", 1)[1])

    def _assess(self) -> None:
        """On to the agenda of a team, by the pages of those whose turn it is."""
        series(self.town, "team1", date(2026, 3, 19))
        self._do("screening", "intake", effort="team", disciplines=["uu_counsellor"])
        self._do("record_answer", "intake", answer="yes", channel="mitid")

    def _do(self, element: str, username: str, **known: object) -> None:
        pen = self.pen(username)
        for task in self.life.open_tasks(element):
            pen.visitor.post(f"/opgaver/{task.id}/tag")
            page = pen.fill(f"/opgaver/{task.id}", **known)
            assert page.status == 303, page.text

    def _consents(self) -> None:
        pen = self.pen("intake")
        until = {"lasts_until-day": "1", "lasts_until-month": "6", "lasts_until-year": "2026"}
        asked = pen.fill(f"{self.case}/samtykker/nyt", types=["school"], **until)
        assert asked.status == 303, asked.text
        told = {"types": ["school"], "told": "no"}
        used = pen.fill(f"{self.case}/uden-samtykke", **told)
        assert used.status == 303, used.text
        glass = {"first_name": self.person.first_name, "last_name": self.person.last_name}
        opened = self.pen("job_adviser").fill("/sager/aabn", **glass, **BORN)
        assert opened.status == 303, opened.text
        assert pen.fill(f"{self.case}/oplysninger").status == 303
        pen.get(self.case), pen.get(f"{self.case}/samtykker"), pen.get(f"{self.case}/giv-videre")

    def _every_form(self) -> None:
        """Every form of every process, until each text of it has been kept."""
        for file in FORMS:
            process, form = file.parts[-3], file.stem
            missing = self._texts(process, form)
            for choice in range(CHOICES):
                if missing:
                    missing -= self._fill_form(self.case_id, "intake", process, form, choice)
            assert not missing, f"{process}/{form}: no way to {sorted(missing)}"

    def _treat(self) -> UUID:
        """A wish is passed into the closed compartment, twice; every form is filled in there."""
        for _ in range(2):  # the second is told of by a mail
            person = self.person
            known = {key: getattr(person, key) for key in ("first_name", "last_name", "cpr")}
            page = self.pen("job_adviser").fill("/behandling/ny", **BORN, **known)
            assert page.status == 303, page.text
        with self.town.work(SYSTEM) as work:
            closed = YouthCaseRow.compartment.is_not(None)
            case = work.session.scalars(select(YouthCaseRow).where(closed)).one()
            holder = work.session.get_one(EmployeeRow, case.primary_id).username
        for file in (each for each in FORMS if each.parts[-3] == DRUG_TREATMENT):
            for choice in range(2):
                self._fill_form(case.case_id, holder, DRUG_TREATMENT, file.stem, choice)
        self._remark(self.pen(holder), case.case_id)
        self._incident(case.case_id)
        return case.case_id

    def _remark(self, pen: Pen, case_id: UUID) -> None:
        """The young person holds what was written to be wrong."""
        here = f"/sager/{case_id}/bemaerkninger"
        (_, text) = pen.get(here).href("Skriv en bemærkning").split("?")
        assert pen.fill(f"{here}?{text}", action=here).status == 303

    def _texts(self, process: str, form: str) -> set[str]:
        found = self._form(process, form).questions()
        written = {each.key for each in found if each.type in ("textfield", "textarea")}
        return written - self._short(process, form).keys()

    def _short(self, process: str, form: str) -> dict[str, str]:
        """Return what is typed where no mark has room, such as the hour of an appointment."""
        found = self._form(process, form).questions()
        return {each.key: "10:00" for each in found if (each.max_length or SHORTEST) < SHORTEST}

    def _form(self, process: str, form: str) -> Form:
        with self.town.work(SYSTEM) as work:
            return form_of(newest_definition(work, process), form)

    def _fill_form(
        self, case_id: UUID, username: str, process: str, form: str, choice: int
    ) -> set[str]:
        """Return the texts that were kept."""
        task = self.town.act(SYSTEM, lambda work: self._task(work, case_id, process, form))
        pen = self.pen(username)
        page = pen.fill(f"/opgaver/{task}", choice, **self._short(process, form))
        if page.status != 303:
            return set()
        with self.town.work(SYSTEM) as work:
            query = select(AnswersRow).where(AnswersRow.task_id == task)
            kept = work.session.scalars(query).one().data
        return {key for key, value in kept.items() if value and "Zqx" in str(value)}

    def _task(self, work: Work, case_id: UUID, process: str, form: str) -> UUID:
        task = open_task(
            work,
            case_id=case_id,
            element=form,
            title="Skriv",
            role="primary_responsible",
            deadline='date("2026-12-01")',
            ladder="A",
            definition=newest_definition(work, process),
        )
        task.form = form
        return task.id

    def _meet(self) -> None:
        """The meeting is held: who came, what was decided and agreed."""
        self.life.until(local("2026-03-19"))
        held = self.life.all_meetings()[0].id
        meeting = f"/moeder/{held}"
        convenor = self.pen("uu_counsellor")
        (item,) = [each for each in self.life.all(AgendaItemRow) if each.meeting_id == held]
        assert convenor.fill(f"/moeder/punkter/{item.id}/bordet").status == 303
        convenor.get(meeting)
        convenor.visitor.post(f"{meeting}/aabn")
        chairs = range(
            len(re.findall(r'name="note_\d+"', convenor.get(f"{meeting}/fremmoede").html))
        )
        said = {f"note_{n}": self._of_her(f"meetings.write_attendance.note_{n}") for n in chairs}
        convenor.fill(f"{meeting}/fremmoede", **said)
        page = convenor.fill(f"{meeting}/punkter/{item.id}", result="multi")
        assert page.status == 303, page.text

    def _incident(self, case_id: UUID) -> None:
        """An answer that led to something that broke is held."""
        with self.town.work(SYSTEM) as work:
            task = open_tasks(work, case_id)[0]
            actor = actor_of(work, work.session.get_one(YouthCaseRow, case_id).primary_id)
        slot = {"slot_on": "2026-03-05", "slot_at": "10:00"}  # asked for inside
        typed = {"note": self.marks.new("held_answers.note"), **slot}
        note_failure(self.town, actor, task.id, typed, CaseworkError(self.marks.new("cause")))

    def _house(self) -> None:
        """What belongs to no case, and names her."""
        owner = self.pen("process_designer")
        day = {"day-day": "30", "day-month": "12", "day-year": "2026", "often": "once"}
        address = "/kalender-og-frister/lukkedage/ny"
        typed = {**day, "name": "Lukket", "reason": self._of_her("settings.answer.reason")}
        shown = owner.fill(address, **typed)
        typed |= {"seen": shown.hidden("seen"), "confirmed": "1"}
        assert owner.visitor.post(address, typed).status == 303
        history = owner.get("/kalender-og-frister/historik")
        undo = history.href("Tag ændringen tilbage")
        again = self._naming(owner, undo, "reason")
        assert again.status == 303, again.text
        leader = self.pen("leader_ungecenter")
        leader.get("/fravaer")
        dates = {"since-day": "1", "since-month": "4", "since-year": "2026"}
        dates |= {"until-day": "2", "until-month": "4", "until-year": "2026"}
        lent = self._naming(leader, "/udlaan", "reason", **dates)
        assert lent.status == 303, lent.text

    def _naming(self, pen: Pen, address: str, field: str, /, **known: str):
        return pen.fill(address, **{field: self._of_her(f"{address}.{field}"), **known})

    def _of_her(self, place: str) -> str:
        return f"{self.person.name} {self.marks.new(place)}"


@pytest.fixture
def campaign(
    town: Casework,
    app: Flask,
    settings: Settings,
    clock: MovableClock,
    signed_in: Callable[[str], Visitor],
) -> Campaign:
    """Sofie's case, closed, with a mark in every text."""
    found = Campaign(town, app, settings, clock, signed_in)
    found.lived()
    return found


def readable(town: Casework) -> set[str]:
    """Return the texts of every row, as one reads them who has every key."""
    with town.work(SYSTEM) as work:
        rows = [
            row for table in METADATA.sorted_tables for row in work.session.execute(select(table))
        ]
    return {str(tuple(row)) for row in rows}


def leaders(town: Casework, case_id: UUID) -> tuple[Actor, Actor]:
    with town.work(SYSTEM) as work:
        case = work.session.get_one(YouthCaseRow, case_id)
        leader = work.session.get_one(UnitRow, case.unit_id).leader_id
        chief = select(EmployeeRow.id).where(EmployeeRow.username == "chief_consultant")
        return actor_of(work, leader), actor_of(work, work.session.scalars(chief).one())


def test_after_the_erasure_no_mark_stands_anywhere_and_the_records_are_whole(
    campaign: Campaign,
    town: Casework,
    settings: Settings,
    tmp_path: Path,
    signed_in: Callable[[str], Visitor],
) -> None:
    marks = campaign.marks
    before = " ".join(readable(town))
    kept = {mark for mark in marks.places if mark in before}
    assert marks.filled == FILLED
    assert len(kept) > 150

    inside = f"/sletning/{campaign.inside}"
    first, second = leaders(town, campaign.case_id)
    town.act(first, lambda work: propose_erasure(work, campaign.case_id, "2026-00123"))
    erase_person(town, settings, second, campaign.case_id)
    within = [signed_in(name) for name in ("leader_rusmiddelcenter", "drug_adviser")]
    assert within[0].post(f"{inside}/foreslaa", {"decision": "2026-00124"}).status == 303
    assert within[1].post(f"{inside}/godkend").status == 303

    left = found_raw(town.database, (tmp_path, settings.home), list(marks.places))
    assert {f"{each}: {marks.places[each.split()[0]]}" for each in left} == set()
    assert flaws_of(town, settings) == []
