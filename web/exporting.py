"""`tovholder export-person`: everything about a young person, as a page and as a file."""

from pathlib import Path
from uuid import UUID

import click
from flask import render_template

from engine.ports import SYSTEM
from engine.settings import Settings
from engine.storage.work import Casework, Work
from web.app import create_app
from web.cases.export import as_text, export_page
from web.wiring import opened
from workflows.municipalities.directory import actor_called
from workflows.rights.exporting import export_person

BY_COMMAND = "tovholder export-person"  # the path of the look, in the read log


def export_to(settings: Settings, case_id: UUID, username: str, folder: str) -> None:
    """Write both into the folder, as that employee, who must hold the thread.

    Raises `CaseworkError`. The files are named by the number of the case.
    """
    with opened(settings) as casework:
        with casework.work(SYSTEM) as work:
            actor = actor_called(work, username)
        found = casework.act(actor, lambda work: export_person(work, case_id, BY_COMMAND).as_json())
        page = casework.act(actor, lambda work: _page(work, casework, settings, case_id))
    there = Path(folder)
    there.mkdir(parents=True, exist_ok=True)
    for ending, text in (("json", as_text(found)), ("html", page)):
        (there / f"udskrift-{case_id}.{ending}").write_text(text, encoding="utf-8")
    click.echo(f"Udskriften ligger i {there}.")


def _page(work: Work, casework: Casework, settings: Settings, case_id: UUID) -> str:
    app = create_app(casework, settings)
    with app.test_request_context(headers={"Accept-Language": "da"}):
        return render_template(
            "cases/export_file.html", page=export_page(work, case_id, BY_COMMAND)
        )
