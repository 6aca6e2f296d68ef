"""Processes of a case: started, carried on from one waiting point to the next, and ended.

What a step brings about (calls, messages, ends) is queued on the work; `settling.settle` carries
it out, in order, in the same transaction.
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import bindparam, select

from engine.domain.errors import BpmnError, CaseworkError, Conflict, InvalidAnswers, StepFailed
from engine.domain.reckonings import Known
from engine.ports import PendingCall, Snapshot, StartMessage, Variables
from engine.services.definitions import (
    as_definition,
    blueprint_of,
    compartment_of,
    newest_definition,
    world_of,
)
from engine.services.events import Called, Ended, Thrown
from engine.services.journal import record
from engine.services.reckonings import NOTHING, remember
from engine.services.saving import cancel_open_rows, save
from engine.storage.database import DATABASE_ERRORS
from engine.storage.models import CaseRow, InstanceRow
from engine.storage.work import Work

Command = Callable[[bytes], Snapshot]
_CALLED = select(InstanceRow).where(
    InstanceRow.caller_id == bindparam("caller_id"), InstanceRow.closed_at.is_(None)
)


def open_case(work: Work, *, key_id: UUID | None = None, compartment: str | None = None) -> CaseRow:
    """Return a new bare case, held by this act; everything of it lies in `compartment`, if named.

    `key_id` is the key of the person it is about; a case without one gets a key of its own.
    """
    case = CaseRow(opened_at=work.now, touched_at=work.now, key_id=key_id, compartment=compartment)
    work.session.add(case)
    work.flush()
    work.hold(case)
    return case


def start_process(
    work: Work,
    case_id: UUID,
    process: str,
    inputs: Variables,
    *,
    message: StartMessage | None = None,
    caller: tuple[UUID, int] | None = None,
    known: Known = NOTHING,
) -> InstanceRow:
    """Start the newest version of `process` in the case, with the facts of the case it reads.

    `known` is how dates among `inputs` came about, where this act did not reckon them. Raises
    `NotFound` when no version is deployed, `CaseworkError` for a process of another compartment
    than the case, and `StepFailed` when it cannot be carried to its first waiting point. What it
    brings about waits for `settle`.
    """
    case = work.lock_case(case_id)
    row = newest_definition(work, process)
    if compartment_of(row) != case.compartment:
        raise CaseworkError(f"Processen »{process}« hører ikke til det rum, sagen ligger i.")
    reads = blueprint_of(work, row).reads
    facts = {k: v for k, v in work.house.facts(work, case_id).items() if k in reads}
    snapshot = work.processes.start(
        as_definition(row), {**facts, **inputs}, world_of(work, row, case_id), message
    )
    instance = InstanceRow(
        case_id=case_id,
        process=process,
        definition_id=row.id,
        state=snapshot.state,
        started_at=work.now,
        caller_id=caller[0] if caller else None,
        caller_key=caller[1] if caller else None,
    )
    work.session.add(instance)
    work.expect_nothing_open(instance)
    remember(work, instance, {**(message.payload if message else {}), **inputs}, known)
    record(work, case_id, "process_started", process=process, instance=str(instance.id))
    carry_on(work, instance, snapshot)
    return instance


def carry_on(work: Work, instance: InstanceRow, snapshot: Snapshot) -> None:
    """Run handlers until the instance waits, save it, and queue what it brought about."""
    snapshot = _run_handlers(work, instance, snapshot)
    save(work, instance, snapshot)
    for call in snapshot.calls:
        work.queue.append(Called(instance, call))
    if snapshot.finished:
        work.queue.append(Ended(instance, snapshot))


def command(work: Work, instance: InstanceRow, run: Command) -> None:
    """Give the instance one command and carry it on from there."""
    carry_on(work, instance, run(instance.state))


def cancel_process(work: Work, instance: InstanceRow, why: str) -> None:
    """Stop an instance and everything it called; its open tasks and timers are cancelled."""
    if instance.closed_at is not None:
        return
    instance.closed_at, instance.outcome = work.now, f"cancelled: {why}"
    cancel_open_rows(work, instance)
    record(work, instance.case_id, "process_cancelled", instance=str(instance.id), why=why)
    for child in called_by(work, instance):
        cancel_process(work, child, why)


def called_by(work: Work, instance: InstanceRow) -> list[InstanceRow]:
    """Return the open instances that this one has called."""
    work.flush()
    return list(work.session.scalars(_CALLED, {"caller_id": instance.id}))


def _run_handlers(work: Work, instance: InstanceRow, snapshot: Snapshot) -> Snapshot:
    work.queue.extend(Thrown(instance, message) for message in snapshot.messages)
    while handlers := [call for call in snapshot.calls if call.kind == "handler"]:
        snapshot = _answer(work, instance, snapshot.state, handlers[0])
        work.queue.extend(Thrown(instance, message) for message in snapshot.messages)
    return snapshot


def _answer(work: Work, instance: InstanceRow, state: bytes, call: PendingCall) -> Snapshot:
    row = work.definition(instance.definition_id)
    definition, world = as_definition(row), world_of(work, row, instance.case_id)
    try:
        outputs = _called(work, instance, call)
    except BpmnError as error:
        return work.processes.fail(definition, state, call.key, error.code, world)
    return work.processes.resume(definition, state, call.key, outputs, world)


def _called(work: Work, instance: InstanceRow, call: PendingCall) -> Variables:
    """Run the handler. What it cannot do is the failure of its element, except what a person can
    mend (answers) and what another try mends (somebody was first).
    """
    try:
        outputs = work.house.handler(call.target)(work, instance, call.inputs)
    except (BpmnError, InvalidAnswers, Conflict, *DATABASE_ERRORS):
        raise
    except CaseworkError as problem:
        raise StepFailed(call.element, str(problem), instance.process) from problem
    except Exception as problem:
        reason = f"Uventet fejl i funktionen »{call.target}« ({type(problem).__name__})."
        raise StepFailed(call.element, reason, instance.process) from problem
    remember(work, instance, outputs)
    return outputs


def start_called(work: Work, called: Called) -> None:
    """Start a called process, unless it runs already or its caller has moved past the call."""
    caller, call = called.caller, called.call
    running = called_by(work, caller)
    if caller.closed_at is None and all(child.caller_key != call.key for child in running):
        whose = (caller.id, call.key)
        start_process(
            work, caller.case_id, call.target, call.inputs, caller=whose, known=caller.reckoned
        )


def hand_back(work: Work, ended: Ended) -> None:
    """Give the result of a finished instance, or its error, to its caller."""
    instance, snapshot = ended.instance, ended.snapshot
    if instance.caller_id is None or instance.caller_key is None:
        return
    caller, key = work.session.get_one(InstanceRow, instance.caller_id), instance.caller_key
    if caller.closed_at is not None:
        return
    row = work.definition(caller.definition_id)
    world, engine = world_of(work, row, caller.case_id), work.processes
    definition = as_definition(row)
    if code := snapshot.error:
        command(work, caller, lambda state: engine.fail(definition, state, key, code, world))
    else:
        result = snapshot.result
        remember(work, caller, result, instance.reckoned)
        command(work, caller, lambda state: engine.resume(definition, state, key, result, world))
