"""A diagram as what it says: elements, attributes and values, whatever their order and spacing."""

from collections import Counter

from lxml import etree

XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
Said = tuple[str, tuple[tuple[str, str], ...], str]


def said_in(xml: str) -> Counter[Said]:
    """Return how often each element is said: its path of tags and ids, attributes and text."""
    root = etree.fromstring(xml.encode())
    return Counter(_said(element) for element in root.iter(etree.Element))


def differences(before: str, after: str) -> tuple[list[Said], list[Said]]:
    """Return what only the one diagram says, and what only the other does."""
    one, other = said_in(before), said_in(after)
    return sorted((one - other).elements()), sorted((other - one).elements())


def _said(element: etree._Element) -> Said:
    attributes = sorted(
        (str(name), _value(str(name), str(value))) for name, value in element.items()
    )
    return _path(element), tuple(attributes), (element.text or "").strip()


def _value(name: str, value: str) -> str:
    return value.rpartition(":")[2] if name == XSI_TYPE else value  # the prefix says nothing


def _path(element: etree._Element) -> str:
    above = element.getparent()
    here = f"{etree.QName(element).localname}#{element.get('id') or element.get('name') or ''}"
    return here if above is None else f"{_path(above)}/{here}"
