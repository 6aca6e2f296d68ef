"""Moving running cases to another version: looked at, chosen, signed for, done, and taken back."""

from collections.abc import Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.services import moving
from engine.services.clocks import REASONS, Signature
from engine.services.drafts import require_designer
from engine.services.moving import Choice
from engine.storage.work import Work
from web.current import casework, current_actor
from web.i18n import _
from web.studio.move_presenters import (
    PAGE,
    MovePage,
    Typed,
    box_of,
    move_lines,
    move_page,
    outcome_lines,
)
from web.studio.reading import version, versions
from web.studio.views import studio


@studio.get("/<process>/flyt")
def move(process: str) -> ResponseReturnValue:
    """Which running cases can move, and what that means for each of their clocks."""
    return _show(process)


@studio.post("/<process>/flyt")
def move_chosen(process: str) -> ResponseReturnValue:
    """Move what was chosen, each case in an act of its own, and tell what came of it."""
    require_designer(current_actor())
    typed = _typed()
    if typed.errors:
        return _show(process, typed), 422
    to = casework().act(
        current_actor(), lambda work: version(work, process, request.form.get("til", 0, int)).id
    )
    outcomes = moving.move(casework(), current_actor(), _choices(typed), to)
    moved = sum(not each.problem for each in outcomes)

    def read(work: Work) -> str:
        return render_template(
            "studio/moved.html",
            process=process,
            title=versions(work, process)[0].title,
            moved=moved,
            stayed=len(outcomes) - moved,
            lines=outcome_lines(work, process, outcomes),
        )

    return casework().act(current_actor(), read)


@studio.get("/<process>/flytninger")
def moves(process: str) -> ResponseReturnValue:
    """The moves that were made, and which of them can be taken back."""
    require_designer(current_actor())

    def read(work: Work) -> str:
        title = versions(work, process)[0].title
        lines = move_lines(work, process)
        return render_template("studio/moves.html", process=process, title=title, lines=lines)

    return casework().act(current_actor(), read)


@studio.post("/<process>/flytninger/<uuid:instance_id>/fortryd")
def undo(process: str, instance_id: UUID) -> ResponseReturnValue:
    """Take a move back."""
    casework().act(current_actor(), lambda work: moving.undo_move(work, instance_id))
    flash(_("Flytningen er fortrudt. Sagen står i sin tidligere udgave, og alle ure er som før."))
    return redirect(url_for("studio.moves", process=process), code=303)


def _show(process: str, typed: Typed | None = None) -> str:
    asked = request.form if typed else request.args

    def read(work: Work) -> MovePage:
        numbers = asked.get("fra", 0, int), asked.get("til", 0, int)
        return move_page(work, process, *numbers, asked.get("efter"), typed)

    return render_template("studio/move.html", page=casework().act(current_actor(), read))


def _typed() -> Typed:
    chosen = frozenset(request.form.getlist("sag")[:PAGE])
    signed = frozenset(request.form.getlist("skift"))
    reasons = {
        name.removeprefix("grund-"): value
        for name, value in request.form.items()
        if name.startswith("grund-") and value
    }
    return Typed(
        chosen=chosen, signed=signed, reasons=reasons, errors=_errors(chosen, signed, reasons)
    )


def _errors(
    chosen: frozenset[str], signed: frozenset[str], reasons: dict[str, str]
) -> dict[str, str]:
    found = {} if chosen else {"sager": _("Vælg mindst én sag, der skal flyttes.")}
    for box in sorted(signed):
        if reasons.get(box) not in REASONS:
            found[box] = _("Vælg en grund til, at fristen skifter.")
    for box in sorted(reasons.keys() - signed):
        found[box] = _("Sæt kryds, hvis fristen skal skifte, eller fjern grunden.")
    return found


def _choices(typed: Typed) -> Sequence[Choice]:
    """Return the chosen cases, each with the signatures that are for its clocks."""
    return [
        Choice(
            instance_id=UUID(each),
            seen=request.form.get(f"set-{each}", "-"),
            signed=tuple(
                Signature(key=box.removeprefix(box_of(each, "")), reason=typed.reasons[box])
                for box in sorted(typed.signed)
                if box.startswith(box_of(each, ""))
            ),
        )
        for each in sorted(typed.chosen)
        if _is_uuid(each)
    ]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
