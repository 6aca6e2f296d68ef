"""The board »Fylder 18 inden for et år«."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.storage.work import Work
from web.board import presenters
from web.board.reading import turning_18
from web.cases.looking import look_at
from web.current import casework, current_actor
from web.i18n import _
from workflows.access.services import log_read
from workflows.handover.owners import find_owner

board = Blueprint("board", __name__, url_prefix="/fylder-18")


@board.get("")
def index() -> ResponseReturnValue:
    """Everybody whom one may see, soonest first; of one unit when it is chosen."""
    unit_id = _unit()

    def read(work: Work) -> presenters.Board:
        work.reads_for("board")
        found = turning_18(work)
        log_read(work, [each.case for each in found], request.full_path)
        return presenters.board(work, found, unit_id)

    return render_template("board/index.html", page=casework().act(current_actor(), read))


@board.post("/<uuid:case_id>/overgang")
def find(case_id: UUID) -> ResponseReturnValue:
    """Let the one who holds the thread have the handover that nobody has."""

    def act(work: Work) -> None:
        look_at(work, case_id, "handover")
        find_owner(work, case_id)

    casework().act(current_actor(), act)
    flash(_("Overgangen ligger nu hos den, der holder tråden."), "success")
    return redirect(url_for("board.index"), code=303)


def _unit() -> UUID | None:
    try:
        return UUID(request.args.get("enhed", ""))
    except ValueError:
        return None
