"""Rectification (GDPR 16): what the person holds to be wrong or missing stands beside the text.

Nothing is overwritten. It is read by whoever reads the text, and is erased with it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import InvalidAnswers, InvalidDefinition, NotAllowed, NotFound
from engine.domain.form_fields import Form
from engine.services.definitions import form_of
from engine.services.journal import record
from engine.storage.models import AnswersRow
from engine.storage.work import Work
from workflows.access.answers import readable
from workflows.access.sight import Sight
from workflows.consent.rights import answers_for
from workflows.rights.records import AnnotationRow

LONGEST = 4000
Beside = Mapping[str, Sequence[AnnotationRow]]  # by the key of the field


def check_annotates(work: Work, sight: Sight) -> None:
    """Raise `NotAllowed` unless the actor answers for the case; open or closed, in any room."""
    if not answers_for(work, sight.case):
        raise NotAllowed(
            "Det gør den, der holder tråden, tovholderen, den ansvarlige for planen eller lederen."
        )


def annotate(work: Work, sight: Sight, answers_id: UUID, field: str, text: str) -> AnnotationRow:
    """Write down what the person says of an answer that the actor reads.

    Raises `NotAllowed`, `NotFound` for an answer that is not shown, and `InvalidAnswers`.
    """
    check_annotates(work, sight)
    row = work.session.get(AnswersRow, answers_id)
    if row is None or row.case_id != sight.case.case_id or field not in shown(work, sight, row):
        raise NotFound("Teksten findes ikke i sagen.")
    if not (said := text.strip()) or len(said) > LONGEST:
        raise InvalidAnswers({"text": "Skriv, hvad den unge siger, med højst 4.000 tegn."})
    work.lock_case(row.case_id)
    found = AnnotationRow(
        case_id=row.case_id,
        answers_id=row.id,
        field=field,
        author_id=work.actor.id,
        at=work.now,
        text=said,
    )
    work.session.add(found)
    work.flush()
    record(work, row.case_id, "annotated", annotation=str(found.id), answers=str(row.id))
    return found


def shown(work: Work, sight: Sight, row: AnswersRow) -> Mapping[str, object]:
    """Return the answers of the row that the actor reads and that say something."""
    form = form_of_answers(work, row)
    told = readable(work, sight, form, row) if form else {}
    return {key: value for key, value in told.items() if value not in (None, "", [])}


def form_of_answers(work: Work, row: AnswersRow) -> Form | None:
    """Return the form in which it was written, None when it has none any more."""
    if row.definition_id is None:
        return None
    try:
        return form_of(work.definition(row.definition_id), row.form)
    except InvalidDefinition:
        return None


def beside(work: Work, answers: Collection[UUID]) -> Mapping[UUID, Beside]:
    """Return what stands beside these answers, oldest first."""
    query = select(AnnotationRow).where(AnnotationRow.answers_id.in_(list(answers)))
    found: dict[UUID, dict[str, list[AnnotationRow]]] = defaultdict(lambda: defaultdict(list))
    for row in work.session.scalars(query.order_by(AnnotationRow.at, AnnotationRow.id)):
        found[row.answers_id][row.field].append(row)
    return found
