"""Everything about one person, for the person (GDPR 15): in a form of its own, with its number.

Made by the one who holds the thread, within what they may read themselves; what is left out, and
by which rule, stands in it, the same rules every time, so that nothing is told by their absence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, select

from engine.domain.errors import InvalidDefinition, NotAllowed
from engine.domain.form_fields import Field
from engine.ports import Json
from engine.services.definitions import form_of
from engine.storage.base import Base
from engine.storage.chain import TEXT_KEPT
from engine.storage.models import AnswersRow
from engine.storage.work import Work
from workflows.access.answers import readable
from workflows.access.looks import looks_at
from workflows.access.services import log_read, read_case
from workflows.access.sight import Sight, what_may
from workflows.cases.records import YouthCaseRow
from workflows.forums.records import MeetingRow
from workflows.municipalities.records import EmployeeRow, ForumRow, UnitRow
from workflows.people.parties import letter_box
from workflows.people.records import YoungPersonRow
from workflows.rights.annotating import Beside, beside
from workflows.rights.contents import TableContents, contents

PURPOSE = "export"  # what the look is for
_OFFICES = ("office:primary_responsible", "office:coordinator")
_COMPARTMENT = "compartment"
_MAPPED = {each.local_table.description: each for each in Base.registry.mappers}
Row = dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What is known of one person: rows by table, each by the names of its columns.

    Moments are ISO 8601 in UTC, days ISO dates; an employee, unit, forum or meeting is its name.
    """

    made_at: datetime
    made_by: str
    person: YoungPersonRow
    sight: Sight
    tables: Mapping[str, Sequence[Row]]

    def as_json(self) -> dict[str, Json]:
        """Return it whole, with what each table and column is and what is left out."""
        told = contents()
        left: dict[str, Json] = {
            rule: {"why": why, "columns": _by_rule(rule)} for rule, why in told.rules.items()
        }
        described: dict[str, Json] = {
            each.name: {"title": each.title, "columns": dict(each.columns)}
            for each in told.tables.values()
        }
        return {
            "schema": told.schema,
            "version": told.version,
            "made_at": self.made_at.isoformat(),
            "made_by": self.made_by,
            "tables": {name: list(rows) for name, rows in self.tables.items()},
            "described": described,
            "left_out": left,
        }


def export_person(work: Work, case_id: UUID, path: str = "") -> Export:
    """Return everything about the young person of the case, and write the look down.

    Raises `NotFound`, and `NotAllowed` for anybody but the one who holds the thread or is
    coordinator.
    """
    sight = read_case(work, case_id, PURPOSE, path)
    if not may_export(sight):
        raise NotAllowed("Kun den, der holder tråden, kan lave en udskrift af det hele.")
    person = work.session.get_one(YoungPersonRow, sight.case.young_person_id)
    sights = [sight, *_others(work, sight.case)]
    log_read(work, [each.case for each in sights], path)
    return Export(
        made_at=work.now,
        made_by=work.actor.name,
        person=person,
        sight=sight,
        tables=_Reading(work, person, sights).tables(),
    )


def may_export(sight: Sight) -> bool:
    """Say whether the one who sees the case so may make an export of its person."""
    return any(why.behind in _OFFICES for why in sight.because)


def _others(work: Work, case: YouthCaseRow) -> list[Sight]:
    """Return the other cases of the person that the actor holds as well."""
    query = select(YouthCaseRow.case_id).where(
        YouthCaseRow.young_person_id == case.young_person_id,
        YouthCaseRow.case_id != case.case_id,
    )
    found = (what_may(work, work.actor, each) for each in work.session.scalars(query).all())
    return [sight for sight in found if sight is not None and may_export(sight)]


def _by_rule(rule: str) -> list[Json]:
    return [
        f"{table.name}.{column}"
        for table in contents().tables.values()
        for column, by in table.left_out.items()
        if by == rule
    ]


