"""No page of the demonstration shows a date that does not explain itself and is none of record."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from engine.adapters.clock import MovableClock
from engine.adapters.mail import FolderNotifier
from engine.storage.work import Casework, Work
from tests.conftest import BPMN, settings_of
from tests.explanations.pages import unexplained, worked_out
from tests.web.conftest import PASSWORD, Visitor
from web.app import create_app
from web.auth.passwords import hash_password
from web.wiring import build, migrate
from workflows.demonstration.filling import fill
from workflows.municipalities.packs import install_pack, read_pack
from workflows.packages import deploy_all

LIVES = 5
TODAY = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
PEOPLE = ("intake", "uu_counsellor", "job_adviser", "leader_ungecenter")
LINK = re.compile(r'href="(/(?:indbakke|opgaver|sager|fravaer)[^"#]*)')
PAGES_EACH = 40


def install(work: Work) -> dict[str, str]:
    pack = read_pack(BPMN, "sonderborg")
    install_pack(work, pack)
    deploy_all(work, BPMN / "processes", BPMN / "decisions")
    return dict(pack.roles)


@pytest.fixture(scope="module")
def signed_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Visitor]]:
    folder = tmp_path_factory.mktemp("pages")
    settings = settings_of(f"sqlite:///{folder / 'demo.sqlite'}", folder / "home")
    casework = build(settings, MovableClock(TODAY))
    migrate(casework)
    fill(
        lambda clock: build(settings, clock),
        FolderNotifier(settings.mail_folder, settings.mail_sender),
        install=install,
        until=TODAY,
        password_hash=hash_password(PASSWORD),
        progress=lambda share: None,
        lives=LIVES,
        seed=2026,
    )
    yield _visitors(casework, settings)
    casework.database.dispose()


def _visitors(casework: Casework, settings: object) -> Callable[[str], Visitor]:
    app = create_app(casework, settings)

    def sign_in(username: str) -> Visitor:
        found = Visitor(app.test_client())
        found.sign_in(username)
        return found

    return sign_in


def pages_of(visitor: Visitor) -> Iterator[tuple[str, str]]:
    """Follow the links of the inbox and the cases, each page once."""
    seen, ahead = set(), ["/indbakke", "/sager", "/fravaer"]
    while ahead and len(seen) < PAGES_EACH:
        address = ahead.pop(0)
        if address in seen:
            continue
        seen.add(address)
        page = visitor.get(address)
        if page.status == 200 and "text/html" in page.response.content_type:
            yield address, page.html
            ahead += [each.replace("&amp;", "&") for each in LINK.findall(page.html)]


@pytest.mark.parametrize("username", PEOPLE)
def test_every_date_on_the_pages_explains_itself(signed_in, username):
    found = list(pages_of(signed_in(username)))
    assert {address: bad for address, html in found if (bad := unexplained(html))} == {}
    assert len(found) > 2
    assert any(worked_out(html) for _, html in found)
