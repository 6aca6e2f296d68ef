"""Playing scenario files from the command line, each in a database of its own."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from engine.settings import Settings
from web.deploying import BPMN
from web.wiring import build, migrate
from workflows.scenarios.format import read_scenario
from workflows.scenarios.player import Player


def play(file: str) -> bool:
    """Play one file and print how it went; say whether every line held."""
    with TemporaryDirectory() as folder:
        settings = Settings.from_env({}, home=folder)
        migrate(build(settings))
        player = Player(
            scenario=read_scenario(Path(file)),
            build=lambda clock: build(settings, clock),
            bpmn=BPMN,
        )
        report = player.play()
    for line in report.told():
        click.echo(line)
    return report.holds
