"""`python -m tests.unit.attacks.target FOLDER`: takes one attack a line, and tells what came of it.

Each runs in a child of its own, forked when everything is imported and warm. The child may not
use more memory than it is given, and an audit hook tells of every file, process, socket or piece
of Python that it asks for.
"""

import gc
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import TZPATH, ZoneInfo

from engine.decisions.tables import evaluate, read_decisions
from engine.domain.calendars import WorkingCalendar
from engine.domain.errors import CaseworkError
from engine.domain.feel_functions import functions
from engine.domain.forms import parse as parse_form
from engine.domain.forms import validate
from engine.domain.parameters import parse_period, register
from engine.feel.expressions import parse, parse_unary_tests
from engine.spiff.checks.findings import Known
from engine.spiff.checks.registry import check_package
from engine.xml import read_xml
from tests.spiff.conftest import WORLD, Play
from tests.spiff.drawing import after, catch, definition, end, start, user
from workflows.packages import write_process_folder
from workflows.texts import read_text

MEMORY = 200 * 1024 * 1024
NOMINAL = 0.0133  # CPU seconds of those additions on the machine that `make bench` was run on
CONTEXT = {"a": 3, "big": "a" * 90_000, "long": list(range(9_000))}
CALENDAR = WorkingCalendar(timezone=ZoneInfo("Europe/Copenhagen"))
WORDS = functions(CALENDAR, register({"screening": "5 WD"}), date(2027, 3, 1))
FORBIDDEN = (
    *(
        "exec",
        "compile",
        "import",
        "subprocess.",
        "socket.",
        "shutil.",
        "ctypes.",
        "pty.",
        "os.fork",
    ),
    *("os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.remove", "os.rename", "os.chmod"),
)
FIELD = {"type": "textfield", "key": "a", "label": "A", "validate": {"pattern": "^[^@]+@[^@]+$"}}


def expression(text: str, folder: Path) -> Any:
    return parse(text).evaluate(CONTEXT, WORDS)


def cell(text: str, folder: Path) -> Any:
    return parse_unary_tests(text).matches(1, CONTEXT, WORDS)


def timer(text: str, folder: Path) -> Any:
    drawn = definition(
        start(), user("a"), catch("t", after(text)), end(), flows="start > a > t > end"
    )
    played = Play(drawn, world=replace(WORLD, functions=WORDS)).start().complete("a")
    return [(each.element, each.due_at) for each in played.snap.timers]


def form(text: str, folder: Path) -> Any:
    try:
        read = parse_form(json.loads(text))
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        return str(error)  # as the check reads it
    return validate(read, {"a": "a" * 500})


def answer(text: str, folder: Path) -> Any:
    plain = parse_form({"id": "f", "components": [{**FIELD, "type": "textarea", "validate": {}}]})
    kept = validate(plain, {"a": text})
    assert set(kept) == {"a"}
    number = parse_form({"id": "f", "components": [{**FIELD, "type": "number", "validate": {}}]})
    patterned = parse_form({"id": "f", "components": [FIELD]})
    for read in (number, patterned):
        try:
            validate(read, {"a": text})
        except CaseworkError:
            continue
    return kept


def name(text: str, folder: Path) -> Any:
    home = folder / "home"
    found: list[Any] = []
    for act in (
        lambda: write_process_folder({text: "written"}, home),
        lambda: read_text(folder / "home" / "texts", text),
        lambda: check_package("P", {text: "x", "P.bpmn": "<a/>"}, Known()),
    ):
        try:
            found.append(act())
        except (CaseworkError, OSError, ValueError) as error:
            found.append(type(error).__name__)
    outside = [str(path) for path in folder.rglob("*") if "outside" in path.name]
    assert all(Path(path).is_relative_to(home) for path in outside), outside
    return found[1:]


def xml(text: str, folder: Path) -> Any:
    return [each.tag for each in read_xml(text.encode("utf-8", "surrogatepass")).iter()][:9]


def recoded(text: str, folder: Path) -> Any:
    return [each.tag for each in read_xml(text.encode("utf-16", "surrogatepass")).iter()][:9]


