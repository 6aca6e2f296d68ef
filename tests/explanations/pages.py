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
    "birth",
    "answers",  # what was typed, and when
    "calendar",  # closing days and school holidays, as they were set
    "basis",  # when somebody shared because the law lets them, and since when that is counted
    "closed",
    "consent",  # who said yes or no, and when
    "decided",
    "export",  # everything as it was written, with the reasons of its deadlines beside it
    "holder",  # since when somebody holds the thread
    "incident",  # why it stands still, and since when
    "journal",
    "looks",  # when somebody saw the case
    "mail",  # what was written, and when it left
    "meeting",  # of one that was held, or moved from a day by hand
    "move",  # when a case was moved to another version
    "plan",  # from when the plan is in force
    "process",  # since when it runs, or when it was finished
    "rehearsal",  # what was asked for, when and until when
    "round",  # when the watchdog went round
    "rest",  # since when a deadline rests; until when, its own date tells
    "sign_in",
    "version",  # when a draft was saved, and a version put into force
    "step",  # when a step was done, or since when it waits
}
_DANISH = (
    "jan(?:uar)?|feb(?:ruar)?|mar(?:ts)?|apr(?:il)?|maj|juni?|juli?|aug(?:ust)?|sep(?:t|tember)?"
    "|okt(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_ENGLISH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
DATE = re.compile(
    rf"\b\d{{1,2}}\. (?:{_DANISH})\b|\b\d{{1,2}} (?:{_ENGLISH})\b|\b\d{{4}}-\d\d-\d\d\b"
    r"|\b\d{1,2}\.\d{1,2}\.\d{4}\b|\bi (?:dag|morgen|går)\b|\b(?:today|tomorrow|yesterday)\b"
    r"|arbejdsdage? over|working days? over",
    re.IGNORECASE,
)
# Headings and sentences that say »i dag« of no date, and a birthday that not every year has.
NO_DATES = (
    "I dag",
    "Today",
    "Intet skal være færdigt i dag.",
    "Nothing has to be done today.",
    "den 29. februar",
    "Det er i dag, teamet mødes om den unge.",  # words of a diagram, of the day they are read
    "Hvad siger den unge i dag?",
    "What does the young person say today?",
)


def unexplained(page: str) -> list[str]:
    """Return the words around every date of the page that stands there without a reason."""
    tree = html.fromstring(page)
    return [words for words in _dates(tree) if words]


def explained(page: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the ISO dates that the page explains, each with the sentences that do."""
    return [
        (each.get("datetime"), tuple(_reasons(each)))
        for each in html.fromstring(page).xpath("//time[@data-worked-out]")
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
    return bool(_reasons(time))


def _reasons(time: html.HtmlElement) -> list[str]:
    """Return the sentences that stand beside the date, or in the part of the page it names."""
    place = time.get("aria-details")
    found = (
        time.getroottree().xpath("//*[@id=$place]//p[ancestor::details[@class='why']]", place=place)
        if place
        else time.xpath("following-sibling::details[@class='why'][1]/p")
    )
    return [" ".join(each.text_content().split()) for each in found]
