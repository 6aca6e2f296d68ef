"""Answers that take the same time whatever was done, where the time would tell of it."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec

from flask import current_app
from flask.typing import ResponseReturnValue

P = ParamSpec("P")

EVEN = timedelta(milliseconds=500)  # longer than the longest of what is done behind it
SETTING = "EVEN_PACE_SECONDS"  # of an application that does not wait, such as that of a crawl


def at_an_even_pace(
    view: Callable[P, ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Let what the view answers, also by an error, leave `EVEN` after it was asked.

    What is done is over by then and holds nobody else up. A view that took longer leaves at once.
    """

    @wraps(view)
    def paced(*args: P.args, **given: P.kwargs) -> ResponseReturnValue:
        leaves = time.monotonic() + current_app.config.get(SETTING, EVEN.total_seconds())
        try:
            return view(*args, **given)
        finally:
            time.sleep(max(0, leaves - time.monotonic()))

    return paced
