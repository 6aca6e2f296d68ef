"""A drawing of another tool, from the file to the editor, in a real browser."""

from pathlib import Path
from typing import Any

import pytest

from engine.xml import BPMNDI, DC, read_xml

pytestmark = pytest.mark.browser

DRAWINGS = Path(__file__).parents[1] / "spiff" / "adapting"
ADAPTED = sorted(
    path
    for path in (*DRAWINGS.glob("tools/*.bpmn"), *DRAWINGS.glob("miwg/*.bpmn"))
    if path.stem != "A.3.0"
)


def send(page: Any, file: Path) -> None:
    page.goto("/processer/referral")
    page.get_by_label("BPMN-fil").set_input_files(file)
    page.get_by_role("button", name="Gør kørbar …").click()


@pytest.fixture
def owner(page, sign_in):
    """The page of a process owner."""
    sign_in("process_designer")
    return page


@pytest.mark.parametrize("file", ADAPTED, ids=lambda path: path.stem)
def test_the_editor_reads_the_copy_whole_and_shows_it_where_it_was(owner, file):
    send(owner, file)
    owner.get_by_role("button", name="Gem som kladde").click()
    owner.locator("#editor[data-ready]").wait_for()

    assert owner.locator("#warnings").is_hidden()
    with owner.expect_download() as sent:
        owner.get_by_role("button", name="Hent som fil").click()
    written = Path(sent.value.path()).read_bytes()
    assert places(written) == places(draft_of(owner))


def test_the_page_of_an_adapted_drawing_is_for_everybody(owner, axe):
    send(owner, DRAWINGS / "tools" / "signavio.bpmn")

    assert owner.get_by_role("heading", level=1).inner_text() == "Tegningen er gjort kørbar"
    assert axe() == []


def test_the_page_of_a_refused_drawing_is_for_everybody(owner, axe):
    send(owner, DRAWINGS / "miwg" / "A.3.0.bpmn")

    assert "kan ikke gøres kørbar endnu" in owner.get_by_role("heading", level=1).inner_text()
    assert axe() == []


def draft_of(page: Any) -> bytes:
    found: bytes = page.request.get("/processer/referral/kladde.bpmn").body()
    return found


def places(xml: bytes) -> dict[str, tuple[float, ...]]:
    """Return where each element lies."""
    return {
        shape.get("bpmnElement", ""): tuple(
            float(bounds.get(key, "0")) for key in ("x", "y", "width", "height")
        )
        for shape in read_xml(xml).iter(f"{{{BPMNDI}}}BPMNShape")
        if (bounds := shape.find(f"{{{DC}}}Bounds")) is not None
    }
