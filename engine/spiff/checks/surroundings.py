"""What the processes of a house offer each other: calls, messages and the names that cross."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from engine.domain.errors import InvalidDefinition
from engine.spiff.checks.findings import Known, Signature
from engine.spiff.checks.package import file_of, kind_of
from engine.spiff.settings import Element, message_name, settings_of, tag_of
from engine.xml import read_xml

_CATCHING = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask"})
_THROWING = frozenset({"intermediateThrowEvent", "endEvent", "sendTask"})
_NOTHING: frozenset[str] = frozenset()

Names = frozenset[str]
Packages = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """What one diagram shows to the others.

    `starts` are the messages that start it, `catches` those and the ones it waits for; `throws`
    maps a message, and `calls` a process, to the names that go with it.
    """

    starts: Names = _NOTHING
    catches: Names = _NOTHING
    throws: Mapping[str, Names] = field(default_factory=dict)
    calls: Mapping[str, Names] = field(default_factory=dict)


def known_to(
    process: str,
    packages: Packages,
    *,
    roles: Iterable[str],
    handlers: Mapping[str, Signature],
    parameters: Iterable[str],
    functions: Iterable[str],
    facts: Iterable[str] | None = None,
) -> Known:
    """Return what `process` may rely on when `packages` are in force, by process.

    `facts` are the names that every process of a case is given at its start; without them
    nothing is said about which names are known.
    """
    surfaces = {name: surface_of(files.get(file_of(name), "")) for name, files in packages.items()}
    return Known(
        roles=frozenset(roles),
        handlers=handlers,
        parameters=frozenset(parameters),
        functions=frozenset(functions),
        processes=frozenset(packages),
        calls={name: frozenset(each.calls) for name, each in surfaces.items() if each.calls},
        messages=frozenset().union(*(each.catches for each in surfaces.values())),
        names=None if facts is None else _names(process, surfaces, frozenset(facts)),
    )


@lru_cache(maxsize=256)
def surface_of(xml: str) -> Surface:
    """Return what the diagram shows to the others; nothing when it cannot be read."""
    try:
        root = read_xml(xml.encode())
    except InvalidDefinition:
        return Surface()
    nodes = list(root.iter())
    caught = [node for node in nodes if _is_message(node, _CATCHING) and message_name(node)]
    return Surface(
        starts=frozenset(message_name(node) for node in caught if tag_of(node) == "startEvent"),
        catches=frozenset(map(message_name, caught)),
        throws=_gathered((message_name(n), n) for n in nodes if _is_message(n, _THROWING)),
        calls=_gathered(
            (n.get("calledElement", ""), n) for n in nodes if tag_of(n) == "callActivity"
        ),
    )


def _names(process: str, surfaces: Mapping[str, Surface], facts: Names) -> Names | None:
    """Return the names given at the start; None when a message comes from outside the diagrams."""
    starts = surfaces[process].starts if process in surfaces else _NOTHING
    if starts - {message for each in surfaces.values() for message in each.throws}:
        return None
    given = [
        each.throws[name] for each in surfaces.values() for name in starts & each.throws.keys()
    ]
    called = [each.calls[process] for each in surfaces.values() if process in each.calls]
    return facts.union(*given, *called)


def _is_message(node: Element, tags: Names) -> bool:
    tag = tag_of(node)
    return tag in tags and (tag.endswith("Task") or kind_of(node) == "message")


def _gathered(found: Iterable[tuple[str, Element]]) -> dict[str, Names]:
    names: dict[str, Names] = {}
    for key, node in found:
        given = (name[3:] for name in settings_of(node) if name.startswith("in."))
        names[key] = names.get(key, _NOTHING).union(given)
    return names
