"""When to look: one interval job and no job store. What is due stands in the database."""

from collections.abc import Callable

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler


def start_looking(look: Callable[[], object], every_seconds: float) -> Callable[[], None]:
    """Call `look` again and again in a thread of its own; return what stops it.

    Never two looks at once; a look that was missed is not made up for, since the next one sees
    the same due rows.
    """
    scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(1)}, timezone="UTC")
    scheduler.add_job(
        look,
        "interval",
        seconds=every_seconds,
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.start()
    return lambda: scheduler.shutdown(wait=True)
