"""A marker is written wherever one can write; after the erasure it stands nowhere."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from engine.adapters.mail import FolderNotifier
from engine.domain.errors import Conflict, NotAllowed
from engine.ports import SYSTEM, Actor, Recipient
from engine.services.outbox import queue_mail
from engine.settings import Settings
from engine.storage.models import IncidentRow, InstanceRow, MessageRow, MoveRow, TaskRow
from engine.storage.work import Casework, Work
from tests.web.conftest import SCREENING, SOFIE
from web.cli import main
from web.erasing import erase_person
from web.verifying import flaws_of
from web.wiring import look
from workflows.cases.closing import close_case, reopen_case
from workflows.cases.records import YouthCaseRow
from workflows.consent.records import ConsentAnswerRow, ConsentRow
from workflows.erasing.retention import candidates
from workflows.erasing.services import erase_again, propose_erasure, read_ledger
from workflows.handover.records import HandoverRow
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import EmployeeRow, UnitRow
from workflows.plans.records import GoalRow, PlanRow, PlanVersionRow
from workflows.records import METADATA

MARK = "Zqxmark77"
DECISION = "2026-00123"
TYPED = {
    **SOFIE,
    "first_name": f"Sofie{MARK}",
    "last_name": MARK,
    "guardian1_name": MARK,
    "guardian1_relation": MARK,
    "reason_referrer": f"Fordi {MARK}.",
    "referrer_name": MARK,
    "referrer_role": MARK,
}


@pytest.fixture
def written(intake, task_of, town, settings) -> UUID:
    """A closed case with the marker in it, by the pages and by what runs behind them."""
    page = intake.post("/sager/ny", TYPED)
    case_id = UUID(page.address.rsplit("/", 1)[1])
    task = task_of("screening")
    intake.post(f"{task}/tag")
    intake.post(task, {**SCREENING, "screening_note": f"Talt om {MARK}."})
    town.act(SYSTEM, lambda work: _behind_the_pages(work, case_id))
    look(town, FolderNotifier(settings.mail_folder, "tovholder@localhost"))
    town.act(SYSTEM, lambda work: close_case(work, case_id, "other"))
    town.act(SYSTEM, lambda work: setattr(_instance(work, case_id), "incident", MARK))
    return case_id


def _instance(work: Work, case_id: UUID) -> InstanceRow:
    found = work.session.scalars(select(InstanceRow).where(InstanceRow.case_id == case_id)).first()
    assert found is not None
    return found


def _behind_the_pages(work: Work, case_id: UUID) -> None:
    case = work.session.get_one(YouthCaseRow, case_id)
    work.lock_case(case_id)
    queue_mail(
        work,
        key=f"letter:{case_id}",
        kind="letter",
        to=Recipient(name=MARK, email=f"{MARK}@borger.example"),
        subject="Et brev",
        body=f"Kære {MARK}",
        case_id=case_id,
    )
    instance = _instance(work, case_id)
    task = work.session.scalars(select(TaskRow).where(TaskRow.case_id == case_id)).first()
    task.title, task.why_now, task.outside_party = MARK, MARK, MARK
    for row in _rows(work, case, instance):
        work.session.add(row)
        work.flush()


def _rows(work: Work, case: YouthCaseRow, instance: InstanceRow) -> Iterator[object]:
    case_id = case.case_id
    yield IncidentRow(case_id=case_id, element="e", cause=MARK, at=work.now, answers={"note": MARK})
    yield MessageRow(
        case_id=case_id,
        name="n",
        correlation=MARK,
        payload={"said": MARK},
        source="outside",
        sent_at=work.now,
        consumed_at=work.now,
    )
    yield MoveRow(
        case_id=case_id,
        instance_id=instance.id,
        from_id=instance.definition_id,
        to_id=instance.definition_id,
        state_before=MARK.encode(),
        digest_after="",
        moved_at=work.now,
        signed=[{"why": MARK}],
    )
    consent = ConsentRow(
        case_id=case_id,
        purpose="share",
        also=MARK,
        what_for=MARK,
        shown_text=MARK,
        to_parties=[f"outside:{MARK}"],
        asked_at=work.now,
    )
    yield consent
    yield ConsentAnswerRow(
        consent_id=consent.id,
        party="young_person",
        answer="yes",
        note=MARK,
        evidence=MARK,
        at=work.now,
    )
    plan = PlanRow(case_id=case_id, overarching="education_plan")
    yield plan
    version = PlanVersionRow(plan_id=plan.id, number=1, vision=MARK, written_at=work.now)
    yield version
    yield GoalRow(version_id=version.id, position=1, wording=MARK)
    yield HandoverRow(
        case_id=case_id,
        sender_id=case.primary_id,
        status="closed",
        checklist_due=work.today,
        opened_at=work.now,
        rejection=MARK,
    )


@pytest.fixture
def leaders(town, written) -> tuple[Actor, Actor]:
    """The leader of the case's unit, and the chief consultant."""
    with town.work(SYSTEM) as work:
        case = work.session.get_one(YouthCaseRow, written)
        leader = work.session.get_one(UnitRow, case.unit_id).leader_id
        chief = select(EmployeeRow.id).where(EmployeeRow.username == "chief_consultant")
        return actor_of(work, leader), actor_of(work, work.session.scalars(chief).one())


