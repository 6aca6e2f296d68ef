"""What breaks inside a step leaves it as one kind of error, with the place where it broke."""

from collections.abc import Iterator
from contextlib import contextmanager

from engine.domain.errors import CaseworkError, NotWaiting, StepFailed
from engine.ports import Definition
from engine.spiff.expressions import Step


@contextmanager
def carried_through(step: Step, definition: Definition) -> Iterator[None]:
    """Turn whatever breaks inside a step into `StepFailed` with the element it broke at."""
    try:
        yield
    except NotWaiting:
        raise
    except StepFailed as failed:
        failed.process = failed.process or definition.process
        raise
    except CaseworkError as cause:
        raise StepFailed(step.at, str(cause), definition.process) from cause
    except Exception as cause:  # the library raises of all kinds; no half step may get out
        reason = f"Uventet fejl i programmet ({type(cause).__name__}). Loggen fortæller mere."
        raise StepFailed(step.at, reason, definition.process) from cause
