"""Where a person holds a text to be wrong or missing: the page on which it is written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from engine.domain.errors import InvalidAnswers, NotFound
from engine.domain.forms import parse, validate
from engine.storage.models import AnswersRow, TaskRow
from engine.storage.work import Work
from web.auth.carrying import typed_before
from web.cases.beside import in_sight
from web.cases.looking import look_at
from web.cases.reading import case_with_person
from web.cases.views import cases
from web.cases.written import said_by
from web.current import casework, current_actor
from web.errors import Line, WayOn, keep_in_sight
from web.i18n import N_, _, age_in_words
from web.inbox.forms import Shown, Typed, drawn, raw_of, typed_in_words
from web.sentences import translated
from workflows.access.sight import Sight
from workflows.rights.annotating import LONGEST, annotate, check_annotates

FORM = parse(
    {
        "id": "annotation",
        "components": [
            {
                "type": "textarea",
                "key": "text",
                "label": N_("Hvad siger den unge?"),
                "description": N_("Det, der er forkert eller mangler, helst med egne ord."),
                "validate": {"required": True, "maxLength": LONGEST},
            }
        ],
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One thing that was written, and the way to say something of it."""

    title: str
    line: Line
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarksPage:
    """The texts of the case; or one of them, with the form."""

    who: str
    case_href: str
    texts: Sequence[Text]
    chosen: Text | None
    fields: Sequence[Shown]
    here: str


@cases.get("/sager/<uuid:case_id>/bemaerkninger")
def remarks(case_id: UUID) -> ResponseReturnValue:
    """Every text of the case that one reads; or one of them, and the form beside it."""
    return _page(case_id, typed_before())


@cases.post("/sager/<uuid:case_id>/bemaerkninger")
def remark(case_id: UUID) -> ResponseReturnValue:
    """Write down what the person says of the text; the text stays as it is."""
    typed = MultiDict((k, v) for k, v in request.form.items(multi=True) if k != "csrf_token")
    keep_in_sight(
        lambda: typed_in_words(FORM, typed),
        lambda: WayOn(_here(case_id), _("Til bemærkningerne")),
    )
    try:
        casework().act(current_actor(), lambda work: _write(work, case_id, typed))
    except InvalidAnswers as problem:
        return _page(case_id, typed, problem), 422
    flash(_("Bemærkningen står nu ved teksten."), "success")
    return redirect(_here(case_id), code=303)


def _write(work: Work, case_id: UUID, typed: Typed) -> None:
    sight = look_at(work, case_id, "annotation")
    check_annotates(work, sight)
    text = str(validate(FORM, raw_of(typed), _)["text"])
    answers_id, _dot, field = typed.get("tekst", "").partition(".")
    try:
        annotate(work, sight, UUID(answers_id), field, text)
    except ValueError:
        raise NotFound("Teksten findes ikke i sagen.") from None
    except InvalidAnswers as invalid:
        raise InvalidAnswers(
            {key: translated(said) for key, said in invalid.problems.items()}
        ) from None


def _page(case_id: UUID, typed: Typed | None, problem: InvalidAnswers | None = None) -> str:
    problems: Mapping[str, str] = problem.problems if problem else {}
    wanted = (typed.get("tekst") if typed else "") or request.args.get("tekst", "")

    def read(work: Work) -> RemarksPage:
        sight = look_at(work, case_id, "annotation")
        check_annotates(work, sight)
        _row, person = case_with_person(work, case_id)
        texts = _texts(work, sight)
        return RemarksPage(
            who=f"{person.first_name}, {age_in_words(person.birth_date, work.today)}",
            case_href=url_for("cases.case", case_id=case_id),
            texts=list(texts.values()),
            chosen=texts.get(wanted),
            fields=drawn(FORM, typed, problems),
            here=_here(case_id),
        )

    page = casework().act(current_actor(), read)
    shown = {"page": page, "problems": problems, "wanted": wanted}
    return render_template("cases/remarks.html", **shown)


def _here(case_id: UUID) -> str:
    return url_for("cases.remarks", case_id=case_id)


def _texts(work: Work, sight: Sight) -> Mapping[str, Text]:
    query = (
        select(AnswersRow, TaskRow.title)
        .outerjoin(TaskRow, TaskRow.id == AnswersRow.task_id)
        .where(AnswersRow.case_id == sight.case.case_id)
        .order_by(AnswersRow.at.desc(), AnswersRow.id)
    )
    found = work.session.execute(query).all()
    lines = in_sight(work, sight, [row for row, _title in found])
    return {
        f"{row.id}.{key}": Text(
            title=said_by(work, row, title),
            line=line,
            href=url_for("cases.remarks", case_id=row.case_id, tekst=f"{row.id}.{key}"),
        )
        for row, title in found
        for key, line in lines[row.id].items()
    }
