"""Looking into a DMN file, whichever version of the standard it is written in."""

from collections.abc import Iterator

from engine.domain.errors import InvalidDefinition
from engine.xml import DMN, Element, name_of

MODELS = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        DMN,
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)


def check_root(root: Element) -> None:
    """Raise `InvalidDefinition` unless the file holds decisions of a known version of DMN."""
    namespace, name = name_of(root)
    if namespace not in MODELS or name != "definitions":
        raise InvalidDefinition("Filen er ikke en DMN-fil (version 1.1 til 1.5).")


def sort_of(element: Element) -> str:
    """Return the local name of a DMN element, or an empty text for one of another language."""
    namespace, name = name_of(element)
    return name if namespace in MODELS else ""


def children(element: Element, *sorts: str) -> Iterator[Element]:
    """Return the children of these kinds, in order."""
    return (child for child in element if sort_of(child) in sorts)


def child(element: Element, *sorts: str) -> Element | None:
    """Return the first child of these kinds, if any."""
    return next(children(element, *sorts), None)


def everywhere(root: Element, *sorts: str) -> Iterator[Element]:
    """Return the elements of these kinds anywhere below, in order."""
    return (element for element in root.iter("*") if sort_of(element) in sorts)


def text_of(element: Element | None) -> str:
    """Return the text of the `text` child, or of the element; nothing gives an empty text."""
    if element is None:
        return ""
    inner = child(element, "text")
    return ((element if inner is None else inner).text or "").strip()


def referred(element: Element, *sorts: str) -> Iterator[str]:
    """Return the ids that the grandchildren of these kinds refer to within the file.

    Raises `InvalidDefinition` when one refers to another file.
    """
    for target in everywhere(element, *sorts):
        place, _, identity = (target.get("href") or "").rpartition("#")
        if place and place != element.getroottree().getroot().get("namespace"):
            raise InvalidDefinition(
                f"Linje {target.sourceline}: filen henviser til en anden fil ({place})."
            )
        yield identity


def invalid(element: Element, where: str, reason: object) -> InvalidDefinition:
    """Return the error that says where in the file something cannot be read."""
    return InvalidDefinition(f"{where} (linje {element.sourceline}): {reason}")
