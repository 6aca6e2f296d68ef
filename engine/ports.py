"""What the services ask of the world around them, and the values that cross."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

# Process data: JSON scalars, lists and objects; a date is its ISO text. Replaced whole, never
# changed in place.
Json = Any
Variables = Mapping[str, Json]


class Clock(Protocol):
    """The only source of the present."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What personal data is read for. `behind` is the task, grant or office that it rests on.

    `behind` is a word and an id ("task:…", "grant:…", "office:coordinator"), or empty.
    """

    code: str
    behind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts. `id` is the employee, or None when the system itself acts.

    The system has a `purpose` of its own; a person states one with each act.
    `posts` are the roles with the unit or forum where each is held; a role of one place opens
    nothing in another. `compartments` are the closed ones whose rows the actor is given, None for
    all of them: see `engine.storage.compartments`.
    """

    id: UUID | None
    name: str
    roles: frozenset[str] = frozenset()
    units: frozenset[UUID] = frozenset()
    forums: frozenset[UUID] = frozenset()
    posts: frozenset[tuple[str, UUID]] = frozenset()
    purpose: Purpose | None = None
    compartments: frozenset[str] | None = frozenset()

    def has_post(self, role: str, *places: UUID | None) -> bool:
        """Say whether the actor holds the role in one of these units or forums."""
        return any((role, place) in self.posts for place in places)


SYSTEM = Actor(id=None, name="Systemet", purpose=Purpose(code="system"), compartments=None)


# -- The process engine ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a decision table gave. `rows` are the numbers (from 1) of the rows that decided."""

    outputs: Variables
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything a step may know besides state and command. Made per command, so nothing leaks.

    `functions` are callable from every FEEL expression (param, after, age …). `decide` runs the
    decision table of that name, or raises `InvalidDefinition`. `local_start` turns a FEEL date
    that a drawn timer gave into the instant it fires (08:00 local, by convention).
    """

    now: datetime
    functions: Mapping[str, Callable[..., Any]]
    decide: Callable[[str, Variables], Decided]
    local_start: Callable[[Any], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One immutable version of one process: `id` is unique to its content."""

    id: str
    process: str
    xml: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingTask:
    """A user task that waits for a person. `data` is what is visible there (inputs of deadline)."""

    key: int
    element: str
    name: str
    settings: Mapping[str, str]
    data: Variables


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingTimer:
    """A drawn timer: `key` names the task inside the state, `element` the event; UTC."""

    key: int
    element: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingMessage:
    """A wait for a message `name` whose `message_key`, if any, equals `correlation`."""

    key: int
    element: str
    name: str
    correlation: str | None
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCall:
    """A stop: `kind` is "handler" (run it, then `resume`) or "process" (start it, wait for it)."""

    key: int
    element: str
    kind: str
    target: str
    inputs: Variables
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrownMessage:
    """A message this command sent."""

    element: str
    name: str
    correlation: str | None
    payload: Variables


@dataclass(frozen=True, slots=True, kw_only=True)
class FiredTimer:
    """A drawn timer that this command fired, with the instant it was planned for (UTC)."""

    element: str
    planned_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenDecision:
    """A table this command asked, and the rows that decided."""

    element: str
    table: str
    rows: tuple[int, ...]
    outputs: Variables


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What a process is after a command. `state` is opaque bytes, equal for equal histories.

    `tasks`, `timers`, `waits` and `calls` say what it waits for now; `messages`, `fired` and
    `decided` what this command brought about. `reached` are the ids of the elements that are
    finished, for showing where the process stands. A finished process has `result` (all its
    data) and, when it ended with an error, `error` (the code). `ended_at` are the ids of the
    end events that were reached. `incident` says why a process can go no further although it
    is not finished (stalled, or grown too large): it is saved and shown, never silent.
    """

    state: bytes
    tasks: Sequence[WaitingTask] = ()
    timers: Sequence[WaitingTimer] = ()
    waits: Sequence[WaitingMessage] = ()
    calls: Sequence[PendingCall] = ()
    messages: Sequence[ThrownMessage] = ()
    fired: Sequence[FiredTimer] = ()
    decided: Sequence[TakenDecision] = ()
    reached: Sequence[str] = ()
    finished: bool = False
    ended_at: Sequence[str] = ()
    result: Variables = field(default_factory=dict)
    error: str | None = None
    incident: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartMessage:
    """The message that starts an instance: of its payload crosses what the start event names."""

    name: str
    payload: Variables


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What an instance can still reach: the element ids, and the names of process data that
    these read, and that their settings write.
    """

    elements: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """An instance as one of another version: its `state` there, or the Danish `reasons` why not.

    `known` are the names that every running step knows, `standing` the ids of the elements that
    run, `before` and `after` what lies ahead in the version it is of and in the other. `anew` is
    the moment (UTC) that the other version would give a drawn timer (key, element) that runs.
    """

    state: bytes | None = None
    reasons: Sequence[str] = ()
    known: frozenset[str] = frozenset()
    anew: Mapping[tuple[int, str], datetime] = field(default_factory=dict)
    standing: frozenset[str] = frozenset()
    before: Ahead = field(default_factory=Ahead)
    after: Ahead = field(default_factory=Ahead)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redated:
    """What is otherwise in the data and the timers of an instance, whose dates were recounted.

    `dates` are new days by the old ones (ISO), for every name but those `spared`; `facts` are new
    values by name, where the name is known; `moments` (UTC) are those of drawn timers by key and
    element.
    """

    dates: Mapping[str, str] = field(default_factory=dict)
    spared: Collection[str] = ()
    facts: Variables = field(default_factory=dict)
    moments: Mapping[tuple[int, str], datetime] = field(default_factory=dict)


