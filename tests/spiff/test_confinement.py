"""No Python of a diagram runs, wherever it stands and whenever it was loaded."""

import subprocess as processes
import sys

import pytest

from engine.domain.errors import CaseworkError
from engine.spiff.expressions import no_engine
from tests.spiff.conftest import Play
from tests.spiff.drawing import (
    MESSAGE,
    after,
    call,
    catch,
    definition,
    end,
    gateway,
    many,
    service,
    start,
    user,
)

ATTACKS = [
    '__import__("os").system("touch {mark}")',
    'open("{mark}", "w")',
    "().__class__.__base__.__subclasses__()",
    '"{{0.__class__}}".format(open("{mark}", "w"))',
    "[open(p) for p in ['{mark}']]",
]
PLACES = {
    "condition": lambda text: definition(
        *(start(), user("a"), gateway("exclusive", "g", "g_e"), end("e"), end("e2")),
        flows=f"start > a > g > e\ng > e2 : {text}",
    ),
    "timer": lambda text: definition(
        *(start(), user("a"), catch("t", after(text)), end()), flows="start > a > t > end"
    ),
    "mapping": lambda text: definition(
        *(start(), user("a"), service("s", "h", in_x=text), end()), flows="start > a > s > end"
    ),
    "collection": lambda text: definition(
        *(start(), user("a"), call("c", "Q", many(text.replace('"', "'"))), end()),
        flows="start > a > c > end",
    ),
    "key": lambda text: definition(
        *(start(), user("a"), catch("c", MESSAGE, message="m", message_key=text), end()),
        flows="start > a > c > end",
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("place", PLACES)
def test_python_in_a_diagram_does_not_run(tmp_path, place, attack):
    mark = tmp_path / "mark"
    drawing = PLACES[place](attack.format(mark=mark))

    with pytest.raises(CaseworkError):
        Play(drawing).start().complete("a")
    assert not mark.exists()


def test_the_evaluator_of_the_library_refuses_everything():
    environment = no_engine().environment

    for act in (environment.evaluate, environment.execute):
        with pytest.raises(PermissionError):
            act("1 + 1", {})
    with pytest.raises(PermissionError):
        environment.call_service({})


def test_the_decision_tables_of_the_library_are_never_loaded():
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "import engine.spiff.facade\n"
        "print([name for name in sys.modules if name.startswith('SpiffWorkflow.dmn')])"
    )
    run = processes.run(  # noqa: S603 - our own Python
        [sys.executable, "-c", code, *sys.path], capture_output=True, check=True, text=True
    )
    assert run.stdout == "[]\n"
