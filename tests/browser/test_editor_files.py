"""The editor keeps what a file says: read, written again, and nothing of it is other."""

from pathlib import Path

import pytest

from tests.browser.trees import differences
from tests.conftest import BPMN

pytestmark = pytest.mark.browser

PROCESSES = sorted(folder.name for folder in (BPMN / "processes").iterdir())


@pytest.fixture
def editor(page, sign_in):
    """What opens the editor of a process."""
    sign_in("process_designer")

    def opened(process: str):
        page.goto(f"/processer/{process}/tegning")
        page.locator("#editor[data-ready]").wait_for()
        return page

    return opened


def saved_by(page) -> str:
    """Return the diagram as the editor writes it."""
    with page.expect_download() as file:
        page.get_by_role("button", name="Hent som fil").click()
    return Path(file.value.path()).read_text("utf-8")


@pytest.mark.parametrize("process", PROCESSES)
def test_a_shipped_diagram_comes_back_as_it_was(editor, process):
    shipped = (BPMN / "processes" / process / f"{process}.bpmn").read_text("utf-8")

    page = editor(process)

    assert page.locator("#warnings").is_hidden()
    assert differences(shipped, saved_by(page)) == ([], [])
