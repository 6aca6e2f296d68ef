"""The errors of the engine: a small tree, each with a sentence that is safe to show to staff."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID


class CaseworkError(Exception):
    """Something a person asked for cannot be done. Its text says why and what to do."""


class NotFound(CaseworkError):
    """There is no such thing, or the actor may not know of it."""


class Unseen(NotFound):
    """There is such a thing, and the actor may not know of it. From outside it is not found."""


class NotAllowed(CaseworkError):
    """The actor lacks the role for this."""


class Conflict(CaseworkError):
    """Somebody was here first: what the actor saw is no longer so."""


class StaleCase(Conflict):
    """The case moved on while this act was under way; the act can be tried again."""


class DatabaseBusy(Conflict):
    """Others have held the database for too long; nothing was written."""


class Already(Conflict):
    """It is so already, whoever has seen to it."""


class Over(Conflict):
    """It is over, and cannot be changed any more."""


class TooEarly(Conflict):
    """Its day, or its hour, has not come yet."""


class SomethingFirst(Conflict):
    """Something else must be done before it."""


class NotPossible(Conflict):
    """It cannot be, here and as things are, whoever asks and however often."""


class InvalidAnswers(CaseworkError):
    """A form came back incomplete or wrong. `problems` maps a field key to one Danish sentence."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("Nogle svar skal rettes.")
        self.problems = dict(problems)


class InvalidDefinition(CaseworkError):
    """A diagram, table, form or pack cannot be read. The text names file, element and reason."""


class StepFailed(CaseworkError):
    """A process could not be carried through `element`; nothing has moved.

    `process` is the one that `element` is drawn in, "" where that is not known.
    """

    def __init__(self, element: str, reason: str, process: str = "") -> None:
        super().__init__(f"{element}: {reason}")
        self.element = element
        self.reason = reason
        self.process = process


class Stopped(CaseworkError):
    """What a person did led to a step that broke. It is noted, and what they wrote is held."""


class NotWaiting(Over):
    """The process no longer waits for this: it has been done, or it was cancelled."""


class EvaluationFailed(CaseworkError):
    """A FEEL expression gave an error. Carries the expression and the reasons."""

    def __init__(self, expression: str, reasons: str) -> None:
        super().__init__(f"»{expression}«: {reasons}")
        self.expression = expression
        self.reasons = reasons


class BpmnError(CaseworkError):
    """A handler gives up with `code`: the error boundary of the call catches it."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(reason or code)
        self.code = code


class TaskClosed(Over):
    """The task is done or was cancelled; `closed_by_id` did it at `closed_at` (UTC)."""

    def __init__(self, status: str, closed_by_id: UUID | None, closed_at: datetime) -> None:
        super().__init__("Opgaven er allerede afsluttet.")
        self.status = status
        self.closed_by_id = closed_by_id
        self.closed_at = closed_at
