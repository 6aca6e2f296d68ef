"""Reads a page and finds the dates on it that neither explain themselves nor are dates of record.

A date that was worked out stands in `<time data-worked-out>` with its reasons behind »Hvorfor?«,
beside it or in the part of the page that `aria-details` names. A date of record stands in a part
that is marked `data-record`, and is named here.
"""

import re
from collections.abc import Iterator

from lxml import html

RECORDS = {
    "absence",  # days away, as they were written in
    "answers",  # what was typed, and when
    "closed",
    "decided",
    "holder",  # since when somebody holds the thread
    "journal",
    "plan",  # from when the plan is in force
    "process",  # since when it runs, or when it was finished
    "step",  # when a step was done, or since when it waits
}
MONTHS = "jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec"
DATE = re.compile(
    rf"\b\d{{1,2}}\. (?:{MONTHS})|\b\d{{4}}-\d\d-\d\d\b|\bi (?:dag|morgen|går)\b|arbejdsdage? over",
    re.IGNORECASE,
)
# Headings and sentences that say »i dag« of no date.
NO_DATES = ("I dag", "Intet skal være færdigt i dag.")


def unexplained(page: str) -> list[str]:
    """Return the words around every date of the page that stands there without a reason."""
    tree = html.fromstring(page)
    return [words for words in _dates(tree) if words]


def worked_out(page: str) -> list[str]:
    """Return the ISO dates that the page explains."""
    return [
        each.get("datetime") for each in html.fromstring(page).xpath("//time[@data-worked-out]")
    ]


def _dates(tree: html.HtmlElement) -> Iterator[str]:
    for text in tree.xpath("//main//text()"):
        said = " ".join(text.split())
        for sentence in NO_DATES:
            said = said.replace(sentence, "")
        if DATE.search(said) and not _is_founded(text.getparent(), text.is_tail):
            yield said


def _is_founded(node: html.HtmlElement, is_tail: bool) -> bool:
    around = [*([] if is_tail else [node]), *node.iterancestors()]
    return any(
        each.get("data-record") in RECORDS
        or "why" in (each.get("class") or "").split()
        or (each.tag == "time" and each.get("data-worked-out") is not None and _has_reasons(each))
        for each in around
    )


def _has_reasons(time: html.HtmlElement) -> bool:
    place = time.get("aria-details")
    found = (
        time.getroottree().xpath("//*[@id=$place]//details[@class='why']/p", place=place)
        if place
        else time.xpath("following-sibling::details[@class='why']/p")
    )
    return bool(found)
