"""A withdrawal: told beforehand as it then happens, row by row; what stops, and what does not."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.domain.icalendar import Event, calendar_text
from engine.ports import SYSTEM, Actor, Recipient
from engine.services.outbox import queue_mail
from engine.storage.models import InstanceRow, OutboxRow, TaskRow, TimerRow
from engine.storage.work import Work
from tests.workflows.conftest import MALTE, Life
from workflows.access.guardians import guardian_may_read
from workflows.access.records import AccessGrantRow
from workflows.cases.records import YouthCaseRow
from workflows.consent.effects import Effects
from workflows.consent.objections import object_to_consent
from workflows.consent.records import ConsentRow
from workflows.consent.requests import Asked, ask_for_consent
from workflows.consent.services import withdraw_consent
from workflows.forums.records import AgendaItemRow
from workflows.people.parties import party_of
from workflows.people.records import GuardianRow

Rows = Mapping[str, Mapping[str, Any]]
SCHOOL = "skole@example.org"


@pytest.fixture
def agreed(refer: Callable[..., YouthCaseRow], living: Callable[[UUID], Life]) -> Life:
    """A case on an agenda that is closed and released, to which both parents have agreed."""
    life = living(refer().case_id)
    life.do("screening", effort="team", disciplines=["uu_counsellor"])
    life.do("record_answer", answer="yes", channel="mitid")
    life.do("record_answer", answer="yes", channel="mitid")
    life.casework.act(SYSTEM, lambda work: _queue(work, life.case_id, SCHOOL))
    life.casework.act(SYSTEM, lambda work: _queue(work, life.case_id, MALTE.email))
    (meeting,) = life.all_meetings()
    life.until(meeting.cut_off_at)
    return life


def consent_of(life: Life) -> ConsentRow:
    return next(row for row in life.all(ConsentRow) if row.purpose == "team_assessment")


def withdraw(work: Work, life: Life) -> Effects:
    return withdraw_consent(work, consent_of(life).id, "oral")


def everything(life: Life) -> Mapping[str, Rows]:
    """All rows of the case in the tables that a withdrawal may touch, by id."""
    tables = (AccessGrantRow, AgendaItemRow, TaskRow, InstanceRow, OutboxRow, TimerRow)
    return {
        table.__tablename__: {
            str(row.id): {c.name: getattr(row, c.name) for c in table.__table__.columns}
            for row in life.all(table)
        }
        for table in tables
    }


def changed(before: Rows, after: Rows, column: str) -> tuple[str, ...]:
    """The ids of the rows whose `column` has changed."""
    return tuple(sorted(key for key in before if before[key][column] != after[key][column]))


def test_what_is_told_beforehand_is_what_happens(agreed: Life) -> None:
    told = agreed.casework.try_out(SYSTEM, lambda work: withdraw(work, agreed))

    done = agreed.casework.act(SYSTEM, lambda work: withdraw(work, agreed))

    assert told == done
    assert done.grants
    assert done.items
    assert done.tasks
    assert done.mails
    assert done.starts


def test_what_happens_is_told_row_by_row(agreed: Life) -> None:
    before = everything(agreed)

    effects = agreed.casework.act(SYSTEM, lambda work: withdraw(work, agreed))

    after = everything(agreed)
    tasks, mails = "tasks", "outbox"
    new_tasks = after[tasks].keys() - before[tasks].keys()
    new_mails = after[mails].keys() - before[mails].keys()
    assert effects == Effects(
        grants=changed(before["access_grants"], after["access_grants"], "revoked_at"),
        items=changed(before["agenda_items"], after["agenda_items"], "status"),
        tasks=changed(before[tasks], after[tasks], "closed_at"),
        processes=changed(before["instances"], after["instances"], "closed_at"),
        mails=tuple(sorted(before[mails].keys() - after[mails].keys())),
        starts=tuple(
            key
            for key in changed(before["timers"], after["timers"], "done_at")
            if before["timers"][key]["kind"] == "start"
        ),
        opened=tuple(
            sorted(f"{after[tasks][k]['element']}:{after[tasks][k]['due_on']}" for k in new_tasks)
        ),
        written=tuple(
            sorted(
                after[mails][k]["kind"]
                for k in new_mails
                if after[mails][k]["kind"] != "withdrawal_received"
            )
        ),
        state="awaiting_consent",
    )


def test_a_preview_writes_nothing(agreed: Life) -> None:
    before = everything(agreed)

    agreed.casework.try_out(SYSTEM, lambda work: withdraw(work, agreed))

    assert everything(agreed) == before
    assert consent_of(agreed).status == "active"


def test_the_family_is_told_at_once_what_stops_and_what_goes_on(agreed: Life) -> None:
    agreed.casework.act(SYSTEM, lambda work: withdraw(work, agreed))

    letters = [row for row in agreed.outbox() if row.kind == "withdrawal_received"]
    assert {row.recipient for row in letters} == {"far@borger.example", "mor@borger.example"}
    assert "Ungeteam 1 må ikke længere få eller læse det." in letters[0].body
    assert "Det, der er gjort og skrevet indtil nu: det var lovligt" in letters[0].body


def test_what_was_explained_of_another_consent_goes_on(
    agreed: Life, acting_as: Callable[[str], Actor]
) -> None:
    asked = Asked(
        purpose="disclose",
        types=("school",),
        to_parties=("unit:jobcenter_unge",),
        outside=(f"Opdigtet Skole <{SCHOOL}>",),
        what_for="Så skolen kan planlægge.",
    )
    agreed.casework.act(
        acting_as("intake"), lambda work: ask_for_consent(work, agreed.case_id, asked) and None
    )
    agreed.do("record_answer", answer="yes", channel="mitid")
    agreed.do("record_answer", answer="yes", channel="mitid")

    effects = agreed.casework.act(SYSTEM, lambda work: withdraw(work, agreed))

    still = [row.unit_id for row in agreed.all(AccessGrantRow) if row.revoked_at is None]
    assert len(still) == 1
    assert effects.mails == ()
    assert SCHOOL in {row.recipient for row in agreed.outbox()}


def test_an_outsider_who_was_invited_is_uninvited_under_the_same_uid(agreed: Life) -> None:
    moment = datetime(2026, 4, 1, 8, tzinfo=UTC)
    event = Event(uid="meeting-1@tovholder", summary="Møde", starts=moment, ends=moment,
                  changed_at=moment, sequence=2)  # fmt: skip

    def invited(work: Work) -> None:
        _queue(work, agreed.case_id, "laege@example.org", calendar_text([event], method="REQUEST"))
        work.flush()
        query = select(OutboxRow).where(OutboxRow.key == "test:laege@example.org")
        work.session.scalars(query).one().sent_at = work.now

    agreed.casework.act(SYSTEM, invited)
    agreed.casework.act(SYSTEM, lambda work: withdraw(work, agreed))

    (row,) = [row for row in agreed.outbox() if row.kind == "invitation_cancelled"]
    assert row.recipient == "laege@example.org"
    for line in ("METHOD:CANCEL", "UID:meeting-1@tovholder", "SEQUENCE:3", "STATUS:CANCELLED"):
        assert line in row.calendar.split("\r\n")


def test_a_parent_under_15_reads_and_one_of_a_young_person_of_15_does_not(agreed: Life) -> None:
    def reads() -> bool:
        with agreed.casework.work(SYSTEM) as work:
            guardian = work.session.scalars(select(GuardianRow.id)).first()
            assert guardian is not None
            return guardian_may_read(work, agreed.case_id, guardian)

    before = reads()
    agreed.clock.move_to(datetime(2026, 6, 13, 22, tzinfo=UTC))  # 15, at midnight local

    assert (before, reads()) == (True, False)


def test_a_parents_no_to_the_young_persons_own_yes_is_clarified_not_carried_out(
    agreed: Life,
) -> None:
    agreed.until(datetime(2026, 6, 1, 8, tzinfo=UTC))
    agreed.do("record_answer", party="young_person", answer="yes", channel="mitid")
    own = next(row for row in agreed.all(ConsentRow) if row.purpose == "own_15")

    def objects(work: Work) -> None:
        guardian = work.session.scalars(select(GuardianRow)).first()
        assert guardian is not None
        object_to_consent(work, own.id, party_of(guardian), "oral")

    agreed.casework.act(SYSTEM, objects)

    assert next(r for r in agreed.all(ConsentRow) if r.purpose == "own_15").status == "active"
    (task,) = agreed.open_tasks("clarify_objection")
    assert task.due_on == date(2026, 6, 9)


def _queue(work: Work, case_id: UUID, to: str, calendar: str = "") -> None:
    queue_mail(
        work,
        key=f"test:{to}",
        kind="test",
        to=Recipient(name=to, email=to),
        subject="Brev",
        body="Brev",
        case_id=case_id,
        calendar=calendar,
    )
