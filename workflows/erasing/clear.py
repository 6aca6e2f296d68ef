"""What stands in the clear of a person, column by column: why, and what an erasure leaves there.

Everything else that is written of a person is sealed with their key. A text column of a person's
table that is neither sealed nor named here fails a test.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import MetaData, String, cast, column, literal

_STAYS = object()
_NUMBERED = literal("erased:") + cast(column("id"), String)  # it is unique
_ROOTS = ("cases", "young_people")
_BY_ID = ("read_log",)  # names persons by ids in a list, which no foreign key can tell

_ID = "an id of the house"
_CODE = "a code of the house, of a diagram or of a decision table"
_DIGEST = "a digest, from which nothing is read"
_REGISTER = "the public name of a unit or employee"
_BY_NAME = "lists are searched and ordered by it"
_FOUND = "asked for by its value"
_TOLD = "a sentence of a diagram, which says nothing of a person"
_STEPS = "how a date came about: days, periods and names of parameters"


@dataclass(frozen=True, slots=True)
class Clear:
    """One column in the clear: why, and what is written over it when the person is erased."""

    why: str
    after: Any = _STAYS

    @property
    def is_erased(self) -> bool:
        """Say whether an erasure writes over it."""
        return self.after is not _STAYS


def _same(why: str, *columns: str) -> dict[str, Clear]:
    return {each: Clear(why) for each in columns}


_CLOSED = _same("the name of a closed compartment, which keeps its rows in it", "compartment")

IN_THE_CLEAR: Mapping[str, Mapping[str, Clear]] = {
    "young_people": {
        **_CLOSED,
        "first_name": Clear(_BY_NAME, "Slettet"),
        "last_name": Clear(_BY_NAME, ""),
        "cpr_mark": Clear(_FOUND, None),
        "school_code": Clear(_CODE, None),
        **_same(_CODE, "schooling", "language"),
    },
    "guardians": _same(_CODE, "custody"),
    "cases": {"calendar": Clear(_CODE, None), **_same(_DIGEST, "journal_head"), **_CLOSED},
    "youth_cases": {**_same(_CODE, "state", "pack", "outcome"), **_CLOSED},
    "instances": {
        **_CLOSED,
        **_same(_CODE, "process", "reached"),
        **_same(_DIGEST, "definition_id"),
        "reckoned": Clear(_STEPS, {}),
        "outcome": Clear(_CODE, None),
    },
    "tasks": {
        **_CLOSED,
        **_same(_CODE, "element", "form", "role", "ladder", "counted_by", "status"),
        **_same(_DIGEST, "definition_id"),
        "outside_party": Clear(_ID, None),
        "why_now": Clear(_TOLD, ""),
        "deadline": Clear(_STEPS, {}),
    },
    "timers": {
        **_CLOSED,
        **_same(_CODE, "kind", "element", "rung", "start_key", "counted_by", "outcome"),
        "payload": Clear(_CODE, {}),
    },
    "waits": {
        **_CLOSED,
        **_same(_CODE, "name", "element", "owner_role"),
        "correlation": Clear(_FOUND, None),
    },
    "messages": {**_CLOSED, **_same(_CODE, "name", "source"), "correlation": Clear(_FOUND, None)},
    "moves": {
        **_CLOSED,
        **_same(_DIGEST, "from_id", "to_id", "digest_after"),
        "signed": Clear(_STEPS, []),
    },
    "deadline_days": {
        **_CLOSED,
        **_same(_CODE, "kind", "period", "reason", "source"),
        **_same(_REGISTER, "by_name"),
    },
    "answers": {**_CLOSED, **_same(_DIGEST, "definition_id"), **_same(_CODE, "form")},
    "annotations": {**_CLOSED, **_same(_CODE, "field")},
    "journal": {**_CLOSED, **_same(_CODE, "act", "data"), **_same(_DIGEST, "digest")},
    "outbox": {
        **_CLOSED,
        **_same(_CODE, "kind", "leaves", "channel"),
        "receipt": Clear(_ID, ""),
        "key": Clear(_ID, _NUMBERED),
        "subject": Clear(_TOLD, ""),
    },
    "incidents": {**_same(_CODE, "process", "element"), **_CLOSED},
    "consents": {
        **_same(_CODE, "purpose", "kind", "giver", "types", "compartment", "status"),
        **_same(_CODE, "withdrawn_channel"),
        **_same(_ID, "signatories", "replaces", "withdrawn_party"),
        **_same(_DIGEST, "text_version"),
        "also": Clear(_TOLD, ""),
        "stopped": Clear(_ID, {}),
    },
    "consent_answers": {**_same(_ID, "party"), **_same(_CODE, "answer", "channel")},
    "legal_basis_uses": _same(_CODE, "basis", "types"),
    "access_grants": _same(_CODE, "classes", "types", "compartment", "source", "revoked_why"),
    "read_log": {
        **_CLOSED,
        **_same(_ID, "case_ids", "person_ids", "behind", "path"),
        "purpose": Clear(_CODE),
    },
    "agenda_items": _same(_CODE, "reason", "result", "status", "disciplines"),
    "seatings": _same(_ID, "people"),
    "plans": _same(_CODE, "overarching", "sector_plans", "status"),
    "plan_versions": _same(_CODE, "status"),
    "follow_ups": _same(_CODE, "adjustment", "interval"),
    "handovers": _same(_CODE, "receiver_role", "status", "outcome"),
}


def after_erasure(table: str) -> Mapping[str, Any]:
    """Return what is written over the columns in the clear of a table."""
    columns = IN_THE_CLEAR.get(table, {})
    return {name: each.after for name, each in columns.items() if each.is_erased}


def tables_of_persons(metadata: MetaData) -> Sequence[str]:
    """Return the tables whose rows belong to a young person, in an order that keys allow."""
    found: list[str] = []
    for table in metadata.sorted_tables:
        above = {key.column.table.name for key in table.foreign_keys}
        if table.name in (*_ROOTS, *_BY_ID) or not above.isdisjoint(found):
            found.append(table.name)
    return found


def columns_of(tables: Iterable[str]) -> set[str]:
    """Return the columns that stand in the clear of these tables, each with its table."""
    return {f"{table}.{name}" for table in tables for name in IN_THE_CLEAR.get(table, {})}
