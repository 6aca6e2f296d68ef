"""One shared specification per definition version, and what its diagram declares."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any

from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine.domain.errors import InvalidDefinition
from engine.ports import Blueprint, Definition
from engine.spiff.blueprints import blueprint_of
from engine.spiff.joins import Each, Inclusive
from engine.spiff.parsing import Parser
from engine.spiff.refusals import refusals
from engine.spiff.settings import Element, bpmn, tag_of
from engine.spiff.waits import End
from engine.xml import read_xml


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """A parsed definition: the spec of its process and those of its subprocesses by element id.

    Never changed after parsing, so that any number of instances and threads may share it.
    """

    definition: str
    process: str
    main: Any
    inner: dict[str, Any]
    blueprint: Blueprint
    ends: frozenset[str]  # ids of the end events


class Specifications:
    """The parsed definitions by id; the least recently used are dropped. Safe among threads."""

    def __init__(self, kept: int = 256) -> None:
        self._kept = kept
        self._known: OrderedDict[str, Specification] = OrderedDict()
        self._lock = Lock()

    def of(self, definition: Definition) -> Specification:
        """Return the parsed `definition`. Raises `InvalidDefinition`."""
        with self._lock:
            if definition.id in self._known:
                self._known.move_to_end(definition.id)
                return self._known[definition.id]
        made = parsed(definition)  # outside the lock: two threads may parse the same one, once
        with self._lock:
            made = self._known.setdefault(definition.id, made)
            while len(self._known) > self._kept:
                self._known.popitem(last=False)
        return made


def parsed(definition: Definition) -> Specification:
    """Return `definition` parsed anew. Raises `InvalidDefinition` naming element and reason."""
    try:
        return _parsed(definition)
    except InvalidDefinition as cause:
        raise InvalidDefinition(f"{definition.process}: {cause}") from cause


def _parsed(definition: Definition) -> Specification:
    root = read_xml(definition.xml)
    process = _executable(root, definition.process)
    for element, sentence in refusals(process):
        raise InvalidDefinition(f"{element.get('id') or tag_of(element)}: {sentence}")
    blueprint = blueprint_of(process)
    _drop_silent(root, process)
    main, inner = _specs(root, definition.process)
    for spec in (main, *inner.values()):
        _connect(spec)
    return Specification(
        definition=definition.id,
        process=definition.process,
        main=main,
        inner=inner,
        blueprint=blueprint,
        ends=frozenset(_ends(main, *inner.values())),
    )


def _ends(*specs: Any) -> Iterator[str]:
    for spec in specs:
        yield from (each.bpmn_id for each in spec.task_specs.values() if isinstance(each, End))


def _executable(root: Element, name: str) -> Element:
    found = [p for p in root.iter(bpmn("process")) if p.get("isExecutable") == "true"]
    if len(found) != 1:
        raise InvalidDefinition(f"Filen skal have netop én kørbar proces, men har {len(found)}.")
    if found[0].get("id") != name:
        raise InvalidDefinition(f"Filens proces hedder »{found[0].get('id')}«.")
    return found[0]


def _drop_silent(root: Element, process: Element) -> None:
    """Remove what is drawn for the eye only: the library would refuse or half obey it."""
    for tag in ("dataStore", "collaboration", "correlationProperty", "process"):
        for element in [found for found in root.findall(bpmn(tag)) if found is not process]:
            root.remove(element)
    for tag in (
        *("dataObject", "dataObjectReference", "dataStoreReference", "property"),
        *("ioSpecification", "dataInputAssociation", "dataOutputAssociation"),
    ):
        for element in list(process.iter(bpmn(tag))):
            if (parent := element.getparent()) is not None:
                parent.remove(element)


def _specs(root: Element, name: str) -> tuple[Any, dict[str, Any]]:
    parser = Parser()
    try:
        parser.add_bpmn_xml(root)
        return parser.get_spec(name), parser.get_subprocess_specs(name)
    except SpiffWorkflowException as cause:
        where = getattr(cause, "id", "") or name
        raise InvalidDefinition(f"{where}: Diagrammet kan ikke læses ({cause}).") from cause


def _connect(spec: Any) -> None:
    """Do once what the library does while running, or what needs the whole specification."""
    for task_spec in spec.task_specs.values():
        if isinstance(task_spec, Each):
            # In every worker: else one that was restarted completes the last item and stalls.
            inner = spec.task_specs[task_spec.task_spec]
            inner.completed_event.connect(task_spec.merge_child)
        if isinstance(task_spec, Inclusive):
            task_spec.sources = _sources(task_spec)


def _sources(join: Any) -> frozenset[str]:
    """Return the names of the specs from which `join` can be reached without passing it."""
    found: set[str] = set()
    waiting = list(join.inputs)
    while waiting:
        spec = waiting.pop()
        if spec.name not in found and spec is not join:
            found.add(spec.name)
            waiting.extend(spec.inputs)
    return frozenset(found)
