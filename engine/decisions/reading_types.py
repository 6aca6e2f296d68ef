"""Reading the types that a DMN file declares."""

from engine.decisions.elements import child, children, invalid, text_of
from engine.decisions.types import ANY, BASIC, DataType
from engine.domain.errors import InvalidDefinition
from engine.feel.errors import FeelSyntaxError
from engine.feel.expressions import UnaryTests, parse_unary_tests
from engine.xml import Element

MAX_DEPTH = 20


class TypeReader:
    """Finds the types of one file by name. Raises `InvalidDefinition`."""

    def __init__(self, root: Element, names: frozenset[str]) -> None:
        self._names = names
        self._elements = {
            element.get("name") or "": element for element in children(root, "itemDefinition")
        }
        self._found: dict[str, DataType] = {}

    def declared(self, element: Element) -> DataType:
        """Return the type that `element` names in its `typeRef`, or Any.

        Raises `InvalidDefinition` when nothing has that name.
        """
        try:
            return self.named(element.get("typeRef"))
        except InvalidDefinition as error:
            raise invalid(element, "Typen", error) from error

    def named(self, name: str | None, depth: int = 0) -> DataType:
        """Return the type of that name: one of the file, else one of FEEL.

        Raises `InvalidDefinition` when it is neither.
        """
        plain = (name or "").rpartition(":")[2] if (name or "").startswith("feel:") else name or ""
        if not plain or plain.rpartition("}")[2] in ("Any", "any"):
            return ANY
        if plain in self._elements:
            return self._of_file(plain, depth)
        if plain in BASIC:
            return DataType(name=plain, basic=BASIC[plain])
        raise InvalidDefinition(f"typen »{plain}« kendes ikke.")

    def _of_file(self, name: str, depth: int) -> DataType:
        if depth > MAX_DEPTH:
            raise InvalidDefinition(f"typen »{name}« går i ring.")
        if name not in self._found:
            self._found[name] = self._read(self._elements[name], depth)
        return self._found[name]

    def _read(self, element: Element, depth: int) -> DataType:
        name = element.get("name") or ""
        single = self._single(element, name, depth)
        if element.get("isCollection") != "true":
            return single
        return DataType(name=name, item=single)

    def _single(self, element: Element, name: str, depth: int) -> DataType:
        if child(element, "functionItem") is not None:
            return DataType(name=name, basic="function")
        members = tuple(
            (part.get("name") or "", self._read(part, depth + 1))
            for part in children(element, "itemComponent")
        )
        if members:
            return DataType(name=name, basic="context", members=members)
        base = self.named(text_of(child(element, "typeRef")), depth + 1)
        allowed = self._allowed(element)
        return DataType(
            name=name,
            basic=base.basic,
            members=base.members,
            item=base.item,
            allowed=allowed or base.allowed,
        )

    def _allowed(self, element: Element) -> UnaryTests | None:
        found = child(element, "allowedValues")
        if found is None:
            return None
        try:
            return parse_unary_tests(text_of(found), self._names)
        except FeelSyntaxError as error:
            raise invalid(found, "De tilladte værdier", error) from error
