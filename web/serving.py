"""Serving the pages and watching the deadlines, until somebody says stop."""

import logging
from collections.abc import Callable

import click
from waitress.server import create_server  # type: ignore[import-untyped]  # it has no types

from engine.settings import Settings
from engine.storage.work import Casework
from web.app import create_app
from web.belonging import check_one_home
from web.beside import work_beside
from web.demo import clear_interrupted_fill, fill_if_empty, refuse_in_production, sign_ins
from web.deploying import deploy_shipped
from web.process import log_to_stderr, on_stop
from web.wiring import build, migrate

Stop = Callable[[], object]
log = logging.getLogger(__name__)


def serve(settings: Settings, *, demo: bool, looks: bool = True) -> None:
    """Migrate, deploy what is new, then serve until stopped; `demo` fills an empty house first.

    Without `looks` it only shows the pages: deadlines and mail are a worker's, who runs beside.
    """
    log_to_stderr()
    check_one_home()
    if demo:
        refuse_in_production(settings)
    clear_interrupted_fill(settings)
    casework = build(settings)
    migrate(casework)
    if not (demo and fill_if_empty(settings)):
        deploy_shipped(casework)
    casework.database.dispose()  # no connection goes into the worker
    stop_working = work_beside(settings) if looks else _nothing
    server = create_server(
        create_app(casework, settings),
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        ident=None,
        channel_timeout=60,
        clear_untrusted_proxy_headers=False,  # `web.security` reads them, where there is a proxy
    )
    _greet(casework, settings)
    on_stop(server.close)
    try:
        server.run()
    except OSError:
        log.debug("closed while waiting", exc_info=True)  # how waitress ends when told to
    finally:
        stop_working()
        casework.database.dispose()
        click.echo("Stoppet.")


def _nothing() -> None:
    """What stops where nothing was started."""


def _greet(casework: Casework, settings: Settings) -> None:
    click.echo(f"Tovholder kører på http://{settings.host}:{settings.port}")
    for line in sign_ins(casework):
        click.echo(line)
