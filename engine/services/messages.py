"""Messages between the processes of one case: delivered once, or kept until one waits."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from engine.domain.parameters import shift, shift_instant
from engine.domain.reckonings import Known
from engine.ports import StartMessage, Variables
from engine.services.definitions import as_definition, process_started_by, world_of
from engine.services.events import Awaited, Published, Thrown
from engine.services.instances import command, start_process
from engine.services.reckonings import NOTHING, remember
from engine.storage.models import InstanceRow, MessageRow, TimerRow, WaitRow
from engine.storage.work import Work

KEPT_FOR = "message.kept"  # the parameter
_WAITING = (
    select(WaitRow)
    .where(WaitRow.case_id == bindparam("case_id"), WaitRow.name == bindparam("name"))
    .order_by(WaitRow.since, WaitRow.instance_id, WaitRow.key)
)


def publish(
    work: Work,
    case_id: UUID,
    name: str,
    payload: Variables,
    *,
    correlation: str | None = None,
    source: str,
) -> None:
    """Queue a message to the case: to the instance that waits for it, else to the process it
    starts, else it is kept until one waits. `settle` carries it out.
    """
    work.lock_case(case_id)
    message = MessageRow(
        case_id=case_id,
        name=name,
        correlation=correlation,
        payload=dict(payload),
        source=source,
        sent_at=work.now,
    )
    work.session.add(message)
    work.queue.append(Published(message))


def pass_on(work: Work, thrown: Thrown) -> None:
    """Publish what an instance has thrown."""
    instance, message = thrown.instance, thrown.message
    remember(work, instance, message.payload)
    publish(
        work,
        instance.case_id,
        message.name,
        message.payload,
        correlation=message.correlation,
        source=f"{instance.id}:{message.element}",
    )


def deliver_kept(work: Work, awaited: Awaited) -> None:
    """Hand over a kept message that this wait has been waiting for."""
    wait = awaited.wait
    query = select(MessageRow).where(
        MessageRow.case_id == wait.case_id,
        MessageRow.name == wait.name,
        MessageRow.consumed_at.is_(None),
    )
    for message in work.session.scalars(query.order_by(MessageRow.sent_at)):
        if _fits(wait, message):
            _hand_over(work, wait, message)
            return


def deliver(work: Work, published: Published) -> None:
    """Hand the message to who waits, or start the process it starts, or keep it.

    A message that nobody has asked for becomes an incident at 08:00 local of the day on which the
    parameter `message.kept` has passed, or after so many hours.
    """
    message = published.message
    if message.consumed_at is not None:
        return
    if wait := _who_waits(work, message):
        _hand_over(work, wait, message)
    elif process := process_started_by(work, message.name):
        message.consumed_at = work.now
        begins = StartMessage(name=message.name, payload=message.payload)
        known = _known(work, message)
        instance = start_process(work, message.case_id, process, {}, message=begins, known=known)
        message.consumer_id = instance.id
    else:
        expires_at = _expiry(work)
        work.session.add(
            TimerRow(
                case_id=message.case_id,
                kind="message",
                start_key=f"message:{message.id}",
                payload={"message": str(message.id)},
                planned_at=expires_at,
                due_at=expires_at,
            )
        )


def _known(work: Work, message: MessageRow) -> Known:
    """Return how the dates in the message came about, if an instance of the case threw it."""
    try:
        thrower = work.session.get(InstanceRow, UUID(message.source.partition(":")[0]))
    except ValueError:  # from outside the house
        return NOTHING
    return thrower.reckoned if thrower else NOTHING


def _expiry(work: Work) -> datetime:
    kept = work.parameters.period(KEPT_FOR)
    if kept.hours:
        return shift_instant(work.now, kept)
    return work.calendar.opens(shift(work.calendar, work.today, kept))


def _who_waits(work: Work, message: MessageRow) -> WaitRow | None:
    if any(isinstance(each, WaitRow) for each in (*work.session.new, *work.session.deleted)):
        work.flush()
    waits = work.session.scalars(_WAITING, {"case_id": message.case_id, "name": message.name})
    return next((wait for wait in waits if _fits(wait, message)), None)


def _fits(wait: WaitRow, message: MessageRow) -> bool:
    return wait.correlation is None or wait.correlation == message.correlation


def _hand_over(work: Work, wait: WaitRow, message: MessageRow) -> None:
    instance = work.session.get_one(InstanceRow, wait.instance_id)
    row = work.definition(instance.definition_id)
    definition, world, key = as_definition(row), world_of(work, row, instance.case_id), wait.key
    message.consumed_at, message.consumer_id = work.now, instance.id
    remember(work, instance, message.payload, _known(work, message))
    command(
        work,
        instance,
        lambda state: work.processes.deliver(
            definition, state, key, message.name, message.payload, world
        ),
    )
