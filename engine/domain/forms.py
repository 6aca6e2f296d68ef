"""Checking what a person typed against a form, and the values that come out of it.

`parse` reads a form; `validate` makes answers of what came back. Every sentence goes through
`translate` by its Danish text, so that the page can be in another language.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from engine.domain.errors import InvalidAnswers
from engine.domain.form_fields import Condition, DataClass, Field, FieldType, Form, Option
from engine.domain.form_schema import parse

__all__ = [
    "Condition",
    "DataClass",
    "Field",
    "FieldType",
    "Form",
    "Option",
    "parse",
    "validate",
    "visible",
]

Json = Any
Raw = Mapping[str, object]  # what a page sends (texts, lists of them), or plain JSON values
Translate = Callable[[str], str]

CHECKED = {"on", "true", "1", "ja"}
EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
MOST_DIGITS = 15  # more would not come back the same from a JSON number

_THOUSANDS = re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?", re.ASCII)
# control signs and halves of surrogate pairs; in a text of several lines, but for \n and \t
_REFUSED = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_REFUSED_IN_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_DECIMAL = re.compile(r"-?\d+([.,]\d+)?", re.ASCII)
_DANISH_DAY = re.compile(r"(\d{1,2})[.\-/] ?(\d{1,2})[.\-/] ?(\d{4})", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)


class _Refused(Exception):
    """An answer cannot stand; the text is the translated sentence."""


def validate(form: Form, raw: Raw, translate: Translate = str) -> dict[str, Json]:
    """Return the answers of `raw` by key: JSON values, dates as ISO text, blanks as None.

    What is hidden has no answer, whatever was sent; what the form does not ask is passed over. A
    checkbox is True or False, a checklist a list, a number an int or a float. A date may be
    typed "3.9.2026", "03-09-2026" or ISO, or in three boxes `<key>-day`, `-month` and `-year`. A
    number or a date of Python, True and False are taken as they are where the field wants them.
    Raises `InvalidAnswers` with one sentence for each field that must be mended.
    """
    answers: dict[str, Json] = {}
    problems: dict[str, str] = {}
    for field in _seen(form.fields, answers):
        try:
            answers[field.key] = _answer(field, raw, translate)
        except _Refused as refused:
            problems[field.key] = str(refused)
    if problems:
        raise InvalidAnswers(problems)
    return answers


def visible(form: Form, answers: Mapping[str, Json]) -> tuple[Field, ...]:
    """Return the questions that are in sight when `answers` are given."""
    return tuple(_seen(form.fields, answers))


def _seen(fields: Sequence[Field], answers: Mapping[str, Json]) -> Iterator[Field]:
    """Yield the questions in sight. Conditions look back, so `answers` may grow on the way."""
    for field in fields:
        if field.hide and field.hide.holds(answers):
            continue
        if field.type is FieldType.GROUP:
            yield from _seen(field.fields, answers)
        elif field.type is not FieldType.TEXT:
            yield field


@dataclass(frozen=True, slots=True)
class _Ask:
    """A field that is being answered, with the language of its sentences."""

    field: Field
    translate: Translate

    def refuse(self, sentence: str, **values: object) -> _Refused:
        return _Refused(sentence.format(label=self.field.label, **values))


def _answer(field: Field, raw: Raw, translate: Translate) -> Json:
    ask = _Ask(field, translate)
    match field.type:
        case FieldType.CHECKLIST:
            return _several(ask, raw)
        case FieldType.CHECKBOX:
            return _checked(ask, raw)
        case FieldType.DATE:
            typed = _boxes(ask, raw) or _single(ask, raw.get(field.key))
        case _:
            typed = _single(ask, raw.get(field.key))
    typed = _clean(ask, typed)
    if not typed:
        return _blank(ask)
    return _READERS[field.type](ask, typed)


def _blank(ask: _Ask) -> None:
    if ask.field.required:
        raise ask.refuse(ask.translate("»{label}« skal udfyldes."))


def _single(ask: _Ask, value: object) -> str:
    match value:
        case None | []:
            return ""
        case str():
            return value
        case [only]:
            return _single(ask, only)
        case bool() if ask.field.type is FieldType.CHECKBOX:
            return str(value)
        case int() | float() | Decimal() if _wants_number(ask, value):
            return str(value).replace(".", ",")
        case date() if ask.field.type is FieldType.DATE:
            return value.isoformat()
        case [*_]:
            raise ask.refuse(ask.translate("»{label}« kan kun have ét svar."))
    raise ask.refuse(ask.translate("»{label}« har et svar af en forkert slags."))


def _wants_number(ask: _Ask, value: object) -> bool:
    return ask.field.type is FieldType.NUMBER and not isinstance(value, bool)


def _clean(ask: _Ask, typed: str) -> str:
    """Return the text trimmed, in one normal form and with plain line ends."""
    text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n")).strip()
    refused = _REFUSED_IN_LINES if ask.field.type is FieldType.TEXTAREA else _REFUSED
    if refused.search(text):
        raise ask.refuse(ask.translate("»{label}« indeholder tegn, der ikke kan bruges."))
    return text


def _text(ask: _Ask, typed: str) -> str:
    field = ask.field
    if field.max_length is not None and len(typed) > field.max_length:
        sentence = ask.translate("»{label}« må højst have {limit} tegn; der er {length}.")
        raise ask.refuse(sentence, limit=field.max_length, length=len(typed))
    if field.min_length is not None and len(typed) < field.min_length:
        sentence = ask.translate("»{label}« skal have mindst {limit} tegn; der er {length}.")
        raise ask.refuse(sentence, limit=field.min_length, length=len(typed))
    if field.pattern and not re.search(field.pattern, typed):
        raise ask.refuse(ask.translate("»{label}« er ikke skrevet på den rigtige måde."))
    return typed


def _number(ask: _Ask, typed: str) -> int | float:
    number = _read_number(typed.replace(" ", "").replace("\u00a0", "").replace("−", "-"))
    if number is None:
        raise ask.refuse(ask.translate("»{label}« skal være et tal, fx 12 eller 12,5."))
    _check_number(ask, number)
    return int(number) if number % 1 == 0 else float(number)


def _read_number(typed: str) -> Decimal | None:
    if _THOUSANDS.fullmatch(typed):
        typed = typed.replace(".", "")
    if not _DECIMAL.fullmatch(typed) or sum(sign.isdigit() for sign in typed) > MOST_DIGITS:
        return None
    return Decimal(typed.replace(",", "."))


def _check_number(ask: _Ask, number: Decimal) -> None:
    field = ask.field
    if field.decimals is not None and number != round(number, field.decimals):
        sentence = (
            ask.translate("»{label}« må højst have {limit} decimaler.")
            if field.decimals
            else ask.translate("»{label}« skal være et helt tal.")
        )
        raise ask.refuse(sentence, limit=field.decimals)
    if field.minimum is not None and number < field.minimum:
        raise ask.refuse(
            ask.translate("»{label}« skal være mindst {limit}."), limit=_danish(field.minimum)
        )
    if field.maximum is not None and number > field.maximum:
        raise ask.refuse(
            ask.translate("»{label}« må højst være {limit}."), limit=_danish(field.maximum)
        )


def _danish(number: Decimal) -> str:
    return f"{number:f}".replace(".", ",")


def _checked(ask: _Ask, raw: Raw) -> bool:
    checked = _single(ask, raw.get(ask.field.key)).strip().lower() in CHECKED
    if ask.field.required and not checked:
        raise ask.refuse(ask.translate("»{label}« skal være krydset af."))
    return checked


def _several(ask: _Ask, raw: Raw) -> list[str]:
    sent = raw.get(ask.field.key) or []
    chosen = [value for value in (sent if isinstance(sent, list) else [sent]) if value != ""]
    known = [option.value for option in ask.field.options]
    if any(value not in known for value in chosen):
        raise ask.refuse(ask.translate("»{label}« skal vælges på listen."))
    if ask.field.required and not chosen:
        raise ask.refuse(ask.translate("Vælg mindst ét svar under »{label}«."))
    return [value for value in known if value in chosen]


def _choice(ask: _Ask, typed: str) -> str:
    if typed not in {option.value for option in ask.field.options}:
        raise ask.refuse(ask.translate("»{label}« skal vælges på listen."))
    return typed


def _boxes(ask: _Ask, raw: Raw) -> str:
    """Return what stands in the three boxes as one text; nothing when all are empty."""
    names = (f"{ask.field.key}-{part}" for part in ("day", "month", "year"))
    parts = [_single(ask, raw.get(name)).strip() for name in names]
    return ".".join(parts) if any(parts) else ""


def _day(ask: _Ask, typed: str) -> str:
    match = _ISO_DAY.fullmatch(typed) or _DANISH_DAY.fullmatch(typed)
    if match is None:
        raise ask.refuse(ask.translate("»{label}« skal være en dato som 3.9.2026."))
    parts = [int(part) for part in match.groups()]
    year, month, day = parts if match.re is _ISO_DAY else reversed(parts)
    try:
        found = date(year, month, day)
    except ValueError:
        raise ask.refuse(ask.translate("Datoen i »{label}« findes ikke.")) from None
    if not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        raise ask.refuse(ask.translate("Årstallet i »{label}« kan ikke være rigtigt."))
    return found.isoformat()


_READERS: Mapping[FieldType, Callable[[_Ask, str], Json]] = {
    FieldType.TEXTFIELD: _text,
    FieldType.TEXTAREA: _text,
    FieldType.NUMBER: _number,
    FieldType.RADIO: _choice,
    FieldType.SELECT: _choice,
    FieldType.DATE: _day,
}
