"""No Python of a diagram runs, wherever it stands and whenever it was loaded."""

import subprocess as processes
import sys
from pathlib import Path

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


SUITES = ["test_tasks_and_gateways", "test_timers", "test_messages", "test_many", "test_state"]
# Run in a process of its own: what is taken away there is taken away from everybody.
WITHOUT_EVALUATORS = """
import sys
import pytest
import engine.spiff.facade
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment

reached = []

def closed(name):
    def reach(*args, **kwargs):
        reached.append(name)
        raise AssertionError(f"{name} was reached")
    return reach

for kind in (PythonScriptEngine, TaskDataEnvironment, BasePythonScriptEngineEnvironment):
    for name in ("evaluate", "execute", "call_service", "_evaluate", "_execute"):
        if name in vars(kind):
            setattr(kind, name, closed(f"{kind.__name__}.{name}"))

for module in [each for name, each in sys.modules.items() if name.startswith("SpiffWorkflow")]:
    for name in ("eval", "exec", "compile"):
        setattr(module, name, closed(name))

code = pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:randomly", sys.argv[1]])
print(f"reached: {reached}, code: {int(code)}")
"""


@pytest.mark.parametrize("suite", SUITES)
def test_a_whole_suite_runs_without_any_evaluator_of_the_library(suite):
    here = Path(__file__).parent

    run = processes.run(  # noqa: S603 - our own Python
        [sys.executable, "-c", WITHOUT_EVALUATORS, str(here / f"{suite}.py")],
        capture_output=True,
        check=False,
        text=True,
        cwd=here.parents[1],
    )

    assert run.stdout.splitlines()[-1] == "reached: [], code: 0", (
        run.stdout[-900:] + run.stderr[-900:]
    )
