"""What the sign-in page shows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil

from engine.storage.database import Database
from web.auth.reading import DemoLogin, demo_logins
from web.i18n import ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage:
    """The sign-in page. `carried` is what was typed before, packed for the one who typed it."""

    next: str
    username: str = ""
    problem: str = ""
    expired: bool = False
    carried: str = ""

    def with_problem(self, sentence: str) -> "SignInPage":
        """Return the page with a sentence about what is wrong."""
        return replace(self, problem=sentence)

    def demo(self, database: Database) -> Sequence[DemoLogin]:
        """Return the sign-ins of a demonstration; none anywhere else."""
        return demo_logins(database)


def wait_in_words(left: timedelta) -> str:
    """Return the sentence for one who has tried too often."""
    minutes = max(1, ceil(left.total_seconds() / 60))
    return ngettext(
        "Der er prøvet for mange gange. Vent %(num)d minut, og prøv igen.",
        "Der er prøvet for mange gange. Vent %(num)d minutter, og prøv igen.",
        minutes,
    )
