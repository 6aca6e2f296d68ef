"""What a change of settings does to what is open: how many, never whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.storage.work import Work
from workflows.municipalities.layers import Change
from workflows.municipalities.settings import proposed


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """A change in sentences, each about how many of something it moves."""

    sentences: Sequence[str]


def effects_of(work: Work, change: Change) -> Effects:
    """Return what the change would do. Raises as `proposed`."""
    proposed(work, change)
    return Effects(sentences=[])
