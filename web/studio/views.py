"""The studio: the process owner's list, the page of a process, and the editor."""

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.domain.errors import CaseworkError, InvalidDefinition, NotAllowed
from engine.services.drafts import (
    DESIGNER,
    deploy_draft,
    discard_draft,
    open_draft,
    require_designer,
    save_draft,
)
from engine.storage.work import Work
from web import errors
from web.current import casework, current_actor, has_role
from web.frame import DESIGNERS
from web.i18n import _
from web.security import SAFE_METHODS
from web.studio import presenters
from web.studio.options import editor_options
from web.studio.reading import findings_of, known_here, version

studio = Blueprint("studio", __name__, url_prefix="/processer")

MOST_BYTES = 2 * 1024 * 1024
_XML = "application/xml; charset=utf-8"


@studio.before_request
def only_designers() -> None:
    """Refuse everybody else; who may look but not change is told so when they try."""
    if not has_role(*DESIGNERS):
        raise NotAllowed("Studiet er for procesejere. Har du en idé, så fortæl den til en af dem.")
    if request.method not in SAFE_METHODS:
        require_designer(current_actor())


@studio.errorhandler(CaseworkError)
def refused(error: CaseworkError) -> ResponseReturnValue:
    """Say it as a page, or as a sentence to the editor."""
    if request.accept_mimetypes.best_match(("text/html", "application/json")) == "text/html":
        return errors.casework_error(error)
    status = next((code for kind, code in errors.STATUS if isinstance(error, kind)), errors.BROKEN)
    return jsonify(sentence=_(str(error))), status


@studio.get("")
def index() -> ResponseReturnValue:
    """Every process, what is in force since when, and who works on it."""
    rows = casework().act(current_actor(), presenters.process_list)
    return render_template("studio/index.html", rows=rows)


@studio.get("/<process>")
def process(process: str) -> ResponseReturnValue:
    """One process: where its draft stands, what people do in it, its versions."""
    return _page(process)


@studio.get("/<process>/tegning")
def editor(process: str) -> ResponseReturnValue:
    """The editor."""

    def read(work: Work) -> ResponseReturnValue:
        draft = open_draft(work, process)
        page = presenters.process_page(work, draft, ())
        saved = presenters.saved_in_words(work, draft)
        return render_template("studio/editor.html", page=page, saved=saved)

    return casework().act(current_actor(), read)


@studio.get("/<process>/tegning.json")
def editor_data(process: str) -> ResponseReturnValue:
    """What the editor needs to know."""

    def read(work: Work) -> Response:
        known = known_here(work, process)
        return jsonify(editor_options(work, open_draft(work, process), known))

    return casework().act(current_actor(), read)


@studio.post("/<process>/kladde")
def save(process: str) -> ResponseReturnValue:
    """Keep what the editor sends as the draft."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict) or not isinstance(sent.get("xml"), str):
        raise InvalidDefinition("Der kom ingen tegning med. Prøv at gemme igen.")
    seen = sent.get("version")
    version_seen = seen if isinstance(seen, int) else -1

    def keep(work: Work) -> Response:
        draft = save_draft(work, process, sent["xml"], version_seen)
        saved = presenters.saved_in_words(work, draft)
        return jsonify(version=draft.version, saved=saved, sentence=_("Kladden er gemt."))

    return casework().act(current_actor(), keep)


@studio.post("/<process>/kontrol")
def check(process: str) -> ResponseReturnValue:
    """Return all that the check finds in the draft that is kept."""
    require_designer(current_actor())

    def find(work: Work) -> Response:
        found = findings_of(open_draft(work, process), known_here(work, process))
        shown = [presenters.as_json(each) for each in found]
        return jsonify(findings=shown, verdict=presenters.verdict(found))

    return casework().act(current_actor(), find)


@studio.post("/<process>/drift")
def deploy(process: str) -> ResponseReturnValue:
    """Put the draft into force."""
    note = request.form.get("note", "").strip()[:500]

    def put(work: Work) -> str:
        known = known_here(work, process)
        row = deploy_draft(work, process, request.form.get("version", -1, int), known, note)
        return _(
            "Udgave %(number)d er i drift. Nye sager følger den; sager, der er i gang, følger "
            "den, de begyndte med.",
            number=row.number,
        )

    flash(casework().act(current_actor(), put), "success")
    return redirect(url_for("studio.process", process=process), code=303)


@studio.post("/<process>/kladde/slet")
def discard(process: str) -> ResponseReturnValue:
    """Throw the draft away."""
    seen = request.form.get("version", -1, int)

    def throw_away(work: Work) -> str:
        in_force = open_draft(work, process).based_on is not None
        discard_draft(work, process, seen)
        return url_for("studio.process", process=process) if in_force else url_for("studio.index")

    way_on = casework().act(current_actor(), throw_away)
    flash(_("Kladden er slettet. Det, der er i drift, er som før."), "success")
    return redirect(way_on, code=303)


@studio.post("/<process>/fil")
def upload(process: str) -> ResponseReturnValue:
    """Take a BPMN file as the draft; one that cannot be read leaves everything as it was."""
    seen = request.form.get("version", -1, int)
    try:
        xml = _sent_file()
        casework().act(current_actor(), lambda work: save_draft(work, process, xml, seen))
    except InvalidDefinition as problem:
        kept = _("Det, der var her før, er her endnu.")
        return _page(process, f"{_(str(problem))} {kept}"), 422
    flash(_("Filen er gemt som kladde."), "success")
    return redirect(url_for("studio.process", process=process), code=303)


@studio.get("/<process>/kladde.bpmn")
def draft_file(process: str) -> ResponseReturnValue:
    """The draft as a file, or what is in force when there is none."""
    draft = casework().act(current_actor(), lambda work: open_draft(work, process))
    return _file(draft.xml, f"{process}.bpmn")


@studio.get("/<process>/udgave-<int:number>.bpmn")
def version_file(process: str, number: int) -> ResponseReturnValue:
    """One version as a file."""

    def read(work: Work) -> str:
        return str(version(work, process, number).files[f"{process}.bpmn"])

    return _file(casework().act(current_actor(), read), f"{process}-{number}.bpmn")


def _page(process: str, problem: str = "") -> str:
    def read(work: Work) -> str:
        draft = open_draft(work, process)
        found = findings_of(draft, known_here(work, process)) if draft.version else ()
        page = presenters.process_page(work, draft, found)
        may_change = DESIGNER in work.actor.roles
        return render_template(
            "studio/process.html", page=page, problem=problem, may_change=may_change
        )

    return casework().act(current_actor(), read)


def _sent_file() -> str:
    sent = request.files.get("file")
    data = sent.read(MOST_BYTES + 1) if sent else b""
    if sent:
        sent.close()
    if not data:
        raise InvalidDefinition("Der kom ingen fil med. Vælg en fil, og prøv igen.")
    if len(data) > MOST_BYTES:
        raise InvalidDefinition("Filen fylder mere end 2 MB.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidDefinition(
            "Filen er ikke tekst i UTF-8. Gem diagrammet som BPMN 2.0, og prøv igen."
        ) from error


def _file(xml: str, name: str) -> Response:
    disposition = f'attachment; filename="{name}"'
    return Response(xml, content_type=_XML, headers={"Content-Disposition": disposition})
