"""The reader of pages sees a bare date, and is content with one that explains itself."""

import pytest

from tests.explanations.pages import explained, unexplained

REASON = '<details class="why"><summary>Hvorfor?</summary><p>Fordi.</p></details>'


def page(content: str) -> str:
    return f"<html><body><main>{content}</main></body></html>"


@pytest.mark.parametrize(
    "words", ["tors. 26. nov.", "i morgen", "2026-11-26", "2 arbejdsdage over", "1 arbejdsdag over"]
)
def test_a_bare_date_is_seen(words):
    assert unexplained(page(f"<p>Frist: {words}</p>")) == [f"Frist: {words}"]


def test_a_date_with_its_reason_beside_it_is_well():
    shown = page(f'<time datetime="2026-11-26" data-worked-out>i morgen</time>{REASON}')

    assert unexplained(shown) == []
    assert explained(shown) == [("2026-11-26", ("Fordi.",))]


def test_a_date_with_its_reason_elsewhere_on_the_page_is_well():
    date = '<time datetime="2026-11-26" data-worked-out aria-details="fristen">i morgen</time>'

    assert unexplained(page(f'{date}<section id="fristen">{REASON}</section>')) == []


def test_a_date_that_only_says_it_was_worked_out_is_seen():
    date = '<time datetime="2026-11-26" data-worked-out>i morgen</time>'

    assert unexplained(page(date)) == ["i morgen"]


def test_a_date_of_record_is_well_by_its_name_alone():
    assert unexplained(page('<p data-record="holder">siden i går</p>')) == []
    assert unexplained(page('<p data-record="anything">siden i går</p>')) == ["siden i går"]
