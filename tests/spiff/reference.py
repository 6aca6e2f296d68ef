"""A token game on a drawing: what BPMN says must happen, worked out without any engine.

Every token carries what it knows, as (when it was written, value); where tokens meet the latest
writing of each name holds. Nothing here is taken from `engine`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

Known = dict[str, tuple[int, object]]
Condition = Callable[[dict[str, object]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One drawn element. `host` is where a boundary sits, `inner` what stands in a subprocess."""

    name: str
    kind: str
    host: str = ""
    interrupts: bool = True
    hours: int = 0
    code: str | None = None
    items: int = 0
    one_by_one: bool = False
    default: str = ""
    inner: "Drawn | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A way from one step to another, and when it is taken."""

    source: str
    target: str
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """The steps and flows of a process or a subprocess; it begins at `start`."""

    start: str
    steps: dict[str, Step]
    flows: tuple[Flow, ...]

    def leaving(self, name: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.source == name]

    def entering(self, name: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.target == name]

    def edges(self, host: str) -> list[Step]:
        return [step for step in self.steps.values() if step.host == host]

    def reaches(self, name: str, goal: str) -> bool:
        """Tell whether a token at `name` can come to `goal`."""
        waiting, seen = [name], set()
        while waiting:
            at = waiting.pop()
            for after in [f.target for f in self.leaving(at)] + [e.name for e in self.edges(at)]:
                if after == goal:
                    return True
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)
        return False


@dataclass(slots=True, eq=False)
class Token:
    """Where a token is, by which flow it came, and since when (in hours)."""

    at: str
    came: Flow | None
    known: Known
    since: int = 0
    scope: "Scope | None" = None
    answers: list[object] = field(default_factory=list)
    rung: set[str] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class Scope:
    """The tokens of a process or of one run of a subprocess, and what those at an end knew."""

    drawn: Drawn
    tokens: list[Token] = field(default_factory=list)
    ended: list[Known] = field(default_factory=list)
    host: Token | None = None
    outer: "Scope | None" = None


WAITING = frozenset({"user", "service", "call", "timer", "message", "event", "sub"})


