"""Serving the pages and watching the deadlines, until somebody says stop."""

import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType

import click
from waitress.server import create_server  # type: ignore[import-untyped]  # it has no types

from engine.scheduling import start_looking
from engine.settings import Settings
from engine.storage.work import Casework
from web.app import create_app
from web.belonging import check_one_home
from web.demo import clear_interrupted_fill, fill_if_empty, sign_ins
from web.deploying import deploy_shipped
from web.wiring import build, look, migrate, notifier

Stop = Callable[[], object]
log = logging.getLogger(__name__)


def serve(settings: Settings, *, demo: bool, looks: bool = True) -> None:
    """Migrate, deploy what is new, fill an empty house, then serve until stopped.

    Without `looks` it only shows the pages: deadlines and mail are a worker's, who runs beside.
    """
    _log()
    check_one_home()
    clear_interrupted_fill(settings)
    casework = build(settings)
    migrate(casework)
    if (demo and not fill_if_empty(settings)) or not demo:
        deploy_shipped(casework)
    stop_looking = _start_looking(casework, settings) if looks else _nothing
    server = create_server(
        create_app(casework, settings),
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        ident=None,
        channel_timeout=60,
    )
    _greet(casework, settings)
    _on_stop(server.close)
    try:
        server.run()
    except OSError:
        log.debug("closed while waiting", exc_info=True)  # how waitress ends when told to
    finally:
        stop_looking()
        casework.database.dispose()
        click.echo("Stoppet.")


def work_until_stopped(settings: Settings) -> None:
    """Watch the deadlines and send mail until stopped."""
    _log()
    casework = build(settings)
    stopped = threading.Event()
    stop_looking = _start_looking(casework, settings)
    click.echo("Holder øje med fristerne. Ctrl+C stopper.")
    _on_stop(stopped.set)
    stopped.wait()
    stop_looking()
    casework.database.dispose()


def _start_looking(casework: Casework, settings: Settings) -> Stop:
    way_out = notifier(settings)
    return start_looking(lambda: look(casework, way_out), settings.look_every_seconds)


def _nothing() -> None:
    """What stops where nothing was started."""


def _on_stop(stop: Stop) -> None:
    def stop_now(_number: int, _frame: FrameType | None) -> None:
        stop()

    signal.signal(signal.SIGTERM, stop_now)
    signal.signal(signal.SIGINT, stop_now)


def _greet(casework: Casework, settings: Settings) -> None:
    click.echo(f"Tovholder kører på http://{settings.host}:{settings.port}")
    for line in sign_ins(casework):
        click.echo(line)


def _log() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("waitress").setLevel(logging.WARNING)
