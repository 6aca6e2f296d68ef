import pytest

from engine.domain.errors import InvalidDefinition
from engine.xml import MAX_BYTES, MAX_ELEMENTS, read_xml

BOMB = (
    b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'
    b'<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;">]><a>&e;</a>'
)
OUTSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


def test_the_root_comes_back_without_comments_and_instructions():
    root = read_xml(b"<a><?do this?><!-- note --><b>text</b></a>")

    assert [child.tag for child in root] == ["b"]
    assert root[0].text == "text"


def test_a_line_number_is_kept_for_the_findings():
    assert read_xml(b"<a>\n\n<b/></a>")[0].sourceline == 3


@pytest.mark.parametrize("data", [b"", b"   \n"])
def test_an_empty_file_is_refused(data: bytes):
    with pytest.raises(InvalidDefinition, match="tom"):
        read_xml(data)


def test_a_file_over_two_megabytes_is_refused():
    with pytest.raises(InvalidDefinition, match="2 MB"):
        read_xml(b"<a>" + b" " * MAX_BYTES + b"</a>")


def test_as_many_elements_as_allowed_are_read():
    root = read_xml(b"<a>" + b"<b/>" * (MAX_ELEMENTS - 1) + b"</a>")

    assert len(root) == MAX_ELEMENTS - 1


def test_one_element_too_many_is_refused():
    with pytest.raises(InvalidDefinition, match=r"20\.000 elementer"):
        read_xml(b"<a>" + b"<b/>" * MAX_ELEMENTS + b"</a>")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-7", "iso-8859-1"])
def test_a_doctype_is_refused_in_any_encoding(encoding: str):
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a><a/>'

    with pytest.raises(InvalidDefinition, match="DOCTYPE"):
        read_xml(text.encode(encoding))


@pytest.mark.parametrize("data", [BOMB, OUTSIDE])
def test_entities_are_never_expanded(data: bytes):
    with pytest.raises(InvalidDefinition):
        read_xml(data)


@pytest.mark.parametrize(
    "data",
    [
        b"hej",
        b"<a>",
        b"<a><b></a>",
        b"<a/><b/>",
        b"<a>&unknown;</a>",
        b"\x00\x01\x02",
        b"PK\x03\x04",
        b"<b>" * 3000,
        b'<?xml version="1.0" encoding="xyz"?><a/>',
    ],
)
def test_what_is_not_xml_is_refused(data: bytes):
    with pytest.raises(InvalidDefinition, match="Filen er ikke gyldig XML"):
        read_xml(data)


def test_the_refusal_says_in_which_line():
    with pytest.raises(InvalidDefinition, match="linje 3"):
        read_xml(b"<a>\n<b>\n</a>")
