"""Whatever happens in whatever order, every open case has exactly one responsible person."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.domain.errors import CaseworkError
from engine.ports import SYSTEM, Variables
from engine.services.deployments import configure
from engine.services.instances import open_case
from engine.storage.house import Handler
from engine.storage.models import InstanceRow, JournalRow
from engine.storage.work import Casework, Work
from tests.conftest import BPMN
from workflows.cases import handlers as cases
from workflows.cases.closing import close_case, reopen_case
from workflows.cases.records import AssignmentRow, YouthCaseRow
from workflows.cases.thread import deactivate_employee
from workflows.handover import handlers as handover
from workflows.municipalities.packs import read_pack
from workflows.municipalities.records import AbsenceRow, EmployeeRow, UnitRow
from workflows.people.records import YoungPersonRow

CASES, ACTS_IN_ONE_GO = 40, 100
ROLES = ("uu_counsellor", "job_adviser", "youth_adviser", "mentor")


@pytest.fixture
def quiet_town(town: Casework) -> Casework:
    """A municipality with staff and a calendar, in which nothing starts by itself."""
    content = {**read_pack(BPMN, "sonderborg").content, "milestones": {}}
    town.act(SYSTEM, lambda work: configure(work, content))
    return town


@dataclass(slots=True)
class Storm:
    """Random acts on some cases, one after the other, on a clock that mostly moves."""

    work: Work
    random: Random
    case_ids: list[UUID]
    staff: list[UUID]
    done: dict[str, int] = field(default_factory=dict)

    def one_act(self) -> None:
        """Let time pass, or not, and do something random to a random case."""
        passed = timedelta(seconds=self.random.choice((0, 0, 1, 3600)))
        self.work = _next_act(self.work, self.work.now + passed)
        name = self.random.choices(list(ACTS), WEIGHTS)[0]
        try:
            ACTS[name](self, self.random.choice(self.case_ids))
        except CaseworkError:
            name = f"{name}, refused"
        self.work.flush()  # the next act looks at the database
        self.done[name] = self.done.get(name, 0) + 1

    def call(self, function: Handler, case_id: UUID, **inputs: object) -> Variables:
        """Call what a diagram calls."""
        instance = InstanceRow(
            case_id=case_id,
            process="test",
            definition_id="test",
            state=b"",
            started_at=self.work.now,
        )
        return function(self.work, instance, inputs)

    def role(self) -> str:
        """Return some role."""
        return self.random.choice(ROLES)


def _offer(storm: Storm, case_id: UUID) -> None:
    storm.call(cases.find_candidate, case_id, role=storm.role())


def _appoint(storm: Storm, case_id: UUID) -> None:
    storm.call(cases.appoint_coordinator, case_id, role=storm.role())


def _accept(storm: Storm, case_id: UUID) -> None:
    storm.call(cases.take_over_thread, case_id)


def _decline(storm: Storm, case_id: UUID) -> None:
    storm.call(cases.record_decline, case_id)


def _hand_over(storm: Storm, case_id: UUID) -> None:
    storm.call(handover.open_handover, case_id)
    keep = storm.random.choice(("yes", "no"))
    storm.call(handover.offer_handover, case_id, receiver_role=storm.role(), keep_coordinator=keep)


def _accept_handover(storm: Storm, case_id: UUID) -> None:
    storm.call(handover.complete_handover, case_id)


def _reject_handover(storm: Storm, case_id: UUID) -> None:
    storm.call(handover.reject_handover, case_id, reason="Nej")


def _be_absent(storm: Storm, _case_id: UUID) -> None:
    work, today = storm.work, storm.work.today
    away, deputy = storm.random.sample(storm.staff, 2)
    work.session.add(
        AbsenceRow(
            employee_id=away,
            since=today,
            until=today + timedelta(days=1),
            deputy_id=deputy,
            registered_at=work.now,
        )
    )
    work.flush()


def _leave(storm: Storm, _case_id: UUID) -> None:
    leaver = storm.random.choice(storm.staff)
    deactivate_employee(storm.work, leaver)
    storm.work.session.get_one(EmployeeRow, leaver).active = True  # and come back
    storm.work.flush()


def _close(storm: Storm, case_id: UUID) -> None:
    close_case(storm.work, case_id, "own_wish")


def _reopen(storm: Storm, case_id: UUID) -> None:
    reopen_case(storm.work, case_id)


ACTS: dict[str, Callable[[Storm, UUID], None]] = {
    "offer": _offer,
    "appoint": _appoint,
    "accept": _accept,
    "decline": _decline,
    "hand over": _hand_over,
    "accept handover": _accept_handover,
    "reject handover": _reject_handover,
    "be absent": _be_absent,
    "leave": _leave,
    "close": _close,
    "reopen": _reopen,
}
# what passes the thread on often, what takes the machine long seldom
WEIGHTS = [2, 2, 6, 4, 1, 3, 2, 3, 2, 2, 3]


@pytest.mark.parametrize(("seed", "acts"), [(1, 5_000), (2, 5_000)])
def test_ten_thousand_acts_in_random_order_leave_no_gap_and_no_overlap(
    quiet_town: Casework, seed: int, acts: int
) -> None:
    random = Random(seed)  # noqa: S311  # no secret
    case_ids = quiet_town.act(SYSTEM, _open_cases)
    began = datetime(2026, 3, 2, 9, tzinfo=UTC)
    done: dict[str, int] = {}
    for _ in range(acts // ACTS_IN_ONE_GO):
        began = quiet_town.act(SYSTEM, _storming(began, random, case_ids, done))

    with quiet_town.work(SYSTEM) as work:
        for case_id in case_ids:
            _check_history(work, case_id)
    assert sum(done.values()) == acts
    assert all(done.get(name) for name in ACTS), done


def _storming(
    began: datetime, random: Random, case_ids: list[UUID], done: dict[str, int]
) -> Callable[[Work], datetime]:
    def storm(work: Work) -> datetime:
        staff = list(work.session.scalars(select(EmployeeRow.id).order_by(EmployeeRow.username)))
        acts = Storm(_next_act(work, began), random, case_ids, staff, done)
        for _ in range(ACTS_IN_ONE_GO):
            acts.one_act()
        return acts.work.now

    return storm


def _next_act(work: Work, now: datetime) -> Work:
    """Return an act of its own in the same transaction: ten thousand commits would take long."""
    act = Work(work.session, work.actor, now, work.processes, work.house, work.casework)
    work.session.info["work"] = act  # what a flush seals is bound to the journal by this act
    return act


def _open_cases(work: Work) -> list[UUID]:
    unit = work.session.scalars(select(UnitRow).where(UnitRow.code == "ungecenter")).one()
    found: list[UUID] = []
    for number in range(CASES):
        person = YoungPersonRow(
            first_name="Ung", last_name=str(number), birth_date=date(2009, 1, 1)
        )
        bare = open_case(work)
        work.session.add(person)
        work.flush()
        work.session.add(
            YouthCaseRow(
                case_id=bare.id,
                young_person_id=person.id,
                state="received",
                pack="sonderborg",
                unit_id=unit.id,
                primary_id=unit.leader_id or person.id,
                primary_since=work.now,
                opened_at=work.now,
            )
        )
        work.flush()
        found.append(bare.id)
    return found


def _check_history(work: Work, case_id: UUID) -> None:
    """One begins where the other ends, but where the case was closed; the last is who it is."""
    case = work.session.get_one(YouthCaseRow, case_id)
    query = select(AssignmentRow).where(AssignmentRow.case_id == case_id)
    history = work.session.scalars(query.order_by(AssignmentRow.number)).all()
    assert [row.number for row in history] == list(range(1, len(history) + 1))
    assert history[0].since == case.opened_at
    closed = _closed_times(work, case_id)
    for former, following in pairwise(history):
        assert former.until is not None
        if former.until != following.since:
            assert (former.until, following.since) in closed
    last = history[-1]
    assert (last.employee_id, last.since, last.until) == (
        case.primary_id,
        case.primary_since,
        case.closed_at,
    )


def _closed_times(work: Work, case_id: UUID) -> set[tuple[datetime, datetime]]:
    """Return when the case was closed and opened again, as the journal tells."""
    query = select(JournalRow).where(
        JournalRow.case_id == case_id, JournalRow.act.in_(("case_closed", "case_reopened"))
    )
    moments = [row.at for row in work.session.scalars(query.order_by(JournalRow.seq))]
    return set(zip(moments[::2], moments[1::2], strict=False))
