"""Tasks, events, gateways and ends, each by itself."""

from tests.spiff.drawing import (
    ANY_ERROR,
    ERRORS,
    LOST,
    MESSAGE,
    TERMINATE,
    after,
    at,
    boundary,
    call,
    catch,
    definition,
    end,
    gateway,
    node,
    service,
    start,
    subprocess,
    user,
)
from tests.spiff.scenes.telling import Sketch


def tasks(told: Sketch) -> None:
    told(
        "user_task",
        definition(start(), user("a"), user("b"), end(), flows="start > a > b > end"),
        [["complete", "a", {"name": "Åse", "list": [1, {"deep": None}], "ratio": 1.5}]],
        [["complete", "b", {"x": True}]],
    )
    told(
        "service_task",
        definition(
            start(),
            service("s", "h", in_x="x", out_y="y + 1"),
            end(),
            flows="start > s > end",
        ),
        [["start", {"x": 1}]],
        [["resume", "s", {"y": 1, "secret": "?"}]],
        [["fail", "s", "lost"]],
    )
    told(
        "call_activity",
        definition(
            *(start(), call("c", "Q", in_x="x", out_y="y"), boundary("e", "c", ANY_ERROR)),
            *(end("e1"), end("e2")),
            flows="start > c > e1\ne > e2",
        ),
        [["start", {"x": 1}]],
        [["resume", "c", {"y": 2}]],
        [["fail", "c", "refused"]],
    )
    told(
        "decision_ahead",
        definition(
            *(start(), user("a")),
            node("businessRuleTask", "d", decisionRef="t", in_needs="needs", out_answer="answer"),
            *(gateway("exclusive", "g", "g_e2"), end("e1"), end("e2")),
            flows='start > a > d > g\ng > e1 : answer = "team"\ng > e2',
        ),
        [["start", {}]],
        [["complete", "a", {"needs": 3}]],
        [["complete", "a", {"needs": 2}]],
    )
    told(
        "messages_ahead",
        definition(
            *(start(), user("a"), node("sendTask", "s", message="m", in_x="x")),
            node("intermediateThrowEvent", "t", MESSAGE, message="m", message_key="x"),
            *(node("intermediateThrowEvent", "milestone"), end("e", MESSAGE, message="m")),
            flows="start > a > s > t > milestone > e",
        ),
        [["start", {}]],
        [["complete", "a", {"x": "key"}]],
    )


def events(told: Sketch) -> None:
    told(
        "message_start",
        definition(
            *(start(), start("called", MESSAGE, message="m", out_y="y"), user("a"), user("b")),
            *(end("e1"), end("e2")),
            flows="start > a > e1\ncalled > b > e2",
        ),
        [["start", {"message": "m", "y": 1}]],
        [["complete", "b"]],
    )
    told(
        "receive_task",
        definition(
            *(start(), node("receiveTask", "r", message="m", message_key="x", out_y="y"), end()),
            flows="start > r > end",
        ),
        [["start", {"x": "key"}]],
        [["deliver", "r", "m", {"y": 1, "z": 2}]],
    )
    told(
        "message_event",
        definition(
            start(), catch("m", MESSAGE, message="m", out_y="y"), end(), flows="start > m > end"
        ),
        [["start", {}]],
        [["deliver", "m", "m", {"y": 1}]],
    )
    told(
        "timer_duration",
        definition(start(), catch("t", after("P14D")), end(), flows="start > t > end"),
        [["start", {}], ["wake", {"days": 3}]],
        [["wake", {"days": 11}]],
    )
    told(
        "timer_date",
        definition(start(), catch("t", at('date("2028-02-29")')), end(), flows="start > t > end"),
        [["start", {}]],
        [["wake", {"days": 730}]],
    )


def gateways(told: Sketch) -> None:
    told(
        "exclusive_in_a_loop",
        definition(
            *(start(), gateway("exclusive", "again"), user("a"), gateway("exclusive", "g", "g_e")),
            end("e"),
            flows="start > again > a > g > e\ng > again : more",
        ),
        [["start", {"more": True}], ["complete", "a", {"x": 1}]],
        [["complete", "a", {"x": 2}], ["complete", "a", {"more": False}]],
    )
    told(
        "parallel_half_way",
        definition(
            *(start(), gateway("parallel", "f"), user("a"), user("b"), catch("t", after("P2D"))),
            *(gateway("parallel", "j"), user("last"), end()),
            flows="start > f > a > j > last > end\nf > b > j\nf > t > j",
        ),
        [["complete", "a", {"x": 1, "y": [1]}]],
        [["complete", "b", {"z": 1}], ["wake", {"days": 2}], ["complete", "last"]],
        [["wake", {"days": 2}], ["complete", "b", {"y": [2]}], ["complete", "last"]],
    )
    told(
        "inclusive_half_way",
        definition(
            *(start(), gateway("inclusive", "g", "g_d"), gateway("inclusive", "j"), user("a")),
            subprocess("sub", start("s1"), user("in"), end("e1"), flows="s1 > in > e1"),
            *(service("s", "h"), call("c", "Q"), user("d"), user("never"), end()),
            flows="""
                start > g > d > j
                g > a : true
                g > sub : true
                g > s : true
                g > c : true
                g > never : false
                a > j
                sub > j
                s > j
                c > j
                never > j > end
            """,
        ),
        [["complete", "a", {"x": 1}]],
        [["resume", "s"], ["resume", "c"], ["complete", "in", {"y": 1}]],
        [["complete", "in", {"y": 1}], ["resume", "c"], ["resume", "s"]],
    )
    told(
        "event_gateway",
        definition(
            *(start(), gateway("eventBased", "g"), catch("t", after("P7D"))),
            *(catch("m", MESSAGE, message="m", out_y="y"), node("receiveTask", "r", message="n")),
            *(end("e1"), end("e2"), end("e3")),
            flows="start > g > t > e1\ng > m > e2\ng > r > e3",
        ),
        [["start", {}], ["wake", {"days": 6}]],
        [["wake", {"days": 1}]],
        [["deliver", "m", "m", {"y": 1}]],
        [["deliver", "r", "n"]],
    )


def ends(told: Sketch) -> None:
    told(
        "terminate_ahead",
        definition(
            *(start(), gateway("parallel", "f"), user("a"), call("c", "Q"), end("e")),
            end("stop", TERMINATE),
            flows="start > f > a > stop\nf > c > e",
        ),
        [["start", {}]],
        [["complete", "a", {"x": 1}]],
    )
    told(
        "error_end_ahead",
        definition(start(), user("a"), end("e", LOST), roots=ERRORS, flows="start > a > e"),
        [["start", {}]],
        [["complete", "a", {"x": 1}]],
    )
    told(
        "finished",
        definition(start(), user("a"), end(), flows="start > a > end"),
        [["start", {}], ["complete", "a", {"x": 1}]],
        [["wake", {"days": 1}]],
    )
    told(
        "stalled",
        definition(start(), user("a"), user("b"), flows="start > a > b"),
        [["start", {}], ["complete", "a"], ["complete", "b", {"x": 1}]],
        [["wake", {"days": 1}]],
    )
