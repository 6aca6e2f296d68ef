"""What stands until somebody changes the settings or deploys: asked once a session.

Most sessions are one act, which then sees one state of it from beginning to end. A session that
goes on after its act (`storage.sole`) is the only one that writes.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy.orm import Session

T = TypeVar("T")
_KNOWN = "standing"  # of a session's info


def standing(session: Session, key: Hashable, ask: Callable[[], T]) -> T:
    """Return what `ask` gives, as it was when this session first asked for `key`."""
    known: dict[Hashable, T] = session.info.setdefault(_KNOWN, {})
    if key not in known:
        known[key] = ask()
    return known[key]


def stands_no_more(session: Session, *_: Any) -> None:
    """Let the session ask anew: it is changing what stands, or takes its change back."""
    session.info.pop(_KNOWN, None)