def diagram(text: str, folder: Path) -> Any:
    return check_package("P", {"P.bpmn": text, "t.dmn": text, "forms/f.json": text}, Known())


def dmn(text: str, folder: Path) -> Any:
    made = read_decisions(text.encode())
    return [evaluate(decision, {}, WORDS).outputs for decision in made.values()]


def period(text: str, folder: Path) -> Any:
    try:
        return [str(parse_period(text)), str(WORDS["after"]("2027-03-01", text))]
    except ValueError as error:
        return str(error)


def betrayal(text: str, folder: Path) -> Any:
    """Do what nothing may do, so that the tests see that it would be seen."""
    return eval("open(text).read()")  # noqa: S307 - on purpose


def greed(text: str, folder: Path) -> Any:
    return len(bytearray(2 * MEMORY))


PLACES: dict[str, Callable[[str, Path], Any]] = {
    place.__name__: place
    for place in (
        expression,
        cell,
        timer,
        form,
        answer,
        name,
        xml,
        recoded,
        diagram,
        dmn,
        period,
        betrayal,
        greed,
    )
}


def main() -> None:
    folder = Path(sys.argv[1])
    _warm(folder)
    gc.collect()
    gc.freeze()  # else each child pays for going through what was made before it
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        text = asked["text"]
        for mark in ("canary", "mark"):
            text = text.replace(f"{{{mark}}}", str(folder / mark))
        print(json.dumps(_in_a_child(asked["place"], text, folder)), flush=True)


def _in_a_child(place: str, text: str, folder: Path) -> dict[str, Any]:
    reading, writing = os.pipe()
    if not (child := os.fork()):
        os.close(reading)
        os.write(writing, json.dumps(_told(place, text, folder)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    _, status, used = os.wait4(child, 0)
    if not told:
        return {"outcome": f"died: {status}", "seconds": used.ru_utime, "asked_for": []}
    return dict(json.loads(told))


def _told(place: str, text: str, folder: Path) -> dict[str, Any]:
    secret = (folder / "canary").read_text("utf-8")
    asked_for = _watched(folder)
    began = time.process_time()
    try:
        outcome, gave = "value", PLACES[place](text, folder)
    except CaseworkError as error:
        outcome, gave = "refused", error
    except BaseException as error:  # noqa: BLE001 - the test says what may come out
        outcome, gave = "broke", error
    seconds = time.process_time() - began
    slowness = _additions() / NOMINAL
    said = repr(gave)
    return {
        "outcome": outcome,
        "leaked": secret in said,
        "said": said[:300],
        "seconds": seconds / max(1, slowness),
        "asked_for": asked_for[:],
        "marked": (folder / "mark").exists(),
    }


def _additions() -> float:
    """Return the CPU seconds of 200,000 additions: how fast this machine is just now."""
    began, total = time.process_time(), 0
    for number in range(200_000):
        total += number
    return time.process_time() - began


def _watched(folder: Path) -> list[str]:
    """Bound the memory of this process, and return the list that its doings will stand in."""
    resource.setrlimit(resource.RLIMIT_AS, (_held() + MEMORY, resource.RLIM_INFINITY))
    asked_for: list[str] = []
    allowed = (*TZPATH, str(folder / "home"))

    def hook(event: str, given: tuple[Any, ...]) -> None:
        is_file = event == "open" and not str(given[0]).startswith(allowed)
        if is_file or event.startswith(FORBIDDEN):
            asked_for.append(f"{event} {str(given)[:100]}")

    sys.addaudithook(hook)
    return asked_for


def _held() -> int:
    pages = Path("/proc/self/statm").read_text("utf-8").split()[0]
    return int(pages) * resource.getpagesize()


def _warm(folder: Path) -> None:
    """Do once what Python or a library puts off until it is first asked for."""
    expression('"\\u0041" + string(working_days(today(), 9999))', folder)
    for act, text in ((timer, "PT1H"), (recoded, "<a/>"), (diagram, "<a/>"), (form, "{}")):
        act(text, folder)
    "a".encode("ibm037")


if __name__ == "__main__":
    main()
