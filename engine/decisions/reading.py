"""Reading DMN files: 1.1 to 1.5, as dmn-js, Camunda and others write them."""

from __future__ import annotations

from collections.abc import Callable, Collection

from engine.decisions.elements import (
    check_root,
    child,
    children,
    everywhere,
    invalid,
    referred,
    sort_of,
    text_of,
)
from engine.decisions.model import DecisionTable, FunctionLogic, InputData, Knowledge, Service
from engine.decisions.reading_logic import LogicReader
from engine.decisions.reads import calls_of, reads_of
from engine.decisions.types import ANY
from engine.domain.errors import InvalidDefinition
from engine.xml import Element, read_xml

MAX_BELOW = 40


def read_file(xml: bytes, names: Collection[str] = ()) -> dict[str, DecisionTable]:
    """Return the decisions of a file by their id. Raises `InvalidDefinition`."""
    root = read_xml(xml)
    check_root(root)
    reader = _FileReader(root, names)
    return {
        identity: reader.decision(identity)
        for identity, element in reader.elements.items()
        if sort_of(element) == "decision"
    }


def read_service(xml: bytes, name: str, names: Collection[str] = ()) -> Knowledge:
    """Return the decision service (or function) of that name. Raises `InvalidDefinition`."""
    root = read_xml(xml)
    check_root(root)
    reader = _FileReader(root, names)
    for identity, element in reader.elements.items():
        known = sort_of(element) in ("decisionService", "businessKnowledgeModel")
        if known and element.get("name") == name:
            return reader.knowledge(identity)
    raise InvalidDefinition(f"Filen har ingen funktion, der hedder »{name}«.")


class _FileReader:
    """Reads each part of one file once, and refuses parts that go round in a circle."""

    def __init__(self, root: Element, names: Collection[str]) -> None:
        self.elements = _by_id(root)
        self._logic = LogicReader(root, _names_in(root) | frozenset(names))
        self._read: dict[str, DecisionTable | Knowledge] = {}
        self._under_way: list[str] = []

    def decision(self, identity: str) -> DecisionTable:
        found = self._once(identity, self._read_decision)
        if not isinstance(found, DecisionTable):
            raise InvalidDefinition(f"»{identity}« er ikke en beslutning.")
        return found

    def knowledge(self, identity: str) -> Knowledge:
        found = self._once(identity, self._read_knowledge)
        if not isinstance(found, Knowledge):
            raise InvalidDefinition(f"»{identity}« er ikke en funktion.")
        return found

    def _once(
        self, identity: str, read: Callable[[Element], DecisionTable | Knowledge]
    ) -> DecisionTable | Knowledge:
        if identity not in self._read:
            if identity in self._under_way:
                raise InvalidDefinition(f"Beslutningerne går i ring ved »{identity}«.")
            if len(self._under_way) > MAX_BELOW:
                raise InvalidDefinition("Beslutningerne bygger på hinanden i for mange led.")
            self._under_way.append(identity)
            self._read[identity] = read(self._element(identity))
            self._under_way.pop()
        return self._read[identity]

    def _element(self, identity: str) -> Element:
        if identity not in self.elements:
            raise InvalidDefinition(f"Filen henviser til »{identity}«, der ikke findes i den.")
        return self.elements[identity]

    def _read_decision(self, element: Element) -> DecisionTable:
        variable = child(element, "variable")
        name = element.get("name") or element.get("id") or ""
        logic = self._logic.inside(element, f"Beslutningen »{name}«")
        needs = tuple(self.decision(i) for i in self._referred(element, "requiredDecision"))
        called = "" if variable is None else variable.get("name") or ""
        own = reads_of(logic) - {needed.variable for needed in needs}
        below = frozenset().union(*(needed.reads for needed in needs))
        knows = tuple(self.knowledge(i) for i in self._referred(element, "requiredKnowledge"))
        return DecisionTable(
            id=element.get("id") or "",
            name=name,
            variable=called or name,
            type=ANY if variable is None else self._logic.type_of(variable),
            logic=logic,
            inputs=self._inputs(element),
            needs=needs,
            knows=knows,
            reads=own - {known.name for known in knows} | below,
            calls=(calls_of(logic) - {known.name for known in knows}).union(
                *(needed.calls for needed in needs)
            ),
            note=text_of(child(element, "description")),
        )

    def _inputs(self, element: Element) -> tuple[InputData, ...]:
        return tuple(
            self._input(self._element(i)) for i in self._referred(element, "requiredInput")
        )

    def _input(self, element: Element) -> InputData:
        variable = child(element, "variable")
        name = element.get("name") or ""
        if variable is None:
            return InputData(name, ANY)
        return InputData(variable.get("name") or name, self._logic.type_of(variable))

    def _referred(self, element: Element, sort: str) -> list[str]:
        return list(referred(element, sort))

    def _read_knowledge(self, element: Element) -> Knowledge:
        if sort_of(element) == "decisionService":
            return self._read_service(element)
        name = element.get("name") or ""
        variable = child(element, "variable")
        function = child(element, "encapsulatedLogic")
        if function is None:
            raise invalid(element, f"Funktionen »{name}«", "den har intet indhold.")
        logic = self._logic.function(function, f"Funktionen »{name}«")
        result = ANY if variable is None else self._logic.type_of(variable)
        return Knowledge(
            name=(name if variable is None else variable.get("name") or name),
            function=FunctionLogic(logic.parameters, logic.body, result),
            knows=tuple(self.knowledge(i) for i in self._referred(element, "requiredKnowledge")),
        )

    def _read_service(self, element: Element) -> Knowledge:
        name = element.get("name") or ""
        variable = child(element, "variable")
        service = Service(
            outputs=tuple(self.decision(i) for i in self._referred(element, "outputDecision")),
            inputs=tuple(
                self._input(self._element(i)) for i in self._referred(element, "inputData")
            ),
            takes=tuple(self.decision(i) for i in self._referred(element, "inputDecision")),
            type=ANY if variable is None else self._logic.type_of(variable),
        )
        return Knowledge(
            name=(name if variable is None else variable.get("name") or name), service=service
        )


def _by_id(root: Element) -> dict[str, Element]:
    found: dict[str, Element] = {}
    parts = ("decision", "inputData", "businessKnowledgeModel", "decisionService")
    for element in children(root, *parts):
        identity = element.get("id") or element.get("name") or ""
        if identity in found:
            raise invalid(element, f"»{identity}«", "det samme id er brugt to gange.")
        found[identity] = element
    return found


def _names_in(root: Element) -> frozenset[str]:
    named = everywhere(
        root,
        *("decision", "inputData", "businessKnowledgeModel", "decisionService", "variable"),
        *("itemComponent", "formalParameter", "parameter", "column", "output"),
    )
    return frozenset(name for element in named if (name := element.get("name")))
