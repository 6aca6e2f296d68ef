"""Our packages have short names; another distribution with the same ones must not go unseen."""

from collections.abc import Mapping, Sequence
from importlib.metadata import packages_distributions
from pathlib import Path

import engine
import web
import workflows
from engine.domain.errors import CaseworkError

OURS = "tovholder"
PACKAGES = (engine, workflows, web)


def check_one_home() -> None:
    """Raise `CaseworkError` unless our packages lie side by side, each from one place.

    pip lets a later distribution overwrite an earlier one without a word, so the environment is
    to be ours alone.
    """
    homes = {Path(place).parent for package in PACKAGES for place in package.__path__}
    if len(homes) != 1:
        places = ", ".join(sorted(str(home) for home in homes))
        raise CaseworkError(f"Tovholders dele ligger flere steder ({places}). Installér på ny.")


def strangers(installed: Mapping[str, Sequence[str]] | None = None) -> list[str]:
    """Return the other distributions here that bring a package of one of our names."""
    found = packages_distributions() if installed is None else installed
    names = {each for package in PACKAGES for each in found.get(package.__name__, ())}
    return sorted(names - {OURS})