class ProcessEngine(Protocol):
    """Stateless: state and command in, Snapshot out. Same state, command, world: same bytes.

    A command that cannot be carried through raises `StepFailed` and moves nothing. A `key` that
    no longer waits raises `NotWaiting`. `variables` and results are JSON values only.
    """

    def start(
        self,
        definition: Definition,
        inputs: Variables,
        world: World,
        message: "StartMessage | None" = None,
    ) -> Snapshot:
        """Start at the plain start event, or at that of `message`. All `inputs` cross."""
        ...

    def complete(
        self, definition: Definition, state: bytes, key: int, answers: Variables, world: World
    ) -> Snapshot:
        """Complete the user task `key`; its answers become process data."""
        ...

    def resume(
        self, definition: Definition, state: bytes, key: int, outputs: Variables, world: World
    ) -> Snapshot:
        """Go on after a call; only what its `out.` settings name crosses."""
        ...

    def fail(
        self, definition: Definition, state: bytes, key: int, code: str, world: World
    ) -> Snapshot:
        """Let a call fail: its error boundary catches `code`, or the process ends with it."""
        ...

    def deliver(
        self,
        definition: Definition,
        state: bytes,
        key: int,
        name: str,
        payload: Variables,
        world: World,
    ) -> Snapshot:
        """Give the message `name` to the wait `key`."""
        ...

    def wake(self, definition: Definition, state: bytes, world: World) -> Snapshot:
        """Fire what is due at `world.now`, oldest first; without anything due, change nothing."""
        ...

    def look(self, definition: Definition, state: bytes, world: World) -> Snapshot:
        """Return what the instance waits for; nothing moves, also when something is due."""
        ...

    def redate(self, definition: Definition, state: bytes, new: Redated, world: World) -> Snapshot:
        """Let the instance have these dates; nothing runs, also when a timer is due by them."""
        ...

    def transfer(
        self,
        definition: Definition,
        state: bytes,
        to: Definition,
        world: World,
        signed: Collection[tuple[int, str]] = (),
    ) -> Transfer:
        """Return the instance as one of the version `to`, or why it cannot be; nothing moves.

        Drawn timers keep their moments, but those `signed` for (key, element) take the new one.
        """
        ...

    def inspect(self, definition: Definition) -> "Blueprint":
        """Read what the diagram declares. Raises `InvalidDefinition`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One flow node as drawn: BPMN `type` (userTask, …), label, lane and `camunda:` settings."""

    id: str
    type: str
    name: str
    lane: str
    settings: Mapping[str, str]
    following: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """What a diagram declares.

    `start_messages` are the messages that start it, `awaits` those that a node in it waits for,
    `reads` every name its expressions read (only answers to these go into the process), `nodes`
    in the order of the flow, `timers` the FEEL of each event that waits for time, by its id.
    """

    process: str
    name: str
    documentation: str
    start_messages: tuple[str, ...]
    awaits: frozenset[str]
    reads: frozenset[str]
    nodes: tuple[Node, ...]
    timers: Mapping[str, str] = field(default_factory=dict)


# -- The house around the engine ------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Whom a task is for. At least one is set; `assignee` means it is already that person's."""

    role: str
    unit: UUID | None = None
    forum: UUID | None = None
    assignee: UUID | None = None


MAIL, DIGITAL_POST, PAPER = "mail", "digital_post", "paper"  # how a message leaves


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One who gets a message; `employee` is None for people outside the house.

    `email` is their address on the `channel`, MAIL unless said otherwise. A letter on PAPER has
    none: a person sends it.
    """

    name: str
    email: str
    employee: UUID | None = None
    channel: str = MAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """The words of a message as it leaves; `calendar` as in `Mail`."""

    subject: str
    body: str
    calendar: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A message to send once. `key` is its identity: the same key is never sent twice.

    `calendar` is RFC 5545 text with a METHOD, for a message that a calendar program reads too.
    `channel` is MAIL or DIGITAL_POST, where `to` is a CPR number, or the id of the person here.
    `compartment` is the closed one that it comes from, if any.
    """

    key: str
    to: str
    subject: str
    body: str
    calendar: str = ""
    channel: str = MAIL
    compartment: str | None = None


class Notifier(Protocol):
    """The way out of the house; called by the outbox only."""

    def send(self, mail: Mail) -> str | None:
        """Hand over `mail`, or raise `OSError`/`SMTPException` so that it is tried again.

        Returns the receipt of the other side, where it gives one.
        """
        ...
