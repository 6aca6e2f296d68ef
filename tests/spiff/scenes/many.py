"""What is done for each item of a list, at once and one by one."""

from collections.abc import Callable, Iterator, Sequence

from tests.spiff.drawing import (
    after,
    boundary,
    call,
    definition,
    end,
    many,
    node,
    service,
    start,
    subprocess,
    user,
)
from tests.spiff.scenes.telling import Command, Sketch

PEOPLE = ["Ida", "Bo", "Eva"]
Host = Callable[[str], str]


def many_of_each(told: Sketch) -> None:
    """Each activity for each of three, at once and one by one, after the first of them."""
    for kind, host, act in _repeated():
        for way, one_by_one in (("at_once", False), ("one_by_one", True)):
            loop = many("people", "person", one_by_one=one_by_one)
            drawing = definition(
                *(start(), user("a"), host(loop), user("last"), end()),
                flows="start > a > host > last > end",
            )
            begun: Sequence[Command] = [["start", {"people": PEOPLE}]]
            rest = [["complete", "last"]]
            if act is None:  # nobody is asked: the state stands before it
                told(f"many_{kind}_{way}", drawing, begun, [["complete", "a"], *rest])
            else:
                went = [*begun, ["complete", "a"], act(1)]
                told(f"many_{kind}_{way}", drawing, went, [act(2), act(3), *rest])
    _many_in_many(told)
    told(
        "many_until_enough",
        definition(
            *(start(), user("ask", many("people", enough="count(all) = 2"), collect_all="yes")),
            *(boundary("late", "ask", after("P1D")), end(), end("e2")),
            flows="start > ask > end\nlate > e2",
        ),
        [["start", {"people": PEOPLE}], ["complete", "ask", {"yes": 1}]],
        [["complete", "ask", {"yes": 2}]],
        [["wake", {"days": 1}]],
    )


def _repeated() -> Iterator[tuple[str, Host, Callable[[int], Command] | None]]:
    yield (
        "user_task",
        lambda loop: user("host", loop, collect_all="n"),
        lambda n: ["complete", "host", {"n": n}],
    )
    yield (
        "call",
        lambda loop: call("host", "Q", loop, in_who="person", out_n="n", collect_all="n"),
        lambda n: ["resume", "host", {"n": n}],
    )
    yield (
        "service_task",
        lambda loop: service("host", "h", loop, in_who="person", out_n="n", collect_all="n"),
        lambda n: ["resume", "host", {"n": n}],
    )
    yield (
        "receive_task",
        lambda loop: node("receiveTask", "host", loop, message="m", out_n="n", collect_all="n"),
        lambda n: ["deliver", "host", "m", {"n": n}],
    )
    yield (
        "subprocess",
        lambda loop: subprocess(
            *("host", start("s1"), user("in"), end("e1")),
            flows="s1 > in > e1",
            loop=loop,
            collect_all="[person, n]",
        ),
        lambda n: ["complete", "in", {"n": n}],
    )
    yield "send_task", lambda loop: node("sendTask", "host", loop, message="m"), None
    yield (
        "decision",
        lambda loop: node(
            *("businessRuleTask", "host", loop),
            **{"decisionRef": "t", "in_needs": "3", "out_got": "answer", "collect_all": "got"},
        ),
        None,
    )


def _many_in_many(told: Sketch) -> None:
    inner = subprocess(
        *("each", start("s1"), user("ask", many("team", "person"), collect_names="name")),
        *(boundary("late", "ask", after("P1D"), interrupts=False), user("r"), end("e1"), end("e2")),
        flows="s1 > ask > e1\nlate > r > e2",
        loop=many("teams", "team", one_by_one=True),
        collect_all="names",
    )
    told(
        "many_in_many",
        definition(start(), inner, user("a"), end(), flows="start > each > a > end"),
        [
            ["start", {"teams": [["Ida", "Bo"], [], ["Eva"]]}],
            ["wake", {"days": 1}],
            ["complete", "ask", {"name": "IDA"}],
        ],
        [
            ["complete", "ask", {"name": "BO"}],
            ["complete", "r"],
            ["complete", "ask", {"name": "EVA"}],
            ["complete", "a"],
        ],
    )
