"""Several hands on the same rows at once: two web processes, two workers, two senders.

Each `office` is a casework with a database of its own, as a second process has, so that nothing in
memory keeps them apart. Every collision is tried many times over.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.adapters.clock import MovableClock
from engine.domain.errors import Conflict, TaskClosed
from engine.ports import SYSTEM, Actor, Mail, Recipient
from engine.services.journal import record
from engine.services.outbox import LEASE, queue_mail, send_due
from engine.services.tasks import claim_task, complete_task
from engine.services.timers import fire_due
from engine.spiff.facade import SpiffEngine
from engine.storage.database import Database
from engine.storage.models import (
    AnswersRow,
    CaseRow,
    IncidentRow,
    InstanceRow,
    JournalRow,
    OutboxRow,
    TaskRow,
    TimerRow,
)
from engine.storage.work import Casework, Work
from tests.conftest import keys
from tests.engine.conftest import ALICE, BENT, TownHall
from tests.engine.test_acts import FORM, ask
from tests.spiff.drawing import end, gateway, start

Office = Callable[[], Casework]
Act = Callable[[], Any]
ROUNDS = 12


@pytest.fixture
def office(casework: Casework, clock: MovableClock, house: TownHall) -> Iterator[Office]:
    """What opens another casework over the same database."""
    opened: list[Database] = []

    def another() -> Casework:
        opened.append(Database(casework.database.url, keyring=keys()))
        return Casework(database=opened[-1], clock=clock, processes=SpiffEngine(), house=house)

    yield another
    for database in opened:
        database.dispose()


@pytest.fixture
def cases(deploy, begin):
    """A few cases in which one question waits."""
    deploy("asking", start(), ask("question"), end(), flows="start > question > end", f=FORM)
    return [begin("asking") for _ in range(ROUNDS)]


def together(*acts: Act) -> list[Any]:
    """Run all `acts` at the same moment; return what each gave, or the exception it raised."""
    ready, outcomes = Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Act) -> None:
        ready.wait()
        try:
            outcomes[place] = act()
        except Exception as problem:  # noqa: BLE001  # the outcome is what the test looks at
            outcomes[place] = problem

    threads = [Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def rows(casework, row, *conditions, by=None):
    with casework.work(SYSTEM) as work:
        return work.session.scalars(select(row).where(*conditions).order_by(by)).all()


def open_tasks(casework):
    return rows(casework, TaskRow, TaskRow.closed_at.is_(None))


def claim(casework, actor, task):
    casework.act(actor, lambda work: claim_task(work, task.id))


def complete(casework: Casework, actor: Actor, task: TaskRow) -> Act:
    """What completes the task when it is called."""
    return lambda: casework.act(actor, lambda w: complete_task(w, task.id, {"answer": "ja"})).id


def take_and_complete(casework: Casework, actor: Actor, task: TaskRow) -> Act:
    def act():
        claim(casework, actor, task)
        return complete(casework, actor, task)()

    return act


def gaps(casework):
    """The cases whose journal does not count 1, 2, 3 … up to the length that the case says."""
    with casework.work(SYSTEM) as work:
        lengths = dict(work.session.execute(select(CaseRow.id, CaseRow.journal_length)).all())
        written = work.session.execute(
            select(JournalRow.case_id, JournalRow.seq).order_by(JournalRow.case_id, JournalRow.seq)
        ).all()
    found = {case: [seq for each, seq in written if each == case] for case in lengths}
    return [case for case, length in lengths.items() if found[case] != [*range(1, length + 1)]]


def test_of_two_colleagues_who_take_a_task_at_once_one_has_it(casework, office, cases):
    other = office()
    for task in open_tasks(casework):
        outcomes = together(
            take_and_complete(casework, ALICE, task), take_and_complete(other, BENT, task)
        )

        assert [each for each in outcomes if each == task.id] == [task.id]
        assert [type(each) for each in outcomes if each != task.id] in ([Conflict], [TaskClosed])
    assert len(rows(casework, AnswersRow)) == ROUNDS


def test_of_two_clicks_at_once_one_completes_and_the_other_is_told_by_whom(casework, office, cases):
    other = office()
    for task in open_tasks(casework):
        claim(casework, ALICE, task)
        outcomes = together(complete(casework, ALICE, task), complete(other, ALICE, task))

        assert task.id in outcomes
        (told,) = [each for each in outcomes if each != task.id]
        assert isinstance(told, TaskClosed)
        assert told.closed_by_id == ALICE.id
    finished = rows(casework, JournalRow, JournalRow.act == "process_finished")
    assert (len(finished), gaps(casework)) == (ROUNDS, [])


def test_eighty_completions_of_ten_cases_by_eight_threads_lose_nothing_and_double_nothing(
    casework, office, deploy, begin
):
    """All eight tasks of a case are open at once, so every thread meets the others in each."""
    names = [f"q{number}" for number in range(8)]
    branches = "\n".join(f"fork > {name} > join" for name in names)
    fork, join = gateway("parallel", "fork"), gateway("parallel", "join")
    deploy(
        "wide",
        start(),
        fork,
        join,
        *(ask(name) for name in names),
        end(),
        flows=f"start > fork\n{branches}\njoin > end",
        f=FORM,
    )
    for _ in range(10):
        begin("wide")
    by_name = {name: [t for t in open_tasks(casework) if t.element == name] for name in names}

    def do_all(mine: Casework, tasks: list[TaskRow]) -> Act:
        return lambda: [take_and_complete(mine, ALICE, task)() for task in tasks]

    outcomes = together(*(do_all(office(), tasks) for tasks in by_name.values()))

    assert outcomes == [[task.id for task in tasks] for tasks in by_name.values()]
    acts = Counter(row.act for row in rows(casework, JournalRow))
    assert (acts["task_completed"], acts["process_finished"]) == (80, 10)
    assert len(rows(casework, AnswersRow)) == 80
    assert {row.outcome for row in rows(casework, InstanceRow)} == {"end"}
    assert {row.outcome for row in rows(casework, TimerRow)} == {"cancelled"}
    assert gaps(casework) == []


def test_two_workers_that_look_at_once_fire_each_rung_once(casework, office, clock, cases):
    other = office()
    for days in (3, 8, 10, 17):  # the reminder, then E1, E2 and E3
        clock.forward(timedelta(days=days))
        together(lambda: fire_due(casework), lambda: fire_due(other))
        while fire_due(casework):
            pass

    fired = Counter(
        (row.data["task"], row.data["rung"])
        for row in rows(casework, JournalRow, JournalRow.act == "rung_fired")
    )
    ladders = Counter((str(t.task_id), t.rung) for t in rows(casework, TimerRow) if t.done_at)
    assert set(fired.values()) == {1}
    assert fired == ladders
    assert len({task for task, rung in fired if rung == "E3"}) >= ROUNDS
    assert (rows(casework, IncidentRow), gaps(casework)) == ([], [])


def test_two_senders_that_look_at_once_send_each_mail_once(casework, office):
    sent: Counter[str] = Counter()

    class Post:
        def send(self, mail: Mail) -> None:
            sent[mail.key] += 1

    def queue(work: Work) -> None:
        for number in range(40):
            to = Recipient(name="A", email="a@office.example", employee=None)
            queue_mail(work, key=f"k{number}", kind="k", to=to, subject="s", body="b", case_id=None)

    casework.act(SYSTEM, queue)
    offices = [casework, office(), office()]
    together(*((lambda each=each: send_due(each, Post())) for each in offices))

    assert set(sent.values()) == {1}
    assert len(sent) == 40
    assert len(rows(casework, OutboxRow, OutboxRow.sent_at.is_not(None))) == 40


def test_a_mail_whose_sender_died_is_sent_again_after_the_lease_under_the_same_key(casework, clock):
    to = Recipient(name="A", email="a@office.example", employee=None)
    casework.act(
        SYSTEM,
        lambda work: queue_mail(
            work, key="k", kind="k", to=to, subject="s", body="b", case_id=None
        ),
    )

    class Died(BaseException):
        """No error that anybody catches."""

    class Post:
        def __init__(self, dies: bool) -> None:
            self.dies, self.keys = dies, []

        def send(self, mail: Mail) -> None:
            if self.dies:
                raise Died
            self.keys.append(mail.key)

    with pytest.raises(Died):
        send_due(casework, Post(dies=True))
    post = Post(dies=False)
    assert send_due(casework, post) == 0

    clock.forward(LEASE)
    assert (send_due(casework, post), post.keys) == (1, ["k"])


def test_nobody_waits_for_a_slow_mail_server(casework, office, cases):
    """While a mail is on its way, others may write: the sender holds no lock meanwhile."""
    other = office()
    task = open_tasks(casework)[0]
    to = Recipient(name="A", email="a@office.example", employee=None)
    casework.act(
        SYSTEM,
        lambda work: queue_mail(
            work, key="k", kind="k", to=to, subject="s", body="b", case_id=None
        ),
    )
    completed = []

    class Post:
        def send(self, mail: Mail) -> None:
            completed.append(take_and_complete(other, ALICE, task)())

    assert send_due(casework, Post()) == 1
    assert completed == [task.id]


def test_an_act_that_was_overtaken_looks_again_and_is_carried_out(casework, office, cases):
    case_id, other, looks = cases[0], office(), []

    def act(work: Work) -> None:
        case = work.session.get_one(CaseRow, case_id)  # seen, not locked
        looks.append(case.journal_length)
        if len(looks) == 1:
            other.act(SYSTEM, lambda theirs: record(theirs, case_id, "theirs"))
        work.hold(case)
        record(work, case_id, "ours")

    casework.act(SYSTEM, act)

    journal = rows(casework, JournalRow, JournalRow.case_id == case_id, by=JournalRow.seq)
    assert [row.act for row in journal][-2:] == ["theirs", "ours"]
    assert looks == [looks[0], looks[0] + 1]
    assert gaps(casework) == []


def test_the_last_try_of_an_act_cannot_be_overtaken_again(casework, office, cases):
    """However busy the case is, an act that locks it is carried out."""
    case_id, offices = cases[0], [office() for _ in range(6)]

    def write_often(mine: Casework) -> Act:
        def act():
            for _ in range(15):
                mine.act(ALICE, lambda work: record(work, case_id, "noted"))

        return act

    outcomes = together(*(write_often(each) for each in offices))

    assert outcomes == [None] * 6
    with casework.work(SYSTEM) as work:
        noted = select(func.count()).where(JournalRow.case_id == case_id, JournalRow.act == "noted")
        assert work.session.scalar(noted) == 90
    assert gaps(casework) == []
