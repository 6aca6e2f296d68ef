"""A form of a process as the page draws it: the fields of the macros, with what was typed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from engine.domain.errors import InvalidAnswers
from engine.domain.forms import CHECKED, Condition, Field, FieldType, Form, validate
from web.errors import Line
from web.i18n import _

Shown = Mapping[str, Any]
Typed = MultiDict[str, str]

_PARTS = ("day", "month", "year")
_LONG = 300  # characters: a longer text gets a taller box


def raw_of(typed: Typed) -> dict[str, object]:
    """Return what was posted as the engine takes it: one text, or a list of them."""
    return {key: values if len(values) > 1 else values[0] for key, values in typed.lists()}


def problems_of(form: Form, typed: Typed) -> Mapping[str, str]:
    """Return what must be mended, by key, in the language of the request."""
    try:
        validate(form, raw_of(typed), _)
    except InvalidAnswers as invalid:
        return invalid.problems
    return {}


def drawn(
    form: Form, typed: Typed | None = None, problems: Mapping[str, str] | None = None
) -> list[Shown]:
    """Return the fields of `form`, filled with what was `typed`, each with its problem.

    The words of a form are those of its owner; what has a translation is translated.
    """
    return [
        _field(each, typed or MultiDict(), problems or {}, _labels(form)) for each in form.fields
    ]


def conditions(form: Form) -> list[Mapping[str, object]]:
    """Return when fields are out of sight, for the script that hides them at once."""
    return [
        {
            "key": field.key,
            "of": field.hide.field,
            "op": field.hide.op,
            "value": _plain(field.hide.value),
        }
        for field in form.questions()
        if field.hide is not None
    ]


def in_words(
    form: Form, answers: Mapping[str, object], remarks: Mapping[str, tuple[str, ...]] | None = None
) -> list[Line]:
    """Return kept answers as question and answer, in the order of the form; blanks left out.

    `remarks` stand beside the answers to the fields of these keys.
    """
    said = remarks or {}
    found = ((field, _words(field, answers.get(field.key))) for field in form.questions())
    return [
        Line(_(field.label), words, remarks=said.get(field.key, ()))
        for field, words in found
        if words
    ]


def typed_in_words(form: Form, typed: Typed) -> list[Line]:
    """Return what was typed, right or wrong, as question and answer."""
    found = ((field, _typed_words(field, typed)) for field in form.questions())
    return [Line(_(field.label), words) for field, words in found if words]


def _labels(form: Form) -> Mapping[str, Field]:
    return {field.key: field for field in form.questions()}


def _field(
    field: Field, typed: Typed, problems: Mapping[str, str], others: Mapping[str, Field]
) -> Shown:
    shown: dict[str, Any] = {
        "key": field.key,
        "type": field.type.value,
        "label": _(field.text if field.type is FieldType.TEXT else field.label),
        "help": _help(field, others),
        "required": field.required,
        "options": [{"value": each.value, "label": _(each.label)} for each in field.options],
        "error": problems.get(field.key, ""),
    }
    if field.type is FieldType.GROUP:
        shown["fields"] = [_field(each, typed, problems, others) for each in field.fields]
    else:
        shown["value"] = _value(field, typed)
        shown["rows"] = 8 if len(str(shown["value"])) > _LONG else 4
    return shown


def _value(field: Field, typed: Typed) -> Any:
    match field.type:
        case FieldType.DATE:
            return {part: typed.get(f"{field.key}-{part}", "") for part in _PARTS}
        case FieldType.CHECKLIST:
            return typed.getlist(field.key)
        case FieldType.CHECKBOX:
            return typed.get(field.key, "").lower() in CHECKED
        case _:
            return typed.get(field.key, "")


def _help(field: Field, others: Mapping[str, Field]) -> str:
    """Return the help, with when the field counts: without a script it is always in sight."""
    return " ".join(part for part in (_(field.description), _only_when(field, others)) if part)


def _only_when(field: Field, others: Mapping[str, Field]) -> str:
    if field.hide is None or field.hide.field not in others:
        return ""
    other = others[field.hide.field]
    said = _condition_value(field.hide, other)
    if field.hide.op == "!=":
        return _("Udfyldes, når »%(question)s« er »%(answer)s«.", question=other.label, answer=said)
    return _(
        "Udfyldes ikke, når »%(question)s« er »%(answer)s«.", question=other.label, answer=said
    )


def _condition_value(hide: Condition, other: Field) -> str:
    if isinstance(hide.value, bool):
        return _("ja") if hide.value else _("nej")
    if hide.value is None:
        return _("tomt")
    labels = {option.value: option.label for option in other.options}
    return labels.get(str(hide.value), str(hide.value))


def _plain(value: object) -> object:
    return value if isinstance(value, str | bool | None) else str(value)


def _words(field: Field, answer: object) -> str:
    labels = {option.value: option.label for option in field.options}
    match answer:
        case None | "" | []:
            return ""
        case bool():
            return _("Ja") if answer else _("Nej")
        case list():
            return ", ".join(labels.get(str(each), str(each)) for each in answer)
        case str() if field.type is FieldType.DATE:
            day = date.fromisoformat(answer)
            return f"{day.day}.{day.month}.{day.year}"
        case float():
            return str(answer).replace(".", ",")
    return labels.get(str(answer), str(answer))


def _typed_words(field: Field, typed: Typed) -> str:
    value = _value(field, typed)
    if field.type is FieldType.DATE:
        return ".".join(part for part in value.values() if part)
    if field.type is FieldType.CHECKBOX:
        return _words(field, True) if value else ""
    return _words(field, value)


def all_fields(shown: Sequence[Shown]) -> Iterator[Shown]:
    """Yield every field drawn, a group before the fields under it."""
    for one in shown:
        yield one
        yield from all_fields(one.get("fields", ()))