def erase(town: Casework, settings: Settings, leaders: tuple[Actor, Actor], case_id: UUID) -> None:
    town.act(leaders[0], lambda work: propose_erasure(work, case_id, DECISION))
    erase_person(town, settings, leaders[1], case_id)


def in_tables(town: Casework) -> set[str]:
    """The tables where the marker can be read by one who has every key."""
    with town.work(SYSTEM) as work:
        return {
            table.name
            for table in METADATA.sorted_tables
            for row in work.session.execute(select(table))
            if MARK in str(tuple(row))
        }


def in_files(*folders: Path) -> list[str]:
    """The files with the marker in their name or their bytes."""
    files = {file for folder in folders for file in folder.rglob("*") if file.is_file()}
    return [str(f) for f in sorted(files) if MARK in f.name or MARK.encode() in f.read_bytes()]


def test_the_marker_was_everywhere_before(town, written, settings, tmp_path):
    assert in_tables(town) >= {
        "answers",
        "consent_answers",
        "consents",
        "goals",
        "guardians",
        "handovers",
        "incidents",
        "instances",
        "messages",
        "moves",
        "outbox",
        "plan_versions",
        "tasks",
        "young_people",
    }
    assert in_files(settings.mail_folder) != []


def test_after_the_erasure_it_stands_nowhere(town, written, leaders, settings, tmp_path):
    erase(town, settings, leaders, written)

    assert in_tables(town) == set()
    assert in_files(tmp_path, settings.home) == []


def test_after_the_erasure_the_records_are_as_they_were_written(town, written, leaders, settings):
    erase(town, settings, leaders, written)

    assert flaws_of(town, settings) == []


def test_nobody_erases_alone(town, written, leaders, settings):
    town.act(leaders[0], lambda work: propose_erasure(work, written, DECISION))

    with pytest.raises(NotAllowed, match="En anden"):
        erase_person(town, settings, leaders[0], written)


def test_nothing_is_erased_that_nobody_proposed(town, written, leaders, settings):
    with pytest.raises(Conflict, match="ikke foreslået"):
        erase_person(town, settings, leaders[1], written)


def test_others_than_leaders_erase_nobody(town, written, people_named):
    with pytest.raises(NotAllowed, match="lederen"):
        town.act(people_named("intake"), lambda work: propose_erasure(work, written, DECISION))


def test_an_open_case_is_not_erased(town, written, leaders):
    town.act(SYSTEM, lambda work: reopen_case(work, written))

    with pytest.raises(Conflict, match="åben"):
        town.act(leaders[1], lambda work: propose_erasure(work, written, DECISION))


def test_the_ledger_outside_the_database_holds_ids_alone(town, written, leaders, settings):
    erase(town, settings, leaders, written)
    (entry,) = read_ledger(settings.erasures_file)

    assert (entry.cases, entry.decision) == ((written,), DECISION)
    assert MARK not in settings.erasures_file.read_text()


def test_an_erasure_that_the_database_does_not_know_of_is_done_again(
    town, written, leaders, settings
):
    town.act(leaders[0], lambda work: propose_erasure(work, written, DECISION))
    with town.work(SYSTEM) as work:
        person = work.session.get_one(YouthCaseRow, written).young_person_id
    settings.heads_folder.mkdir(parents=True)
    settings.erasures_file.write_text(
        f'{{"person": "{person}", "cases": ["{written}"], "decision": "{DECISION}"}}\n'
    )

    assert [each.cases for each in erase_again(town, settings.erasures_file)] == [(written,)]
    assert erase_again(town, settings.erasures_file) == []
    assert in_tables(town) == set()


def test_a_closed_case_is_listed_when_its_time_has_passed(town, written, clock):
    with town.work(SYSTEM) as work:
        now = candidates(work)
    clock.move_to(clock.now().replace(year=clock.now().year + 5, month=4))
    with town.work(SYSTEM) as work:
        (later,) = candidates(work)

    assert now == []
    assert (later.case.case_id, later.rule.code, later.held) == (written, "child_case", "")


def test_the_commands_say_what_is_next(town, written, leaders, settings, monkeypatch):
    for name in ("database_url", "secret", "keys"):
        monkeypatch.setenv(f"TOVHOLDER_{name.upper()}", getattr(settings, name))

    def run(*words: str) -> str:
        return CliRunner().invoke(main, ["erase", *words, "--home", str(settings.home)]).output

    with town.work(SYSTEM) as work:
        leader = work.session.get_one(EmployeeRow, leaders[0].id).username
    proposed = run("propose", str(written), "--decision", DECISION, "--by", leader)
    alone = run("approve", str(written), "--by", leader)
    done = run("approve", str(written), "--by", "chief_consultant")

    assert "En anden leder skal godkende" in proposed
    assert "En anden end den, der foreslog sletningen, skal godkende den." in alone
    assert done == "Slettet i 1 sager.\n"


@pytest.fixture
def people_named(town):
    """What gives an employee as one who acts."""

    def find(username: str) -> Actor:
        with town.work(SYSTEM) as work:
            found = select(EmployeeRow.id).where(EmployeeRow.username == username)
            return actor_of(work, work.session.scalars(found).one())

    return find
