"""For migrations: columns that were plain become columns of ciphertext, and are bound."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from engine.storage.chain import TEXT_KEPT, linked
from engine.storage.keys import HOUSE, Keyring
from engine.storage.sealing import Sealed, SealedJson, SealedList, SealedText, digest_of, is_empty
from engine.storage.types import UtcDateTime

_AT_ONCE = 500
_KEYS = sa.table(
    "data_keys",
    sa.column("id", sa.Uuid()),
    sa.column("master", sa.String()),
    sa.column("wrapped", sa.LargeBinary()),
)
_CASES = sa.table(
    "cases",
    sa.column("id", sa.Uuid()),
    sa.column("key_id", sa.Uuid()),
    sa.column("touched_at", UtcDateTime()),
    sa.column("journal_length", sa.Integer()),
    sa.column("journal_head", sa.String()),
)
_JOURNAL = sa.table(
    "journal",
    sa.column("case_id", sa.Uuid()),
    sa.column("seq", sa.Integer()),
    sa.column("at", UtcDateTime()),
    sa.column("act", sa.String()),
    sa.column("data", sa.JSON()),
    sa.column("digest", sa.String()),
)
Owner = Callable[[sa.Connection, Any], UUID | None]  # the case of the row with this id


@dataclass(slots=True)
class Resealing:
    """What one migration seals; `bind` at last writes what it kept to the journals."""

    connection: sa.Connection
    keyring: Keyring
    kept: dict[UUID, list[list[str]]] = field(default_factory=lambda: defaultdict(list))

    def make_keys(self) -> None:
        """Make the key of the house, and one for each case."""
        self._keep_key(self.keyring.make(HOUSE).id)
        for case_id in self.connection.scalars(sa.select(_CASES.c.id)).all():
            made = self._keep_key(self.keyring.make().id)
            of_case = sa.update(_CASES).where(_CASES.c.id == case_id)
            self.connection.execute(of_case.values(key_id=made))

    def seal(
        self, table: str, column: Sealed, plain: sa.types.TypeEngine[Any], owner: Owner
    ) -> None:
        """Make the column one of ciphertext."""
        name = column.label.partition(".")[2]
        nullable = _is_nullable(self.connection, table, name)
        op.add_column(table, sa.Column(f"sealed_{name}", sa.LargeBinary(), nullable=True))
        rows = sa.table(
            table,
            sa.column("id", sa.Uuid()),
            sa.column(name, plain),
            sa.column(f"sealed_{name}", sa.LargeBinary()),
        )
        found = self.connection.execute(sa.select(rows.c.id, rows.c[name])).all()
        done = [(row_id, self._sealed(column, row_id, value, owner)) for row_id, value in found]
        change = sa.update(rows).where(rows.c.id == sa.bindparam("row_id"))
        for batch in _batches([{"row_id": key, f"sealed_{name}": text} for key, text in done]):
            self.connection.execute(change, batch)
        with op.batch_alter_table(table) as changed:
            changed.drop_column(name)
        with op.batch_alter_table(table) as changed:
            changed.alter_column(
                f"sealed_{name}",
                new_column_name=name,
                existing_type=sa.LargeBinary(),
                nullable=nullable,
            )

    def bind(self) -> None:
        """Write one row to the journal of each case whose texts are kept."""
        for case_id, texts in self.kept.items():
            of_case = _CASES.c.id == case_id
            case = self.connection.execute(sa.select(_CASES).where(of_case)).one()
            row: dict[str, Any] = {
                "seq": case.journal_length + 1,
                "at": case.touched_at,
                "act": TEXT_KEPT,
                "data": {"texts": sorted(texts)},
            }
            head = linked(case.journal_head, case_id, actor_id=None, **row)
            self.connection.execute(
                sa.insert(_JOURNAL), [{**row, "case_id": case_id, "digest": head}]
            )
            self.connection.execute(
                sa.update(_CASES)
                .where(of_case)
                .values(journal_length=row["seq"], journal_head=head)
            )

    def _sealed(self, column: Sealed, row_id: UUID, value: Any, owner: Owner) -> bytes | None:
        if value is None:
            return None
        if is_empty(value):
            return b""
        case_id = owner(self.connection, row_id)
        carried = column.seal(self.keyring, self._key_of(case_id), value)
        if column.kept and case_id is not None:
            self.kept[case_id].append([column.label, str(row_id), digest_of(carried.ciphertext)])
        ciphertext: bytes = carried.ciphertext
        return ciphertext

    def _key_of(self, case_id: UUID | None) -> UUID:
        if case_id is None:
            return HOUSE
        query = sa.select(_CASES.c.key_id).where(_CASES.c.id == case_id)
        key_id: UUID | None = self.connection.execute(query).scalar_one()
        return key_id or HOUSE  # of one that is erased nothing is left to seal

    def _keep_key(self, key_id: UUID) -> UUID:
        key = self.keyring.wrapped(key_id)
        row = {"id": key.id, "master": key.master, "wrapped": key.wrapped}
        self.connection.execute(sa.insert(_KEYS), [row])
        return key_id


def by_query(statement: str) -> Owner:
    """Return what finds the case of a row by a query over `:id`."""
    query = sa.text(statement).bindparams(sa.bindparam("id", type_=sa.Uuid()))
    asked = query.columns(sa.column("case_id", sa.Uuid()))

    def owner(connection: sa.Connection, row_id: Any) -> UUID | None:
        found: UUID | None = connection.execute(asked, {"id": row_id}).scalar()
        return found

    return owner


def unseal(
    connection: sa.Connection, keyring: Keyring, column: Sealed, plain: sa.types.TypeEngine[Any]
) -> None:
    """Make the column a plain one again."""
    table, _, name = column.label.partition(".")
    nullable = _is_nullable(connection, table, name)
    op.add_column(table, sa.Column(f"plain_{name}", plain, nullable=True))
    rows = sa.table(
        table,
        sa.column("id", sa.Uuid()),
        sa.column(name, sa.LargeBinary()),
        sa.column(f"plain_{name}", plain),
    )
    empty: Mapping[type[Sealed], Any] = {SealedText: "", SealedJson: {}, SealedList: []}
    for row_id, sealed in connection.execute(sa.select(rows.c.id, rows.c[name])).all():
        if sealed is not None:
            value = (
                column.unpack(keyring.open(sealed, column.label))
                if sealed
                else empty.get(type(column), b"")
            )
            change = sa.update(rows).where(rows.c.id == row_id)
            connection.execute(change.values({f"plain_{name}": value}))
    with op.batch_alter_table(table) as changed:
        changed.drop_column(name)
    with op.batch_alter_table(table) as changed:
        changed.alter_column(
            f"plain_{name}",
            new_column_name=name,
            existing_type=plain,
            nullable=nullable,
        )


def _is_nullable(connection: sa.Connection, table: str, name: str) -> bool:
    """Say whether the column may be NULL as it is now: the new one may be what the old one was."""
    columns = sa.inspect(connection).get_columns(table)
    return next(bool(each["nullable"]) for each in columns if each["name"] == name)


def _batches(rows: list[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    return (rows[at : at + _AT_ONCE] for at in range(0, len(rows), _AT_ONCE))
