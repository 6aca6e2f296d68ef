"""The one version of SpiffWorkflow that our stored states and our run loop were measured with."""

from functools import cache
from importlib.metadata import version

from engine.domain.errors import CaseworkError

# The same as in pyproject.toml. Another one wants every stored state of every release played anew:
# the library's own upgrades lost running subprocesses and timers without a word.
PINNED = "3.2.0"


class WrongLibrary(CaseworkError):
    """The installed SpiffWorkflow is not the one that cases may be run with."""


def check_library(installed: str | None = None) -> None:
    """Raise `WrongLibrary` unless SpiffWorkflow, or `installed` in its place, is `PINNED`."""
    found = _installed() if installed is None else installed
    if found != PINNED:
        raise WrongLibrary(
            f"SpiffWorkflow {found} er installeret, men sagerne kan kun køre på {PINNED}. "
            "Installér igen fra låsefilerne (make install)."
        )


@cache
def _installed() -> str:
    return version("SpiffWorkflow")
