"""The drawing while it is adapted: its tree, what has been done, and the ways into it."""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.spiff.adapting.adapted import Change
from engine.spiff.adapting.picture import Picture
from engine.spiff.checks.package import line_of
from engine.spiff.refusals import flows_of, nodes_of
from engine.spiff.settings import NAMESPACES, Element, bpmn, settings_of, tag_of
from engine.xml import CAMUNDA

_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "u"})


@dataclass(slots=True, kw_only=True)
class Drawing:
    """One file on its way to a copy that runs; every step changes it in place and says so.

    `process` is the process that shall run, `roles` the names of the roles by id, `handlers` the
    functions of the catalogue.
    """

    root: Element
    process: Element
    picture: Picture
    roles: Mapping[str, str]
    handlers: frozenset[str]
    changes: list[Change] = field(default_factory=list)

    def say(
        self,
        element: Element,
        code: str,
        danish: str,
        english: str,
        left: tuple[str, str] = ("", ""),
    ) -> None:
        """Note what was done to `element`, and what it leaves to decide."""
        self.changes.append(
            Change(
                code=code,
                element="" if element is self.root else element.get("id", ""),
                element_name=self.called(element),
                line=line_of(element),
                danish=danish,
                english=english,
                left_danish=left[0],
                left_english=left[1],
            )
        )

    def called(self, element: Element) -> str:
        """Return the name of `element`; of a flow without one, where it leads from and to.

        Empty for what has neither, and for the file as a whole.
        """
        if element is self.root:
            return ""
        if tag_of(element) != "sequenceFlow" or name_of(element):
            return name_of(element)
        ends = (element.get("sourceRef"), element.get("targetRef"))
        named = {each.get("id"): title_of(each) for each in self.process.iter() if each.get("id")}
        return " → ".join(named.get(end, "") for end in ends)

    def nodes(self, *tags: str) -> list[Element]:
        """Return the flow nodes of these tags, or all of them, in the order of the file."""
        return [node for node in nodes_of(self.process) if not tags or tag_of(node) in tags]

    def scopes(self) -> list[Element]:
        """Return the process and the subprocesses inside it."""
        return [self.process, *self.process.iter(bpmn("subProcess"))]

    def leaving(self, node: Element) -> list[Element]:
        """Return the flows out of `node`."""
        return [flow for flow in flows_of(self.process) if flow.get("sourceRef") == node.get("id")]

    def new_id(self, wish: str) -> str:
        """Return an id that no element has yet, `wish` itself if it is free."""
        taken = {each.get("id") for each in self.root.iter()}
        return free_id(wish, taken)

    def add_node(self, scope: Element, tag: str, wish: str, name: str = "") -> Element:
        """Add a node to `scope` and return it; it has no place in the picture yet."""
        node = etree.SubElement(scope, bpmn(tag), {"id": self.new_id(wish)})
        if name:
            node.set("name", name)
        return node

    def add_flow(self, scope: Element, source: Element, target: Element) -> Element:
        """Draw a flow between two nodes of `scope`, in the picture too, and return it."""
        first, last = source.get("id", ""), target.get("id", "")
        flow = etree.SubElement(
            scope,
            bpmn("sequenceFlow"),
            {"id": self.new_id(f"{first}_to_{last}"), "sourceRef": first, "targetRef": last},
        )
        self.picture.connect(flow.get("id", ""), first, last)
        return flow


def retag(element: Element, tag: str) -> None:
    """Make `element` another kind of node; children and attributes stay."""
    element.tag = bpmn(tag)


def name_of(element: Element) -> str:
    """Return the name of `element` on one line."""
    return " ".join(element.get("name", "").split())


def title_of(element: Element) -> str:
    """Return how `element` is spoken of: its name, else its id."""
    return name_of(element) or element.get("id", "")


def free_id(wish: str, taken: Container[str | None]) -> str:
    """Return `wish`, or `wish` with the first number that makes it new among `taken`."""
    found, number = wish, 2
    while found in taken:
        found, number = f"{wish}_{number}", number + 1
    return found


def word_of(text: str, otherwise: str) -> str:
    """Return `text` as a name for expressions: lower case, a to z, digits and underscores."""
    plain = re.sub(r"[^a-z0-9]+", "_", text.casefold().translate(_LETTERS)).strip("_")[:40]
    plain = plain.strip("_")
    return plain if plain and not plain[0].isdigit() else otherwise


def set_setting(node: Element, name: str, value: str) -> None:
    """Give `node` a `camunda:property`, unless it has that setting already."""
    if name in settings_of(node):
        return
    extensions = node.find(bpmn("extensionElements"))
    if extensions is None:
        extensions = etree.Element(bpmn("extensionElements"))
        documented = sum(1 for each in node if tag_of(each) == "documentation")
        node.insert(documented, extensions)
    properties = extensions.find("camunda:properties", NAMESPACES)
    if properties is None:
        properties = etree.SubElement(extensions, f"{{{CAMUNDA}}}properties")
    etree.SubElement(properties, f"{{{CAMUNDA}}}property", {"name": name, "value": value})


def set_attribute(node: Element, name: str, value: str) -> None:
    """Give `node` a `camunda:` attribute, unless it has that setting already."""
    if name not in settings_of(node):
        node.set(f"{{{CAMUNDA}}}{name}", value)


def take(element: Element, attribute: str) -> str:
    """Take the attribute off `element` and return what it said, or an empty text."""
    said = element.get(attribute, "")
    element.attrib.pop(attribute, "")
    return said


def remove(element: Element) -> None:
    """Take `element` out of the tree; the text behind it stays."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def children(element: Element, *tags: str) -> Iterator[Element]:
    """Yield the BPMN children of these tags; safe against removing them on the way."""
    return (each for each in list(element) if tag_of(each) in tags)
