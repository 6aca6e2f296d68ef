"""Random processes of all that may be drawn, as a package for the check and for the reference."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.spiff.checks.checking import TABLE, drawn
from tests.spiff.drawing import (
    ANY_ERROR,
    ERRORS,
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
)
from tests.spiff.reference import Drawn, Flow, Step

OWNED = {"candidateGroups": "mentor", "no_deadline_because": "Den unge bestemmer."}
TASK = {**OWNED, "name": "Tal med den unge"}
Choose = Callable[[Sequence[Any]], Any]
Ends = tuple[str, str]
TIMERS = 12


@dataclass
class Names:
    """Numbers for the elements of a whole process, its forms, and how many timers it has."""

    count: int = 0
    timers: int = 0
    forms: dict[str, str] = field(default_factory=dict)
    sound: bool = True

    def next(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"


@dataclass
class Sketch:
    """A process or subprocess that grows block by block, drawn twice: as BPMN and as steps."""

    choose: Choose
    names: Names
    nodes: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    steps: dict[str, Step] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    def add(self, xml: str, name: str, kind: str, **about: Any) -> str:
        self.nodes.append(xml)
        self.steps[name] = Step(name=name, kind=kind, **about)
        return name

    def flow(self, source: str, target: str, text: str = "", asks: Any = None) -> None:
        self.lines.append(f"{source} > {target}" + (f" : {text}" if text else ""))
        self.flows.append(Flow(source=source, target=target, condition=asks))

    def block(self, depth: int) -> Ends:
        simple = [self.task, self.automatic, self.wait, self.each, self.late, self.failing]
        nested = [self.row, self.fork, self.choice, self.event_choice, self.inner, self.again]
        return self.choose(simple if depth == 0 else [*nested, *simple])(depth)

    def row(self, depth: int) -> Ends:
        (first, last), (then, final) = self.block(depth - 1), self.block(depth - 1)
        self.flow(last, then)
        return first, final

    def task(self, depth: int = 0, inner: str = "", **about: Any) -> Ends:
        name = self.names.next("t")
        self.names.forms[name] = name
        settings = {key: about.pop(key) for key in list(about) if key.startswith("collect")}
        xml = node(
            "userTask",
            name,
            inner,
            attributes='name="Tal" camunda:candidateGroups="mentor" '
            f'camunda:formKey="{name}" camunda:no_deadline_because="Nej"',
            **{
                key.replace("NAME", name): value.replace("NAME", name)
                for key, value in settings.items()
            },
        )
        self.add(xml, name, "user", **about)
        return name, name

    def automatic(self, depth: int) -> Ends:
        kind = self.choose(["service", "call", "send", "throw", "rule"])
        name = self.names.next("a")
        out = {
            f"out_{name}": {"service": "sent_on", "call": "status", "rule": "team"}.get(kind, "")
        }
        if kind == "service":
            self.add(service(name, "send_letter", in_text='"Hej"', **out), name, "service")
        elif kind == "call":
            self.add(call(name, "consent", **OWNED, **out), name, "call")
        elif kind == "rule":
            asks = 'camunda:decisionRef="team"'
            self.add(
                node("businessRuleTask", name, attributes=asks, in_age="age_now", **out),
                name,
                "rule",
            )
        else:
            tag, inner = ("sendTask", "") if kind == "send" else ("intermediateThrowEvent", MESSAGE)
            self.add(node(tag, name, inner, message="plan_requested"), name, "send")
        return name, name

    def wait(self, depth: int = 0) -> Ends:
        name = self.names.next("w")
        kind = self.choose(["timer", "event", "receive"])
        if kind == "timer":
            return self.timer(name), name
        out = {"message": "answered", **OWNED, f"out_{name}": "reply"}
        made = catch(name, MESSAGE, **out) if kind == "event" else node("receiveTask", name, **out)
        self.add(made, name, "message")
        return name, name

    def timer(self, name: str, host: str = "", *, interrupts: bool = True) -> str:
        number = self.names.timers = self.names.timers + 1
        when = after(f'param("p{number}")')
        made = boundary(name, host, when, interrupts=interrupts) if host else catch(name, when)
        return self.add(made, name, "timer", host=host, interrupts=interrupts, hours=hours(number))

    def each(self, depth: int) -> Ends:
        items, one_by_one = self.choose([1, 2, 3]), self.choose([True, False])
        item = self.names.next("i")
        loop = many(json.dumps(list(range(items))), item, one_by_one=one_by_one)
        about = {"collect_allNAME": "NAME", "items": items, "one_by_one": one_by_one}
        return self.task(0, loop, **about)

    def late(self, depth: int) -> Ends:
        """A task with a timer or a message at its edge: it goes its own way, or joins again."""
        host, _ = self.choose([self.task, self.each])(0)
        edge, interrupts = self.names.next("b"), self.choose([True, False])
        if self.choose(["timer", "message"]) == "timer" or not interrupts:
            self.timer(edge, host, interrupts=interrupts)
        else:
            out = {"message": "answered", f"out_{edge}": "reply"}
            self.add(boundary(edge, host, MESSAGE, **out), edge, "message", host=host)
        return self._aside(depth, host, edge, joins=interrupts)

    def failing(self, depth: int) -> Ends:
        """A function or a process that may fail, and the way that is gone then."""
        host, edge = self.names.next("a"), self.names.next("b")
        self.add(
            service(host, "send_letter", in_text='"Hej"', **{f"out_{host}": "sent_on"}),
            host,
            "service",
        )
        what = self.choose([ANY_ERROR, REFUSED])
        code = None if what == ANY_ERROR else "refused"
        self.add(boundary(edge, host, what), edge, "error", host=host, code=code)
        return self._aside(depth, host, edge, joins=True)

    def _aside(self, depth: int, host: str, edge: str, *, joins: bool) -> Ends:
        first, last = self.block(max(depth - 1, 0)) if self.choose([True, False]) else (edge, edge)
        if first != edge:
            self.flow(edge, first)
        if joins:
            join = self.join("exclusive")
            self.flow(host, join)
            self.flow(last, join)
            return host, join
        over = self.names.next("e")
        self.flow(last, self.add(end(over), over, "end"))
        return host, host

    def join(self, kind: str) -> str:
        name = self.names.next("j")
        return self.add(gateway(kind, name), name, kind)

    def fork(self, depth: int) -> Ends:
        opens, ends = self.join("parallel"), self._branches(depth)
        kind = self._closing("parallel", ["inclusive"], ["exclusive"])
        closes = self.join(kind)
        for first, last in ends:
            self.flow(opens, first)
            self.flow(last, closes)
        return opens, closes

    def choice(self, depth: int) -> Ends:
        kind = self.choose(["exclusive", "inclusive"])
        asks, _ = self.task()
        ends, opens = self._branches(depth), self.names.next("g")
        default = ends[-1][0]
        self.add(gateway(kind, opens, default=f"{opens}_{default}"), opens, kind, default=default)
        self.flow(asks, opens)
        others = ["inclusive"] if kind == "exclusive" else []
        bad = ["parallel"] if kind == "exclusive" else ["parallel", "exclusive"]
        closes = self.join(self._closing(kind, others, bad))
        for number, (first, last) in enumerate(ends):
            text, holds = asked(kind, asks, number)
            is_default = first == default
            self.flow(opens, first, "" if is_default else text, None if is_default else holds)
            self.flow(last, closes)
        return asks, closes

    def _branches(self, depth: int) -> list[Ends]:
        return [self.block(depth - 1) for _ in range(self.choose([2, 3]))]

    def _closing(self, right: str, also: list[str], wrong: list[str]) -> str:
        """Return the gateway that closes a split; now and then one that does not fit."""
        kind = self.choose([right, right, right, *also, *wrong])
        self.names.sound &= kind not in wrong
        return kind

    def event_choice(self, depth: int) -> Ends:
        opens, closes = self.names.next("v"), self.join("exclusive")
        self.add(gateway("eventBased", opens), opens, "event")
        said, rung = self.names.next("w"), self.names.next("w")
        out = {"message": "answered", **OWNED, f"out_{said}": "reply"}
        self.add(catch(said, MESSAGE, **out), said, "message")
        for name in (said, self.timer(rung)):
            first, last = self.block(depth - 1)
            self.flow(opens, name)
            self.flow(name, first)
            self.flow(last, closes)
        return opens, closes

    def again(self, depth: int) -> Ends:
        """A task and what comes before it, which may be done again."""
        opens = self.join("exclusive")
        first, last = self.choose([self.task, self.automatic, self.late, self.failing])(0)
        asks, _ = self.task()
        turns = self.names.next("g")
        left = self.join("exclusive")
        why = {"few_rounds_because": "Højst tre."}
        made = node("exclusiveGateway", turns, attributes=f'default="{turns}_{left}"', **why)
        self.add(made, turns, "exclusive", default=left)
        self.flow(opens, first)
        self.flow(last, asks)
        self.flow(asks, turns)
        self.flow(turns, opens, f'{asks} = "again"', lambda known: known.get(asks) == "again")
        self.flow(turns, left)
        return opens, left

    def inner(self, depth: int) -> Ends:
        name, inside = self.names.next("s"), Sketch(self.choose, self.names)
        stop = self.choose(["end", "end", "terminate", "error"])
        begins = inside.whole(depth - 1, stop)
        xml = subprocess(name, *inside.nodes, flows="\n".join(inside.lines))
        self.add(xml, name, "sub", inner=inside.drawn(begins))
        if stop != "error" and self.choose([True, False]):
            return name, name
        edge = self.names.next("b")
        if stop == "error":
            self.add(boundary(edge, name, REFUSED), edge, "error", host=name, code="refused")
        else:
            self.timer(edge, name)
        return self._aside(depth, name, edge, joins=True)

    def whole(self, depth: int, stop: str = "end") -> str:
        """Draw a start, a block and its end; `stop` is a second end that may be chosen."""
        begins, over = self.names.next("start"), self.names.next("end")
        self.add(start(begins), begins, "start")
        first, last = self.block(depth)
        self.flow(begins, first)
        self.add(end(over), over, "end")
        if stop == "end":
            self.flow(last, over)
            return begins
        asks, _ = self.task()
        turns, other = self.names.next("g"), self.names.next("end")
        inner, kind = (TERMINATE, "terminate") if stop == "terminate" else (REFUSED, "error_end")
        self.add(end(other, inner), other, kind, code="refused" if stop == "error" else None)
        self.add(
            gateway("exclusive", turns, default=f"{turns}_{over}"), turns, "exclusive", default=over
        )
        self.flow(last, asks)
        self.flow(asks, turns)
        self.flow(turns, other, f'{asks} = "0"', lambda known: known.get(asks) == "0")
        self.flow(turns, over)
        return begins

    def drawn(self, begins: str) -> Drawn:
        return Drawn(begins, self.steps, tuple(self.flows))


def asked(kind: str, name: str, number: int) -> tuple[str, Callable[[dict[str, object]], bool]]:
    """Return a condition on the answer `name`, as FEEL and as Python."""
    if kind == "exclusive":
        return f'{name} = "{number}"', lambda known: known[name] == str(number)
    return f'contains({name}, "{number}")', lambda known: str(number) in str(known[name])


def hours(number: int) -> int:
    """Return how long the timer of that number waits: no two sums of them are the same."""
    return 3**number


def package(sketch: Sketch) -> dict[str, str]:
    """Return the files of the process that was drawn."""
    made = definition(*sketch.nodes, flows="\n".join(sketch.lines), roots=ERRORS)
    forms = {
        f"forms/{name}.json": json.dumps(
            {"id": name, "components": [{"type": "textfield", "key": name, "label": "Svar"}]}
        )
        for name in sketch.names.forms
    }
    return {"P.bpmn": drawn(made.xml.decode()), "team.dmn": TABLE, **forms}
