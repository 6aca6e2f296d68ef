"""Hardened reading of XML: diagrams and decision tables come from outside and are not trusted."""

from io import BytesIO

from lxml import etree

from engine.domain.errors import InvalidDefinition

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"

Element = etree._Element

MAX_BYTES = 2 * 1024 * 1024
MAX_ELEMENTS = 20_000


def read_xml(data: bytes) -> Element:
    """Return the root element of `data`, without comments and processing instructions.

    Nothing outside `data` is read and no entity is expanded. Raises `InvalidDefinition` when
    `data` is empty, over 2 MB, over 20,000 elements, carries a DOCTYPE, or is not XML.
    """
    if not data.strip():
        raise InvalidDefinition("Filen er tom.")
    if len(data) > MAX_BYTES:
        raise InvalidDefinition("Filen fylder mere end 2 MB.")
    try:
        return _read(data)
    except etree.XMLSyntaxError as error:
        raise InvalidDefinition(_sentence(error)) from error
    except LookupError as error:
        raise InvalidDefinition("Filen er skrevet i en tegnkodning, som ikke kendes.") from error


def name_of(element: Element) -> tuple[str, str]:
    """Return the namespace of an element (or an empty text) and its name inside it."""
    name = etree.QName(element)
    return name.namespace or "", name.localname


def _read(data: bytes) -> Element:
    reading = etree.iterparse(
        BytesIO(data),
        events=("start",),
        remove_comments=True,
        remove_pis=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
    )
    root: Element | None = None
    for number, (_, element) in enumerate(reading, start=1):
        if root is None:
            root = element
            _refuse_doctype(root)
        if number > MAX_ELEMENTS:
            raise InvalidDefinition("Filen har flere end 20.000 elementer.")
    if root is None:
        raise InvalidDefinition("Filen er ikke XML: der er intet element i den.")
    return root


def _refuse_doctype(root: Element) -> None:
    # Asked of the parsed document, so that no encoding can hide it.
    if root.getroottree().docinfo.internalDTD is not None:
        raise InvalidDefinition("Filen har en DOCTYPE. Den skal fjernes, før filen kan læses.")


def _sentence(error: etree.XMLSyntaxError) -> str:
    where = f" (linje {error.lineno})" if error.lineno else ""
    reason = error.msg.split(", line ")[0].strip()
    return f"Filen er ikke gyldig XML{where}: {reason}"
