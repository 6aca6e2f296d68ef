"""A worker beside the pages, as a process of its own.

Pages and deadlines in one interpreter would take turns at it: measured beside four clients who
complete tasks, a timer was late by four times as much.
"""

import logging
from collections.abc import Callable
from multiprocessing import get_all_start_methods, get_context, parent_process
from multiprocessing.connection import wait
from multiprocessing.context import ForkContext, SpawnContext
from multiprocessing.process import BaseProcess
from threading import Event, Thread

from engine.settings import Settings
from web.working import work_until_stopped

log = logging.getLogger(__name__)

_AGAIN_AFTER = _LOOK_EVERY = 1.0  # seconds


def work_beside(settings: Settings) -> Callable[[], None]:
    """Begin a worker, and begin it again should it end by itself; return what stops it.

    It ends when this process does, however that ends. To be called while this process has neither
    threads nor connections: where the system can, the first worker is a fork, which is ready at
    once.
    """
    can_fork = "fork" in get_all_start_methods()
    at_once = get_context("fork") if can_fork else get_context("spawn")
    stopping, running = Event(), [_begun(settings, at_once)]

    def keep() -> None:
        while True:
            running[0].join()
            if stopping.wait(_AGAIN_AFTER):
                return
            log.error("the worker has ended by itself with %s", running[0].exitcode)
            running[0] = _begun(settings, get_context("spawn"))

    keeper = Thread(target=keep, daemon=True)
    keeper.start()

    def stop() -> None:
        stopping.set()
        running[0].terminate()
        keeper.join()

    return stop


def _begun(settings: Settings, how: ForkContext | SpawnContext) -> BaseProcess:
    process = how.Process(target=_work, args=(settings,), daemon=True)
    process.start()
    return process


def _work(settings: Settings) -> None:
    work_until_stopped(settings, _parent_lives)


def _parent_lives() -> bool:
    parent = parent_process()
    return parent is not None and not wait([parent.sentinel], _LOOK_EVERY)
