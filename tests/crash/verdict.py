"""What came of the kills, in numbers and in words."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

MOST_TOLD = 6
Place = tuple[str, int]  # a path, and before which of its boundaries the process dies


@dataclass(slots=True)
class Verdict:
    """What came of the kills.

    `lost`, `doubled`, `changed` and `stuck` count kills after which a table had fewer rows than
    that of an undisturbed run, more, or others; and after which something waits for ever, a
    journal's chain is broken or a page answered otherwise than it may. A mail counts by its
    Message-ID; `sent_again` counts those that the mail server accepted a second time under the
    same one. `places` counts the kills at each boundary, `boundaries` how many each path has.
    """

    kills: int = 0
    lost: int = 0
    doubled: int = 0
    changed: int = 0
    stuck: int = 0
    sent_again: int = 0
    missed: int = 0  # walks that came to their end before they could be killed
    places: Counter[Place] = field(default_factory=Counter)
    boundaries: dict[str, int] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Say whether nothing was lost, doubled, changed or stuck."""
        return not (self.lost or self.doubled or self.changed or self.stuck)

    @property
    def convicts(self) -> bool:
        """Say whether something was lost or doubled."""
        return bool(self.lost or self.doubled)

    @property
    def fewest(self) -> int:
        """How often the boundary was tried that was tried least."""
        everywhere = (
            (path, at) for path, number in self.boundaries.items() for at in range(number)
        )
        return min((self.places[each] for each in everywhere), default=0)

    def tell(self, what: str) -> None:
        """Keep the first few cases that went wrong, for a reader."""
        self.told = [*self.told, what][:MOST_TOLD]

    def in_words(self) -> str:
        """Return the verdict in a line."""
        return (
            f"{self.kills} kills at {len(self.places)} of {sum(self.boundaries.values())} "
            f"boundaries: {self.lost} lost, {self.doubled} doubled, {self.changed} changed, "
            f"{self.stuck} stuck, {self.sent_again} mails sent again"
        )

    def as_json(self) -> dict[str, Any]:
        """Return the figures, ready to be kept."""
        names = ("kills", "lost", "doubled", "changed", "stuck", "sent_again", "missed", "told")
        return {
            **{name: getattr(self, name) for name in names},
            "boundaries": dict(self.boundaries),
            "boundaries_reached": len(self.places),
            "fewest_kills_at_one": self.fewest,
        }