class Game:
    """A process at play. `pending` says what it waits for; `do` makes one of these happen."""

    def __init__(self, drawn: Drawn) -> None:
        self.now = 0
        self.writes = count(1)
        self.top = Scope(drawn)
        self.error: str | None = None
        self.sent: list[str] = []
        self._put(self.top, drawn.start, None, {})
        self._run()

    @property
    def finished(self) -> bool:
        return self.error is not None or not self.top.tokens

    @property
    def result(self) -> dict[str, object]:
        return plain(merged(self.top.ended))

    def pending(self) -> list[tuple[str, str]]:
        """Return (kind, element) of all that the process waits for, sorted."""
        return sorted((kind, step.name) for kind, step, _, _ in self._waits())

    def due(self) -> list[tuple[int, str]]:
        """Return (hour, element) of all timers, the earliest first."""
        return sorted(
            (token.since + step.hours, step.name)
            for kind, step, token, _ in self._waits()
            if kind == "timer"
        )

    def do(self, kind: str, name: str, value: object = None, code: str | None = None) -> None:
        """Let what is waited for happen: at the oldest token when there are several."""
        _, step, token, scope = next(
            each for each in self._waits() if (each[0], each[1].name) == (kind, name)
        )
        if code is not None:
            self._raise(scope, token, code, token.known)
        elif step.host and step.host == token.at:
            self._ring(scope, token, step, value)
        else:
            self._done(scope, token, step, value)
        self._run()

    def _waits(self) -> Iterator[tuple[str, Step, Token, Scope]]:
        yield from self._waits_in(self.top)

    def _waits_in(self, scope: Scope) -> Iterator[tuple[str, Step, Token, Scope]]:
        for token in list(scope.tokens):
            step = scope.drawn.steps[token.at]
            if step.kind not in WAITING:
                continue
            for edge in scope.drawn.edges(step.name):
                if edge.kind in {"timer", "message"} and edge.name not in token.rung:
                    yield edge.kind, edge, token, scope
            if step.kind == "event":
                for flow in scope.drawn.leaving(step.name):
                    behind = scope.drawn.steps[flow.target]
                    yield behind.kind, behind, token, scope
            elif step.kind == "sub" and token.scope is not None:
                yield from self._waits_in(token.scope)
            elif step.kind != "sub":
                left = step.items - len(token.answers) if step.items else 1
                for _ in range(min(left, 1) if step.one_by_one else left):
                    yield step.kind, step, token, scope

    def _done(self, scope: Scope, token: Token, step: Step, value: object) -> None:
        if step.items:
            token.answers.append(value)
            if len(token.answers) < step.items:
                return
            value = list(token.answers)
        if value is not None:
            token.known = {**token.known, step.name: (next(self.writes), value)}
        self._leave(scope, token, step.name)

    def _ring(self, scope: Scope, token: Token, edge: Step, value: object) -> None:
        known = dict(token.known)
        if value is not None:
            known[edge.name] = (next(self.writes), value)
        token.rung.add(edge.name)
        if edge.interrupts:
            scope.tokens.remove(token)
        self._put(scope, edge.name, None, known)

    def _raise(self, scope: Scope, token: Token, code: str, known: Known) -> None:
        """Let an error climb outwards: the nearest edge that catches it, or the end of all."""
        edges = [e for e in scope.drawn.edges(token.at) if e.kind == "error"]
        for wanted in (code, None):
            for edge in edges:
                if edge.code == wanted:
                    return self._ring(scope, token, edge, None)
        if scope.outer is None or scope.host is None:
            return self._break(code, known)
        return self._raise(scope.outer, scope.host, code, known)

    def _break(self, code: str, known: Known) -> None:
        """End the whole process with an error; what its source knew is what is left."""
        self.error = code
        self.top.tokens.clear()
        self.top.ended = [known]

    def _put(self, scope: Scope, name: str, came: Flow | None, known: Known) -> None:
        token = Token(name, came, known, since=self.now)
        step = scope.drawn.steps[name]
        if step.kind == "sub" and step.inner is not None:
            token.scope = Scope(step.inner, host=token, outer=scope)
            self._put(token.scope, step.inner.start, None, known)
        scope.tokens.append(token)

    def _leave(self, scope: Scope, token: Token, name: str) -> None:
        if token in scope.tokens:
            scope.tokens.remove(token)
        for flow in scope.drawn.leaving(name):
            self._put(scope, flow.target, flow, token.known)

    def _run(self) -> None:
        while self.error is None and self._one(self.top):
            pass

    def _one(self, scope: Scope) -> bool:
        """Let one thing happen that needs nobody; say whether there was one."""
        for token in list(scope.tokens):
            if token.scope is not None:
                if self._one(token.scope):
                    return True
                if not token.scope.tokens:
                    token.known = merged([token.known, *token.scope.ended])
                    self._leave(scope, token, token.at)
                    return True
            elif self._passes(scope, token, scope.drawn.steps[token.at]):
                return True
        return False

    def _passes(self, scope: Scope, token: Token, step: Step) -> bool:
        match step.kind:
            case "parallel" | "inclusive":
                return self._gateway(scope, token, step)
            case "exclusive":
                self._choose(scope, token, step, 1)
            case "end":
                scope.tokens.remove(token)
                scope.ended.append(token.known)
            case "terminate":
                scope.tokens.clear()
                scope.ended.append(token.known)
            case "error_end":
                scope.tokens.remove(token)
                if scope.outer is None or scope.host is None:
                    self._break(step.code or "", token.known)
                else:
                    self._raise(scope.outer, scope.host, step.code or "", token.known)
            case kind if kind in WAITING and not step.host:
                return False
            case "send":
                self.sent.append(step.name)
                self._leave(scope, token, step.name)
            case "rule":
                token.known = {**token.known, step.name: (next(self.writes), "decided")}
                self._leave(scope, token, step.name)
            case _:
                self._leave(scope, token, step.name)
        return True

    def _gateway(self, scope: Scope, token: Token, step: Step) -> bool:
        """Pass a parallel or inclusive gateway when all its ways in have come, or can come."""
        here = [each for each in scope.tokens if each.at == step.name]
        if step.kind == "parallel":
            arrived = {id(each.came): each for each in reversed(here)}
            if len(arrived) < len(scope.drawn.entering(step.name)):
                return False
            here = list(arrived.values())
        else:
            others = (each for each in scope.tokens if each.at != step.name)
            if any(scope.drawn.reaches(each.at, step.name) for each in others):
                return False
        for each in here:
            scope.tokens.remove(each)
        whole = Token(step.name, None, merged([each.known for each in here]), since=self.now)
        if step.kind == "parallel":
            self._leave(scope, whole, step.name)
        else:
            scope.tokens.append(whole)
            self._choose(scope, whole, step, len(scope.drawn.leaving(step.name)))
        return True

    def _choose(self, scope: Scope, token: Token, step: Step, most: int) -> None:
        scope.tokens.remove(token)
        flows = scope.drawn.leaving(step.name)
        known = plain(token.known)
        asked = [flow for flow in flows if flow.target != step.default] if len(flows) > 1 else flows
        held = [flow for flow in asked if flow.condition is None or flow.condition(known)]
        taken = held[:most] or [flow for flow in flows if flow.target == step.default]
        for flow in taken:
            self._put(scope, flow.target, flow, token.known)


def merged(found: list[Known]) -> Known:
    """Return the latest writing of each name."""
    whole: Known = {}
    for known in found:
        for name, written in known.items():
            if name not in whole or whole[name][0] < written[0]:
                whole[name] = written
    return whole


def plain(known: Known) -> dict[str, object]:
    """Return the values without when they were written."""
    return {name: value for name, (_, value) in known.items()}
