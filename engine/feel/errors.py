"""What can go wrong in an expression: when it is read, and when it is worked out."""

from engine.domain.errors import CaseworkError


class FeelSyntaxError(CaseworkError):
    """An expression cannot be read. `position` counts signs from 0 in the text as written."""

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(f"{reason} (tegn {position + 1})")
        self.reason = reason
        self.position = position


class FeelError(ValueError):
    """One operation failed. By the standard its value is null and its sentence is recorded."""


class Exhausted(Exception):
    """An expression asked for more work or more room than it may have; it is given up whole."""
