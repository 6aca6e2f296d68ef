"""Whose key seals a row: that of its case, which is the young person's, else that of the house.

A row says itself whose it is: by `key_id`, by `case_id`, or by a method `owner(session)` that
returns the case. What belongs to no case is sealed with the key of the house.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Table, inspect
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import get_history
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE

from engine.domain.errors import CaseworkError
from engine.storage.chain import Kept, keep_digests
from engine.storage.key_rows import DataKeyRow
from engine.storage.keys import HOUSE
from engine.storage.models import CaseRow
from engine.storage.sealing import Sealed, digest_of, is_empty, sealed_columns

if TYPE_CHECKING:
    from engine.storage.work import Work


def new_key(work: "Work") -> UUID:
    """Return the id of a new key, for a person whose first case this is."""
    made = work.casework.database.keyring.make()
    work.session.add(DataKeyRow(id=made.id, master=made.master, wrapped=made.wrapped))
    return made.id


def key_of_case(work: "Work", case_id: UUID | None) -> UUID:
    """Return the key of the case, made now when it has none. Raises `CaseworkError`."""
    if case_id is None:
        return HOUSE
    case = work.session.get(CaseRow, case_id)
    if case is None or case.erased_at is not None:
        raise CaseworkError("Sagens indhold er slettet, så der kan ikke skrives mere i den.")
    if case.key_id is None:
        case.key_id = new_key(work)
    return case.key_id


def seal_objects(work: "Work") -> None:
    """Seal what is about to be written of the objects of this act, and bind what is kept."""
    kept: dict[UUID, list[Kept]] = defaultdict(list)
    for row in [*work.session.new, *work.session.dirty]:
        table: Table = type(row).__table__
        if columns := sealed_columns(table):
            _seal_object(work, row, table, columns, kept)
    for row in work.session.deleted:
        for name, column in sealed_columns(type(row).__table__).items():
            if column.kept and not is_empty(getattr(row, name)):
                kept[_case_of(work.session, row)].append((column.label, _id_of(row), ""))
    _bind(work, kept)


def seal_rows(
    work: "Work", table: Table, rows: Sequence[Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]]:
    """Return rows that are about to be written, sealed; what is kept is bound."""
    if not (columns := sealed_columns(table)):
        return rows
    kept: dict[UUID, list[Kept]] = defaultdict(list)
    done = [dict(row) for row in rows]
    for row in done:
        for name, column in columns.items():
            if not is_empty(row.get(name)):
                row[name] = _sealed(work, column, row["case_id"], row[name])
                _note(kept, column, row["case_id"], str(row["id"]), row[name])
    _bind(work, kept)
    return done


def _seal_object(
    work: "Work",
    row: Any,
    table: Table,
    columns: Mapping[str, Sealed],
    kept: dict[UUID, list[Kept]],
) -> None:
    for name, column in columns.items():
        if not get_history(row, name, PASSIVE_NO_INITIALIZE).added:
            continue
        if is_empty(value := getattr(row, name)):
            if column.kept and inspect(row).persistent:
                kept[_case_of(work.session, row)].append((column.label, _id_of(row), ""))
            continue
        if (key_id := getattr(row, "key_id", None)) is not None:
            sealed = column.seal(work.casework.database.keyring, key_id, value)
        else:
            case_id = _case_of(work.session, row)
            sealed = _sealed(work, column, case_id, value)
            _note(kept, column, case_id, _id_of(row), sealed)
        setattr(row, name, sealed)


def _sealed(work: "Work", column: Sealed, case_id: UUID | None, value: Any) -> Any:
    return column.seal(work.casework.database.keyring, key_of_case(work, case_id), value)


def _note(
    kept: dict[UUID, list[Kept]], column: Sealed, case_id: UUID | None, row_id: str, sealed: Any
) -> None:
    if column.kept and case_id is not None:
        kept[case_id].append((column.label, row_id, digest_of(sealed.ciphertext)))


def _bind(work: "Work", kept: Mapping[UUID, list[Kept]]) -> None:
    for case_id, texts in kept.items():
        keep_digests(work, case_id, sorted(texts))


def _case_of(session: Session, row: Any) -> Any:
    owner = getattr(row, "owner", None)
    return owner(session) if owner is not None else row.case_id


def _id_of(row: Any) -> str:
    return str(row.id)
