"""A real browser before the real application: signed in as whoever the test needs."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from engine.adapters.clock import MovableClock
from engine.ports import SYSTEM
from engine.storage.work import Casework
from tests.conftest import MONDAY, settings_of
from web.app import create_app
from web.auth.passwords import hash_password
from web.deploying import deploy_shipped, shipped_pack
from web.wiring import build, migrate
from workflows.demonstration.staff import engage_staff

PASSWORD = "a long day in town"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "msedge")
AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def browser_path() -> str | None:
    """Return the browser of this machine, or None."""
    named = os.environ.get("TOVHOLDER_BROWSER")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests; the tests are skipped where there is none, unless in CI."""
    path = browser_path()
    if path is None:
        reason = "no browser found; install one with: apt-get install chromium"
        if os.environ.get("TOVHOLDER_BROWSER_REQUIRED") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a house that is ready to work: pack, staff and processes, and no case."""
    home = tmp_path_factory.mktemp("staffed")
    file = home / "template.sqlite"
    casework = build(settings_of(f"sqlite:///{file}", home), MovableClock(MONDAY))
    migrate(casework)
    deploy_shipped(casework)
    roles = dict(shipped_pack().roles)
    password = hash_password(PASSWORD)
    casework.act(SYSTEM, lambda work: engage_staff(work, roles, password_hash=password))
    with casework.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    casework.database.dispose()
    return file


@dataclass(frozen=True, slots=True)
class House:
    """A running service: its address, and what stands behind it."""

    address: str
    casework: Casework
    clock: MovableClock


@pytest.fixture
def house(staffed: Path, tmp_path: Path) -> Iterator[House]:
    """The whole service on a free port, with a database of the test's own."""
    file = tmp_path / "house.sqlite"
    shutil.copy(staffed, file)
    settings = settings_of(f"sqlite:///{file}", tmp_path / "home")
    clock = MovableClock(MONDAY)
    casework = build(settings, clock)
    server = make_server("127.0.0.1", 0, create_app(casework, settings), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield House(f"http://127.0.0.1:{server.server_port}", casework, clock)
    server.shutdown()
    thread.join()
    server.server_close()
    casework.database.dispose()


@pytest.fixture
def complaints() -> list[str]:
    """What the console of the browser calls an error."""
    return []


@pytest.fixture
def page(chromium: Any, house: House, complaints: list[str]) -> Iterator[Any]:
    """An empty page of a browser of its own; any complaint of its console fails the test."""
    context = chromium.new_context(
        base_url=house.address, locale="da-DK", viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(10_000)
    made = context.new_page()
    made.on("pageerror", lambda error: complaints.append(str(error)))
    made.on("console", lambda said: _note(said, complaints))
    yield made
    context.close()
    assert complaints == []


@pytest.fixture
def sign_in(page: Any) -> Callable[[str], None]:
    """What signs somebody in, by keyboard."""

    def as_user(username: str) -> None:
        page.goto("/log-ind")
        page.get_by_label("Brugernavn").focus()
        page.keyboard.type(username)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Log ud").wait_for()

    return as_user


@pytest.fixture
def axe(page: Any, complaints: list[str]) -> Callable[[], list[str]]:
    """What names the faults of accessibility on the page that is open: rule and place."""

    def faults() -> list[str]:
        before = len(complaints)
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", WCAG
        )
        del complaints[before:]  # axe tries styles of its own, which our policy keeps out
        return [
            f"{each['id']}: {', '.join(str(node['target']) for node in each['nodes'])}"
            for each in found["violations"]
        ]

    return faults


def _note(said: Any, complaints: list[str]) -> None:
    # The browser itself reports an answer of 4xx as an error; the tests look at what is shown.
    # Some icons of bpmn-js come with styles of their own, which our policy keeps out.
    is_icon = "inline style" in said.text and "/vendor/bpmn-js/" in said.location.get("url", "")
    if said.type == "error" and "Failed to load resource" not in said.text and not is_icon:
        complaints.append(said.text)
