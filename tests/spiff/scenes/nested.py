"""What stands on the edge of something or inside it."""

from collections.abc import Sequence

from engine.ports import Definition
from tests.spiff.drawing import (
    ANY_ERROR,
    ERRORS,
    LOST,
    MESSAGE,
    REFUSED,
    TERMINATE,
    after,
    boundary,
    call,
    catch,
    definition,
    end,
    gateway,
    many,
    node,
    service,
    start,
    subprocess,
    user,
)
from tests.spiff.scenes.telling import Command, Sketch


def boundaries(told: Sketch) -> None:
    hosts = {
        "user_task": user("host"),
        "call": call("host", "Q"),
        "service_task": service("host", "h"),
        "receive_task": node("receiveTask", "host", message="own"),
        "subprocess": subprocess("host", start("s1"), user("in"), end("e9"), flows="s1 > in > e9"),
    }
    done: dict[str, Command] = {
        "user_task": ["complete", "host"],
        "call": ["resume", "host"],
        "service_task": ["resume", "host"],
        "receive_task": ["deliver", "host", "own"],
        "subprocess": ["complete", "in"],
    }
    for name, host in hosts.items():
        drawing = definition(
            *(start(), host, boundary("remind", "host", after("P1D"), interrupts=False)),
            *(boundary("late", "host", after("P3D")), user("r"), user("l")),
            *(boundary("stop", "host", MESSAGE, message="stop", out_y="y"), end("e3")),
            boundary("tell", "host", MESSAGE, interrupts=False, message="tell", out_z="z"),
            *(end("e"), end("e1"), end("e2"), end("e4")),
            flows="start > host > e\nremind > r > e1\nlate > l > e2\nstop > e3\ntell > e4",
        )
        told(
            f"boundaries_of_a_{name}",
            drawing,
            [["start", {}], ["wake", {"hours": 5}]],
            [done[name]],
            [["wake", {"days": 1}], done[name], ["complete", "r"]],
            [["wake", {"days": 9}], ["complete", "r"], ["complete", "l"]],
            [["deliver", "tell", "tell", {"z": 1}], ["deliver", "stop", "stop", {"y": 1}]],
        )


def errors(told: Sketch) -> None:
    inner = subprocess(
        *("sub", start("s1"), gateway("parallel", "f"), user("in"), user("other")),
        *(gateway("exclusive", "g", "g_e1"), end("bad", REFUSED), end("worse", LOST)),
        *(end("e1"), end("e2")),
        flows='s1 > f > in > g > e1\nf > other > e2\ng > bad : w = "r"\ng > worse : w = "l"',
    )
    outer = subprocess(
        *("out", start("s2"), inner, boundary("refused", "sub", REFUSED), user("again")),
        *(end("e3"), end("e4")),
        flows="s2 > sub > e3\nrefused > again > e4",
    )
    drawing = definition(
        *(start(), outer, boundary("any", "out", ANY_ERROR), user("caught"), end(), end("e5")),
        roots=ERRORS,
        flows="start > out > end\nany > caught > e5",
    )
    told(
        "error_boundaries",
        drawing,
        [["start", {"w": ""}]],
        [["complete", "in"], ["complete", "other"]],
        [["complete", "in", {"w": "r"}], ["complete", "again"]],
        [["complete", "in", {"w": "l"}], ["complete", "caught"]],
    )


def inner(told: Sketch) -> None:
    deep = subprocess(
        *("deep", start("s2"), user("in"), catch("t", after("P1D")), end("e2")),
        flows="s2 > in > t > e2",
    )
    outer = subprocess(
        *("out", start("s1"), user("first"), deep, gateway("parallel", "f")),
        *(user("other"), end("stop", TERMINATE), end("e1")),
        flows="s1 > first > f > deep > stop\nf > other > e1",
    )
    told(
        "subprocess_in_a_subprocess",
        definition(start(), outer, user("a"), end(), flows="start > out > a > end"),
        [["complete", "first", {"x": 1}], ["complete", "in", {"y": 2}]],
        [["wake", {"days": 1}], ["complete", "a"]],
        [["complete", "other", {"z": 3}], ["wake", {"days": 1}], ["complete", "a"]],
    )
    told("rich", rich(), [["start", {"x": 1, "people": ["Ida", "Bo"]}], _answered("i")], RICH_END)


RICH_END: Sequence[Command] = [
    ["wake", {"days": 2}],
    ["resume", "c", {"y": 1}],
    ["complete", "in", {"answer": "b"}],
    ["complete", "a"],
    ["complete", "last"],
]


def _answered(answer: str) -> Command:
    return ["complete", "in", {"answer": answer}]


def rich() -> Definition:
    """Return a process that touches all kinds of waits at once."""
    return definition(
        *(start(), gateway("parallel", "f"), user("a"), call("c", "Q", in_x="x", out_y="y")),
        subprocess(
            *("each", start("s1"), user("in"), end("e1")),
            flows="s1 > in > e1",
            loop=many("people", "person"),
            collect_all="answer",
        ),
        boundary("late", "a", after("P2D"), interrupts=False),
        *(node("sendTask", "remind", message="reminder"), end("e2")),
        *(gateway("parallel", "j"), user("last"), end()),
        flows="""
            start > f > a > j > last > end
            f > c > j
            f > each > j
            late > remind > e2
        """,
    )