class _Reading:
    """Reads table by table: what belongs to the cases and the person, under readable names."""

    def __init__(self, work: Work, person: YoungPersonRow, sights: Sequence[Sight]) -> None:
        self.work, self.person = work, person
        self.sights = {sight.case.case_id: sight for sight in sights}
        self.entered = {each for sight in sights for each in sight.compartments}
        self.ids: dict[str, list[UUID]] = {}
        self.beside: Mapping[UUID, Beside] = {}
        self.remarks: list[Row] = []  # of the answers, which are read before them
        self.names = _names(work)
        self.called = {str(key): name for key, name in self.names.items()}

    def tables(self) -> Mapping[str, Sequence[Row]]:
        wanted = contents().tables
        found = {
            table.name: self._rows(table, wanted[table.name])
            for table in Base.metadata.sorted_tables
            if table.name in wanted
        }
        return {name: found[name] for name in wanted}

    def _rows(self, table: Table, told: TableContents) -> Sequence[Row]:
        if table.name == "answers":
            return self._answers()
        if table.name == "annotations":
            return self._annotations()
        if table.name == "read_log":
            return self._looks()
        mapped = _MAPPED[table.name]
        columns = [each.class_attribute for each in mapped.column_attrs]
        found = self.work.session.execute(select(*columns).where(self._ours(table))).mappings()
        rows = [dict(row) for row in found if self._is_open(dict(row))]
        if "id" in table.c:
            self.ids[table.name] = [row["id"] for row in rows]
        return [self._row(told, row) for row in rows]

    def _ours(self, table: Table) -> ColumnElement[bool]:
        """Return which rows are the person's: by the case, the person, or a row above them."""
        if table.name == "young_people":
            return table.c["id"] == self.person.id
        if "young_person_id" in table.c and "case_id" not in table.c:
            return table.c["young_person_id"] == self.person.id
        own = "id" if table.name == "cases" else "case_id"
        if own in table.c:
            return table.c[own].in_(list(self.sights))
        above = next(key for key in table.foreign_keys if key.column.table.name in self.ids)
        return above.parent.in_(self.ids[above.column.table.name])

    def _is_open(self, row: Mapping[str, Any]) -> bool:
        """Say whether a row stands in no closed part, or in one that the reader works in."""
        if row.get("act") == TEXT_KEPT:
            return False  # digests of texts, for the chain alone
        closed = row.get(_COMPARTMENT)
        return closed is None or closed in self.entered

    def _row(self, told: TableContents, row: Mapping[str, Any]) -> Row:
        said = {name: self._plain(row[name]) for name in told.columns}
        if told.name == "outbox" and not self._is_for_us(row):
            said |= {"recipient": "", "body": "", "calendar": ""}
        return said

    def _is_for_us(self, row: Mapping[str, Any]) -> bool:
        """Say whether a message went to the person or to an employee, not to somebody else."""
        ours = {self.person.email, letter_box(self.person).email}
        return row["recipient_id"] is not None or row["recipient"] in ours

    def _answers(self) -> list[Row]:
        query = select(AnswersRow).where(AnswersRow.case_id.in_(list(self.sights)))
        rows = self.work.session.scalars(query.order_by(AnswersRow.at, AnswersRow.id)).all()
        self.beside = beside(self.work, [row.id for row in rows])
        return [
            {
                "form": row.form,
                "author_id": self._plain(row.author_id),
                "at": self._plain(row.at),
                "data": self._said(row),
            }
            for row in rows
        ]

    def _said(self, row: AnswersRow) -> list[Json]:
        """Return each answer that the reader may read, with its question, and in words."""
        if row.definition_id is None:
            return []
        try:
            form = form_of(self.work.definition(row.definition_id), row.form)
        except InvalidDefinition:
            return []
        answers = readable(self.work, self.sights[row.case_id], form, row)
        return [
            {
                "key": field.key,
                "question": field.label,
                "answer": answers[field.key],
                "in_words": _in_words(field, answers[field.key]),
                **({"you_say": said} if (said := self._remarks(row.id, field)) else {}),
            }
            for field in form.questions()
            if answers.get(field.key) not in (None, "", [])
        ]

    def _remarks(self, answers_id: UUID, field: Field) -> list[Json]:
        """Return what the person says of an answer that the reader may read."""
        found: list[Row] = [
            {
                "field": field.label,
                "author_id": self._plain(row.author_id),
                "at": self._plain(row.at),
                "text": str(row.text),
            }
            for row in self.beside.get(answers_id, {}).get(field.key, ())
        ]
        self.remarks += found
        return list(found)

    def _annotations(self) -> list[Row]:
        return self.remarks

    def _looks(self) -> list[Row]:
        self.work.flush()  # this look is one of them
        until = self.work.now + timedelta(seconds=1)
        cases = [sight.case for sight in self.sights.values()]
        first = min(case.opened_at for case in cases)
        seen = {
            (look.at, look.name, look.purpose, _kind_of(look.behind))
            for case in cases
            for look in looks_at(self.work, case, first, until)
        }
        return [
            {"at": at.isoformat(), "actor_id": name, "purpose": purpose, "behind": behind}
            for at, name, purpose, behind in sorted(seen)
        ]

    def _plain(self, value: Any) -> Json:
        if isinstance(value, UUID):
            return self.names.get(value, str(value))
        if isinstance(value, datetime | date):
            return value.isoformat()
        if isinstance(value, list):
            return [self._named(each) for each in value]
        return value

    def _named(self, value: Json) -> Json:
        """Return an entry of a list, an employee by name."""
        return self.called.get(str(value), value)


def _kind_of(behind: str) -> str:
    """Return what a look rested on, without a number: a list's task may be of another's case."""
    kind, _colon, which = behind.partition(":")
    return kind if len(which) == len(str(UUID(int=0))) else behind


def _in_words(field: Field, answer: Json) -> str:
    if isinstance(answer, bool):
        return "Ja" if answer else "Nej"
    labels = {option.value: option.label for option in field.options}
    several = answer if isinstance(answer, list) else [answer]
    return ", ".join(labels.get(str(each), str(each)) for each in several)


def _names(work: Work) -> Mapping[UUID, str]:
    """Return what employees, units, forums and meetings are called."""
    found: dict[UUID, str] = {}
    for row in (EmployeeRow, UnitRow, ForumRow):
        found |= dict(_pairs(work.session.execute(select(row.id, row.name))))
    meetings = select(MeetingRow.id, ForumRow.name, MeetingRow.held_on).join(
        ForumRow, ForumRow.id == MeetingRow.forum_id
    )
    found |= {
        key: f"{name}, {day.isoformat()}" for key, name, day in work.session.execute(meetings)
    }
    return found


def _pairs(rows: Iterable[Any]) -> Iterable[tuple[UUID, str]]:
    return ((key, name) for key, name in rows)
