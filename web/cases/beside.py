"""Answers as they are shown: each with what the person holds to be wrong or missing in it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from engine.storage.models import AnswersRow
from engine.storage.work import Work
from web.cases.reading import employees
from web.errors import Line
from web.i18n import _, format_day
from web.inbox.forms import in_words
from workflows.access.sight import Sight
from workflows.rights.annotating import beside, form_of_answers, shown
from workflows.rights.records import AnnotationRow


def in_sight(
    work: Work, sight: Sight, rows: Sequence[AnswersRow]
) -> Mapping[UUID, Mapping[str, Line]]:
    """Return what the actor reads of these answers, by row and field, in the order of the form."""
    remarks = remarks_of(work, rows)
    return {row.id: _lines(work, sight, row, remarks.get(row.id, {})) for row in rows}


def remarks_of(
    work: Work, rows: Sequence[AnswersRow]
) -> Mapping[UUID, Mapping[str, tuple[str, ...]]]:
    """Return in words what stands beside these answers, by row and field."""
    found = beside(work, [row.id for row in rows])
    if not found:
        return {}
    every = [one for fields in found.values() for several in fields.values() for one in several]
    names = {key: row.name for key, row in employees(work, [e.author_id for e in every]).items()}
    return {
        answers_id: {
            key: tuple(_in_words(work, one, names) for one in several)
            for key, several in fields.items()
        }
        for answers_id, fields in found.items()
    }


def _lines(
    work: Work, sight: Sight, row: AnswersRow, remarks: Mapping[str, tuple[str, ...]]
) -> Mapping[str, Line]:
    form, told = form_of_answers(work, row), shown(work, sight, row)
    if form is None:
        return {}
    keys = (field.key for field in form.questions())
    each = ((key, in_words(form, {key: told[key]}, remarks)) for key in keys if key in told)
    return {key: line for key, lines in each for line in lines}


def _in_words(work: Work, one: AnnotationRow, names: Mapping[UUID, str]) -> str:
    day = format_day(work.calendar.local_date(one.at), work.today)
    name = names.get(one.author_id) if one.author_id else None
    by = ", ".join(part for part in (name, day) if part)
    return _("Den unge siger (%(by)s): %(words)s", by=by, words=one.text)
