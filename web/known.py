"""What the product offers to a diagram that is checked on disk, without any database."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from engine.domain.feel_functions import functions
from engine.spiff.checks.findings import Known
from engine.spiff.checks.surroundings import known_to
from web.words import ROLE_TITLES
from workflows.municipalities.configuration import read_configuration
from workflows.municipalities.packs import Pack, read_pack
from workflows.offering import (
    CASE_ROLES,
    FACTS,
    PUBLISHED,
    entering_roles,
    signatures,
    staying_functions,
)

Packages = Mapping[str, Mapping[str, str]]
_ANY_DAY = date(2000, 1, 1)  # only the names of the functions count


def known_to_process(process: str, packages: Packages, pack_folder: Path) -> Known:
    """Return all that `process` may rely on when `packages` and the pack in that folder hold."""
    pack = _read(pack_folder)
    configuration = read_configuration(pack.content, number=0)
    chairs = {seat["discipline"] for forum in pack.forums for seat in forum.get("members", ())}
    return known_to(
        process,
        packages,
        roles=CASE_ROLES.union(pack.roles, chairs),
        handlers=signatures(),
        parameters=configuration.parameters.entries,
        functions=functions(configuration.calendar, configuration.parameters, _ANY_DAY),
        facts=FACTS,
        published=PUBLISHED,
        titles=ROLE_TITLES,
        enters=entering_roles(),
        stays=staying_functions(),
    )


@cache
def _read(folder: Path) -> Pack:
    return read_pack(folder.parent.parent, folder.name)
