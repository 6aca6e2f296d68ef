"""Asking for a rehearsal, and what the one who plays it writes down. One at a time in a house."""

from collections.abc import Mapping
from datetime import UTC, date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from engine.domain.errors import Already, InvalidAnswers, NotFound
from engine.services.drafts import require_designer
from engine.storage.work import Work
from workflows.rehearsal.behaviours import Behaviour
from workflows.rehearsal.choosing import draft_of, version_of
from workflows.rehearsal.records import RehearsalRow, State
from workflows.rehearsal.running import Candidate

KEPT = 20  # of each process
SILENT_AFTER = timedelta(minutes=1)
DRAFT = "draft"
MOST_SEED = 2**31 - 1
LONGEST = timedelta(days=366 * 3)
_STOPPED = "Prøven blev afbrudt, fordi den arbejder, der spillede den, blev stoppet."


def ask(
    work: Work, process: str, *, tried: str, until: date | None, behaviour: str, seed: int | None
) -> RehearsalRow:
    """Keep the wish to try the draft, a version by number, or what is in force (»«).

    It runs to the end of the local day `until`. Raises `NotAllowed`, `NotFound` for a draft or
    version that is not there, `InvalidAnswers`, and `Conflict` while another waits or plays.
    """
    require_designer(work.actor)
    _check(work, until, behaviour, seed)
    assert until is not None  # noqa: S101  # checked above
    assert seed is not None  # noqa: S101
    if open_rehearsal(work) is not None:
        raise Already(
            "Der prøves allerede på de åbne sager. Vent, til den prøve er færdig, eller afbryd den."
        )
    candidate = _candidate(work, process, tried)
    _forget_old(work, process)
    row = RehearsalRow(
        process=process,
        tried=tried,
        files=dict(candidate.files) if candidate and candidate.files else None,
        definition_id=candidate.version if candidate else None,
        until=work.calendar.end_of_day(until).astimezone(UTC),
        behaviour=behaviour,
        seed=seed,
        asked_at=work.now,
        asked_by=work.actor.name,
        asked_by_id=work.actor.id,
    )
    work.session.add(row)
    work.flush()
    return row


def cancel(work: Work, rehearsal_id: UUID) -> None:
    """End a rehearsal that waits or plays; one that has ended stays as it is.

    Raises `NotAllowed`, and `NotFound`.
    """
    require_designer(work.actor)
    row = found(work, rehearsal_id)
    if State(row.state).is_open:
        _end(work, row, State.CANCELLED)


def found(work: Work, rehearsal_id: UUID) -> RehearsalRow:
    """Return the rehearsal. Raises `NotFound`."""
    row = work.session.get(RehearsalRow, rehearsal_id)
    if row is None:
        raise NotFound("Prøven findes ikke. Den kan være afløst af nyere.")
    return row


def rehearsals_of(work: Work, process: str) -> list[RehearsalRow]:
    """Return the rehearsals of a process, newest first."""
    query = select(RehearsalRow).where(RehearsalRow.process == process)
    return list(work.session.scalars(query.order_by(RehearsalRow.asked_at.desc())))


def open_rehearsal(work: Work) -> RehearsalRow | None:
    """Return the one that waits or plays in this house, if there is one."""
    return work.session.scalar(select(RehearsalRow).where(RehearsalRow.turn == 1))


def candidate_of(row: RehearsalRow) -> Candidate | None:
    """Return what is put into force in the copy, or None for what is in force already."""
    if not row.tried:
        return None
    return Candidate(
        process=row.process, files=row.files, version=row.definition_id, name=row.tried
    )


# -- What the one who plays it writes down ----------------------------------------------------


def take_next(work: Work) -> RehearsalRow | None:
    """Begin the rehearsal that waits, if one does, and return it.

    One whose player has not been heard of for a minute is noted as interrupted instead.
    """
    query = select(RehearsalRow).where(RehearsalRow.turn == 1).with_for_update(skip_locked=True)
    row = work.session.scalar(query)
    if row is None:
        return None
    if row.state == State.ASKED:
        row.state = State.PLAYING.value
        row.began_at = row.beat_at = work.now
        return row
    if row.beat_at is None or work.now - row.beat_at > SILENT_AFTER:
        _end(work, row, State.INTERRUPTED, _STOPPED)
    return None


def beat(work: Work, rehearsal_id: UUID, share: float) -> bool:
    """Note how far it has come, from 0 to 1; say whether it shall go on."""
    row = _playing(work, rehearsal_id)
    if row is not None:
        row.beat_at, row.thousandths = work.now, round(share * 1000)
    return row is not None


def finish(work: Work, rehearsal_id: UUID, report: Mapping[str, Any]) -> None:
    """Keep the report, unless the rehearsal was ended meanwhile."""
    if row := _playing(work, rehearsal_id):
        row.report, row.thousandths = dict(report), 1000
        _end(work, row, State.DONE)


def fail(work: Work, rehearsal_id: UUID, problem: str) -> None:
    """Keep why it could not be played to its end, unless it was ended meanwhile."""
    if row := _playing(work, rehearsal_id):
        _end(work, row, State.FAILED, problem)


def interrupt(work: Work, rehearsal_id: UUID) -> None:
    """Note that the one who plays it is being stopped."""
    if row := _playing(work, rehearsal_id):
        _end(work, row, State.INTERRUPTED, _STOPPED)


def _playing(work: Work, rehearsal_id: UUID) -> RehearsalRow | None:
    row = work.session.get(RehearsalRow, rehearsal_id, with_for_update=True)
    return row if row is not None and row.state == State.PLAYING else None


def _end(work: Work, row: RehearsalRow, state: State, problem: str = "") -> None:
    row.state, row.problem = state.value, problem
    row.turn, row.files, row.ended_at = None, None, work.now


def _candidate(work: Work, process: str, tried: str) -> Candidate | None:
    if not tried:
        return None
    return draft_of(work, process) if tried == DRAFT else version_of(work, f"{process}:{tried}")


def _check(work: Work, until: date | None, behaviour: str, seed: int | None) -> None:
    problems = {}
    if until is None or not work.today < until <= work.today + LONGEST:
        problems["until"] = "Vælg en dag efter i dag og højst tre år frem."
    if behaviour not in set(Behaviour):
        problems["behaviour"] = "Vælg, hvordan mennesker opfører sig i prøven."
    if seed is None or not 0 <= seed <= MOST_SEED:
        problems["seed"] = "Skriv tilfældighedens nummer som et helt tal fra 0."
    if problems:
        raise InvalidAnswers(problems)


def _forget_old(work: Work, process: str) -> None:
    old = [row.id for row in rehearsals_of(work, process)[KEPT - 1 :]]
    work.session.execute(delete(RehearsalRow).where(RehearsalRow.id.in_(old)))
