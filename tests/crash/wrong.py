"""Workers that do it wrong, on purpose: the harness must convict each of them.

They use the real parts and only move a mark, or a mail, out of the transaction it belongs to.
"""

from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import make_transient

from engine.ports import SYSTEM
from engine.services.timers import _fire, _put_off
from engine.storage.due import due_until
from engine.storage.models import OutboxRow, TimerRow
from engine.storage.work import Casework, Work

Fire = Callable[[Casework, UUID], None]


def fire_all(casework: Casework, fire: Fire) -> int:
    """Carry out what is due with `fire`; return how many timers were looked at.

    What raises is put off, as the right worker does it: an incident.
    """
    with casework.work(SYSTEM) as work:
        due = due_until(work.session, work.now, 100)
    for timer in due:
        try:
            fire(casework, timer.id)
        except SQLAlchemyError as problem:
            _put_off(casework, timer.id, problem)
    return len(due)


def mark_then_act(casework: Casework, timer_id: UUID) -> None:
    """Mark the timer as done and commit; act in the next transaction."""
    with casework.work(SYSTEM) as work:
        timer = work.session.get_one(TimerRow, timer_id)
        if timer.done_at is not None:
            return
        timer.done_at = work.now
    with casework.work(SYSTEM) as work:
        work.session.get_one(TimerRow, timer_id).done_at = None
        work.flush()
        _fire(work, timer_id)


def act_then_mark(casework: Casework, timer_id: UUID) -> None:
    """Act and commit; mark what was done in the next transaction."""
    with casework.work(SYSTEM) as work:
        _fire(work, timer_id)
        done = {each.id: (each.done_at, each.outcome) for each in _timers_done(work)}
        for timer in _timers_done(work):
            timer.done_at = timer.outcome = None
    with casework.work(SYSTEM) as work:
        for each, (done_at, outcome) in done.items():
            timer = work.session.get_one(TimerRow, each)
            timer.done_at, timer.outcome = done_at, outcome


def mail_outside(casework: Casework, timer_id: UUID) -> None:
    """Act and commit; queue the mail in a transaction of its own."""
    with casework.work(SYSTEM) as work:
        _fire(work, timer_id)
        mails = [each for each in work.session.new if isinstance(each, OutboxRow)]
        for mail in mails:
            work.session.expunge(mail)
            make_transient(mail)
    with casework.work(SYSTEM) as work:
        work.session.add_all(mails)


def _timers_done(work: Work) -> list[TimerRow]:
    rows = list(work.session.identity_map.values()) + list(work.session.new)
    return [each for each in rows if isinstance(each, TimerRow) and each.done_at == work.now]


WRONG: Mapping[str, Fire] = {
    "mark-then-act": mark_then_act,
    "act-then-mark": act_then_mark,
    "mail-outside": mail_outside,
}
