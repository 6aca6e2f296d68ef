"""Import help on its pages: a drawing of another tool, what was done to it, and what is left."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.domain.errors import CaseworkError, InvalidDefinition, NotFound
from engine.services.drafts import (
    DESIGNER,
    Draft,
    check_is_bpmn,
    open_draft,
    require_designer,
    save_draft,
)
from engine.services.new_processes import begin_draft, check_is_free
from engine.spiff.adapting.adapted import Adapted
from engine.spiff.adapting.safely import adapt_safely
from engine.spiff.checks.findings import Known, Severity
from engine.storage.work import Work
from engine.xml import MAX_BYTES
from web.cases.drawing import Drawing, draw
from web.current import casework, current_actor, has_role
from web.i18n import _, language, ngettext
from web.studio.presenters import title_of
from web.studio.reading import known_here
from web.studio.views import studio
from web.words import role_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One sentence of a list, with the elements it is about."""

    severity: str
    word: str
    where: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptedPage:
    """What became of one file: the lists, the picture, and what can be kept."""

    process: str
    title: str
    is_new: bool
    version: int
    is_refused: bool
    lead: str
    changed: Sequence[Line]
    missing: Sequence[Line]
    drawing: Drawing | None
    xml: str
    original: str
    others: Mapping[str, str]


@studio.context_processor
def rights() -> dict[str, bool]:
    """Let the pages of the studio know whether the person may change processes."""
    return {"may_change": has_role(DESIGNER)}


@studio.post("/ny")
def adapt_new() -> ResponseReturnValue:
    """Begin a process that nobody has had before with a drawing of another tool."""
    process = request.form.get("process", "").strip()
    try:
        casework().act(current_actor(), lambda work: check_is_free(work, process))
    except CaseworkError as problem:
        flash(_(str(problem)), "error")
        return redirect(url_for("studio.index", process=process, _anchor="ny"), code=303)
    return adapt_drawing(process)


@studio.post("/<process>/tilpas")
def adapt_drawing(process: str) -> ResponseReturnValue:
    """Show what becomes of a drawing of another tool; nothing is kept yet."""
    require_designer(current_actor())
    try:
        data = _sent()
    except InvalidDefinition as problem:
        flash(_(str(problem)), "error")
        return redirect(_home(process), code=303)
    draft, known = casework().act(current_actor(), lambda work: _asked(work, process))
    roles = {role: role_name(role) for role in sorted(known.roles)}
    wanted = request.form.get("wanted", "")
    files = draft.files if draft else {}
    outcome = adapt_safely(data, process, files, known, roles, wanted)
    page = _page(outcome, draft, data)
    return render_template("studio/adapted.html", page=page), 422 if outcome.is_refused else 200


@studio.post("/<process>/tilpas/gem")
def keep_adapted(process: str) -> ResponseReturnValue:
    """Keep the copy as the draft and open it in the editor."""
    xml = request.form.get("xml", "")
    seen = request.form.get("version", -1, int)

    def keep(work: Work) -> None:
        if request.form.get("new"):
            begin_draft(work, process, xml)
        else:
            save_draft(work, process, xml, seen)

    casework().act(current_actor(), keep)
    flash(
        _("Tegningen er gemt som kladde. Tryk på »Kontrollér« for at se det, der mangler."),
        "success",
    )
    return redirect(url_for("studio.editor", process=process), code=303)


def _asked(work: Work, process: str) -> tuple[Draft | None, Known]:
    try:
        draft = open_draft(work, process)
    except NotFound:
        draft = None
        check_is_free(work, process)
    return draft, known_here(work, process)


def _sent() -> bytes:
    """Return the file that was sent, or the one that an earlier page still held."""
    sent = request.files.get("file")
    data = sent.read(MAX_BYTES + 1) if sent else b""
    if sent:
        sent.close()
    try:
        data = data or base64.b64decode(request.form.get("original", ""), validate=True)
    except binascii.Error:
        data = b""
    if not data:
        raise InvalidDefinition("Der kom ingen fil med. Vælg en fil, og prøv igen.")
    if len(data) > MAX_BYTES:
        raise InvalidDefinition("Filen fylder mere end 2 MB.")
    return data


def _home(process: str) -> str:
    try:
        casework().act(current_actor(), lambda work: open_draft(work, process))
    except NotFound:
        return url_for("studio.index", process=process, _anchor="ny")
    return url_for("studio.process", process=process)


def _page(outcome: Adapted, draft: Draft | None, data: bytes) -> AdaptedPage:
    text = outcome.xml or _as_it_is(data)
    english = language() == "en"
    changed = [
        (
            "changed",
            "",
            each.element_name or each.element or _("Filen"),
            each.english if english else each.danish,
        )
        for each in outcome.changes
    ]
    missing = [
        (
            "decide",
            _("Afgør"),
            each.element_name or each.element or _("Filen"),
            each.left_english if english else each.left_danish,
        )
        for each in outcome.decisions
    ]
    missing += [
        (
            each.severity.value,
            _("Fejl") if each.severity is Severity.ERROR else _("Advarsel"),
            each.element_name or each.element or _("Filen"),
            each.english if english else each.danish,
        )
        for each in outcome.findings
    ]
    return AdaptedPage(
        process=outcome.process,
        title=title_of(draft) if draft else outcome.process,
        is_new=draft is None,
        version=draft.version if draft else 0,
        is_refused=outcome.is_refused,
        lead=_lead(outcome),
        changed=_gathered(changed),
        missing=_gathered(missing),
        drawing=_drawn(text),
        xml=text,
        original=base64.b64encode(data).decode() if outcome.others else "",
        others=outcome.others,
    )


def _gathered(rows: Sequence[tuple[str, str, str, str]]) -> Sequence[Line]:
    """Return each sentence once, with the elements it is about in the order of the file."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for severity, word, where, text in rows:
        names = found.setdefault((severity, word, text), [])
        if where and where not in names:
            names.append(where)
    return [
        Line(severity=severity, word=word, text=text, where=", ".join(names))
        for (severity, word, text), names in found.items()
    ]


def _lead(outcome: Adapted) -> str:
    if outcome.is_refused:
        return _(
            "Vi har ikke ændret noget, for det ville være gætværk. Ret det, der står her, i det "
            "program, tegningen kommer fra, og prøv igen. Din fil er, som den var."
        )
    changes = ngettext(
        "%(num)d ændring er lavet", "%(num)d ændringer er lavet", len(outcome.changes)
    )
    left = len(outcome.decisions) + len(outcome.findings)
    missing = ngettext("%(num)d ting mangler", "%(num)d ting mangler", left)
    return _(
        "%(changes)s i en kopi af din tegning, og %(missing)s, før den kan lægges i drift. Din "
        "egen fil er, som den var.",
        changes=changes,
        missing=missing,
    )


def _as_it_is(data: bytes) -> str:
    """Return the file that was sent as text if it can stand as a draft, else an empty text."""
    try:
        text = data.decode("utf-8-sig")
        check_is_bpmn(text)
    except (UnicodeDecodeError, InvalidDefinition):
        return ""
    return text


def _drawn(xml: str) -> Drawing | None:
    drawing = draw(xml.encode()) if xml else None
    return drawing if drawing and drawing.shapes else None
