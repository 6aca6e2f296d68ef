"""What a form is made of: fields, the answers they offer, and when they are in sight."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

Scalar = str | bool | Decimal | None


class FieldType(StrEnum):
    """The kinds of fields a form may have, by the names of form-js."""

    TEXT = "text"  # words to read; no answer
    TEXTFIELD = "textfield"
    TEXTAREA = "textarea"
    NUMBER = "number"
    CHECKBOX = "checkbox"
    CHECKLIST = "checklist"
    RADIO = "radio"
    SELECT = "select"
    DATE = "date"
    GROUP = "group"  # a heading with fields under it; no answer of its own


class DataClass(StrEnum):
    """How well an answer is to be kept, from organisational (K0) to the best guarded (K6)."""

    K0 = "K0"
    K1 = "K1"
    K2 = "K2"
    K3 = "K3"
    K4 = "K4"
    K5 = "K5"
    K6 = "K6"


CHOSEN = {FieldType.CHECKLIST, FieldType.RADIO, FieldType.SELECT}
SILENT = {FieldType.TEXT, FieldType.GROUP}


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Condition:
    """True when the answer to the earlier `field` equals `value`, or does not (`op` "!=")."""

    field: str
    op: str
    value: Scalar

    def holds(self, answers: Mapping[str, object]) -> bool:
        """Say whether it is true of `answers`; a field without an answer is null."""
        return _same(answers.get(self.field), self.value) is (self.op == "=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field as the form draws it. `fields` are those of a group, `options` those of a choice.

    `hide` is when the field (and all of a group) is out of sight. `text` is what a text says.
    """

    type: FieldType
    key: str = ""
    label: str = ""
    description: str = ""
    text: str = ""
    options: tuple[Option, ...] = ()
    required: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    decimals: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    hide: Condition | None = None
    data_class: DataClass = DataClass.K2
    fields: tuple["Field", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form: its fields in the order of the page."""

    id: str
    fields: tuple[Field, ...]

    def questions(self) -> tuple[Field, ...]:
        """Return the fields that take an answer, in the order of the page."""
        return tuple(field for field in self.everything() if field.type not in SILENT)

    def everything(self) -> Iterator[Field]:
        """Yield every field, a group before the fields under it."""
        return _flat(self.fields)

    def question(self, key: str) -> Field | None:
        """Return the field that answers under `key`, or None."""
        return next((field for field in self.questions() if field.key == key), None)


def _flat(fields: Sequence[Field]) -> Iterator[Field]:
    for field in fields:
        yield field
        yield from _flat(field.fields)


def _same(answer: object, value: Scalar) -> bool:
    if isinstance(answer, bool) or isinstance(value, bool):
        return answer is value
    if isinstance(answer, int | float):
        return Decimal(str(answer)) == value
    return answer == value
