"""What the processes of a house offer each other: calls, messages and the names that cross."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from engine.domain.errors import InvalidDefinition
from engine.domain.manifests import declared_compartment
from engine.feel.builtins import BUILTIN_NAMES
from engine.spiff.checks.findings import Known, Signature
from engine.spiff.checks.given import needed, produced
from engine.spiff.checks.package import file_of, kind_of
from engine.spiff.checks.reading import read_package
from engine.spiff.settings import Element, message_name, settings_of, tag_of
from engine.xml import read_xml

_CATCHING = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask"})
_THROWING = frozenset({"intermediateThrowEvent", "endEvent", "sendTask"})
_NOTHING: frozenset[str] = frozenset()

Names = frozenset[str]
Packages = Mapping[str, Mapping[str, str]]


NO_NAMES: Mapping[str, Names] = MappingProxyType({})
NO_TITLES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What a process must be told at its start beside the facts of a case, and what it leaves."""

    needs: Names = _NOTHING
    gives: Names = _NOTHING


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
    published: Mapping[str, Names] = NO_NAMES,
    titles: Mapping[str, str] = NO_TITLES,
    enters: Mapping[str, Names] = NO_NAMES,
    stays: Iterable[str] = (),
) -> Known:
    """Return what `process` may rely on when `packages` are in force, by process.

    `facts` are the names that every process of a case is given at its start; without them
    nothing is said about which names are known. `published` are the messages that the house sends
    by itself, with the names in them, and `titles` what a role is called. `enters` and `stays` as
    `Known` has them.
    """
    surfaces = {name: surface_of(files.get(file_of(name), "")) for name, files in packages.items()}
    others = [each.throws for name, each in surfaces.items() if name != process]
    known = frozenset(facts or ())
    exchanges = {
        name: exchange(name, tuple(sorted(files.items()))) for name, files in packages.items()
    }
    return Known(
        roles=frozenset(roles),
        handlers=handlers,
        parameters=frozenset(parameters),
        functions=frozenset(functions),
        processes=frozenset(packages),
        calls={name: frozenset(each.calls) for name, each in surfaces.items() if each.calls},
        messages=_NOTHING.union(*(each.catches for each in surfaces.values())),
        sent=_united([published, *others]),
        takes={name: each.needs - known for name, each in exchanges.items()},
        gives={name: each.gives | known for name, each in exchanges.items()},
        names=None if facts is None else known.union(*_told(process, surfaces)),
        titles=titles,
        enters=enters,
        lies_in={
            name: frozenset({compartment})
            for name, files in packages.items()
            if (compartment := declared_compartment(files))
        },
        receives=_receivers(surfaces),
        stays=frozenset(stays),
    )


def _receivers(surfaces: Mapping[str, Surface]) -> dict[str, Names]:
    found: dict[str, Names] = {}
    for process, surface in surfaces.items():
        for message in surface.catches:
            found[message] = found.get(message, _NOTHING) | {process}
    return found


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


@lru_cache(maxsize=256)
def exchange(process: str, files: tuple[tuple[str, str], ...]) -> Exchange:
    """Return what the process must be told and what it leaves; nothing when it cannot be read."""
    package, _ = read_package(process, dict(files), Known())
    if package is None:
        return Exchange()
    needs = needed(package) - BUILTIN_NAMES
    return Exchange(needs=needs, gives=produced(package) | needs)


def _told(process: str, surfaces: Mapping[str, Surface]) -> list[Names]:
    """Return what each process that calls `process` tells it."""
    return [each.calls[process] for each in surfaces.values() if process in each.calls]


def _united(found: Iterable[Mapping[str, Names]]) -> dict[str, Names]:
    united: dict[str, Names] = {}
    for each in found:
        for name, names in each.items():
            united[name] = united.get(name, _NOTHING) | names
    return united


def _is_message(node: Element, tags: Names) -> bool:
    tag = tag_of(node)
    return tag in tags and (tag.endswith("Task") or kind_of(node) == "message")


def _gathered(found: Iterable[tuple[str, Element]]) -> dict[str, Names]:
    names: dict[str, Names] = {}
    for key, node in found:
        given = (name[3:] for name in settings_of(node) if name.startswith("in."))
        names[key] = names.get(key, _NOTHING).union(given)
    return names
