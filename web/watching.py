"""`tovholder watch`: what stands still is told by name, and becomes an incident."""

import click

from engine.services.rounds import tell_all
from engine.settings import Settings
from web.wiring import build


def watch_all(settings: Settings) -> bool:
    """Look at every open process, print what stands still, and say whether nothing does."""
    casework = build(settings)
    found = 0
    for each in tell_all(casework):
        found += 1
        where = ", ".join(each.lost)
        click.echo(f"Sag {each.case_id}: »{each.process}« står stille ved {where}.")
    click.echo("Intet står stille." if not found else f"{found} står stille. Se dem under Drift.")
    casework.database.dispose()
    return not found
