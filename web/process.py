"""What every process that runs for long does: it writes a log, and stops when it is told to."""

import logging
import signal
from collections.abc import Callable
from types import FrameType


def on_stop(stop: Callable[[], object]) -> None:
    """Call `stop` when this process is told to end."""

    def stop_now(_number: int, _frame: FrameType | None) -> None:
        stop()

    signal.signal(signal.SIGTERM, stop_now)
    signal.signal(signal.SIGINT, stop_now)


def log_to_stderr() -> None:
    """Write what happens to the standard error, and of the libraries only what is wrong."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)  # a long look is no fault
    logging.getLogger("waitress").setLevel(logging.WARNING)
