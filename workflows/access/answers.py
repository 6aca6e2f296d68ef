"""The one door through which answers are read: what a reader may not see does not come out."""

from collections.abc import Collection, Mapping
from typing import Any

from engine.domain.form_fields import Form
from engine.storage.models import AnswersRow
from engine.storage.work import Work
from workflows.access.sight import Sight


def readable(work: Work, sight: Sight, form: Form, row: AnswersRow) -> Mapping[str, Any]:
    """Return of the answers what the actor may read: each by the class of its field.

    Who wrote them reads all of them. A key that the form does not ask for does not come out.
    """
    if work.actor.id is not None and row.author_id == work.actor.id:
        return row.data
    return within(form, row.data, sight.classes)


def within(form: Form, data: Mapping[str, Any], classes: Collection[str]) -> Mapping[str, Any]:
    """Return the answers to the fields of these classes."""
    return {
        field.key: data[field.key]
        for field in form.questions()
        if field.key in data and field.data_class.value in classes
    }
