"""Every page that a link leads to, for everyone: accessible, quiet, and no wider than a phone."""

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.serving import make_server

from engine.adapters.clock import MovableClock
from engine.adapters.mail import FolderNotifier
from tests.browser.conftest import PASSWORD
from tests.conftest import settings_of
from tests.town import install_shipped
from web.app import create_app
from web.auth.passwords import hash_password
from web.wiring import build, migrate
from workflows.demonstration.filling import fill

pytestmark = pytest.mark.browser

LIVES = 8
TODAY = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
STAFF = ("intake", "uu_counsellor", "leader_ungecenter", "chief_consultant")
PEOPLE = (*STAFF, "process_designer", "system_admin")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
FILE = re.compile(r"\.(bpmn|svg|ics|json|eml|xml)$|/tegning$|/log-ud$")
MOST = 60


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service with a few lives in it."""
    folder = tmp_path_factory.mktemp("town")
    settings = settings_of(f"sqlite:///{folder / 'demo.sqlite'}", folder / "home")
    casework = build(settings, MovableClock(TODAY))
    migrate(casework)
    fill(
        lambda clock: build(settings, clock),
        FolderNotifier(settings.mail_folder, settings.mail_sender),
        install=install_shipped,
        until=TODAY,
        password_hash=hash_password(PASSWORD),
        progress=lambda share: None,
        lives=LIVES,
    )
    server = make_server("127.0.0.1", 0, create_app(casework, settings), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    casework.database.dispose()


def kind(address: str) -> str:
    """What pages that differ by an id or a number have in common."""
    path = UUID.sub("…", re.split(r"[?#]", address)[0])
    path = re.sub(r"/(processer)/[^/]+", r"/\1/…", path)
    return re.sub(r"\d+", "…", path)


def every_kind_of_page(page: Any) -> Iterator[str]:
    """Open one page of every kind that links lead to, from the pages of the frame on."""
    ahead, seen = [page.url], set[str]()
    while ahead and len(seen) < MOST:
        address = ahead.pop(0)
        if kind(address) in seen or FILE.search(re.split(r"[?#]", address)[0]):
            continue
        seen.add(kind(address))
        page.goto(address)
        yield address
        ahead += page.eval_on_selector_all(
            "a[href]", "all => all.map(each => each.href).filter(it => it.startsWith(origin))"
        )


@pytest.mark.parametrize("username", PEOPLE)
def test_every_page_is_accessible_quiet_and_no_wider_than_a_phone(
    town: str, page: Any, axe: Any, username: str
) -> None:
    page.goto(f"{town}/log-ind")
    page.get_by_label("Brugernavn").fill(username)
    page.get_by_label("Adgangskode").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Log ud").wait_for()

    faults, opened = [], 0
    for address in every_kind_of_page(page):
        opened += 1
        faults += [f"{address}: {fault}" for fault in axe()]
        page.set_viewport_size({"width": 390, "height": 844})
        wide = page.evaluate("document.documentElement.scrollWidth")
        faults += [f"{address}: {wide} px wide on a phone"] if wide > 390 else []
        page.set_viewport_size({"width": 1280, "height": 900})

    assert faults == []
    assert opened >= 4
