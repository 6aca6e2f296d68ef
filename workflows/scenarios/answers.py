"""Plausible answers to any form: what a person writes who has nothing special to say."""

from collections.abc import Mapping
from datetime import date

from engine.domain.form_fields import Field, FieldType, Form
from engine.domain.forms import Raw, visible
from engine.ports import Json
from engine.services.definitions import form_of, newest_definition
from engine.storage.work import Work
from workflows.cases.services import REFERRAL

NOTHING_SPECIAL = "Aftalt med den unge."


def fill(form: Form, given: Mapping[str, Json], today: date) -> Raw:
    """Return a form as a page would send it: `given` where it says something, else plausible.

    A choice takes its first option, a date today, a number its least value.
    """
    raw: dict[str, Json] = {}
    for field in form.questions():
        if field in visible(form, {**given, **raw}):
            value = given.get(field.key)
            raw[field.key] = _as_sent(value) if value is not None else _plausible(field, today)
    return raw


def fill_start_form(work: Work, given: Mapping[str, Json]) -> Raw:
    """Return the form that starts a referral, filled in the same way."""
    definition = newest_definition(work, REFERRAL)
    return fill(form_of(definition, REFERRAL), given, work.today)


def _as_sent(value: Json) -> Json:
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, list):
        return [str(each) for each in value]
    return str(value)


def _plausible(field: Field, today: date) -> Json:
    match field.type:
        case FieldType.CHECKLIST:
            return [field.options[0].value] if field.required else []
        case FieldType.CHECKBOX:
            return "true" if field.required else ""
        case FieldType.RADIO | FieldType.SELECT:
            return field.options[0].value
        case FieldType.NUMBER:
            return str(field.minimum or 1)
        case FieldType.DATE:
            return today.isoformat()
        case _:
            return NOTHING_SPECIAL if field.required else ""
