"""What a set of answers makes of a consent, and what is too general to be asked for."""

import re
from collections.abc import Collection, Mapping

YES, NO = "yes", "no"
# In force as long as nothing newer takes its place: `suspended` only says "not now".
CARRYING = ("active", "suspended")
WAITING = ("asked", "partly")

_ALL = r"(al|alt|alle|alting|ethvert|enhver|hvad som helst|hele|samtlige|everything|anything|all)"
_RELEVANT = r"(relevant\w*|nødvendig\w*|oplysning\w*|information\w*|viden|sagen|journal\w*|akter)"
_GENERAL = tuple(
    re.compile(each, re.IGNORECASE)
    for each in (
        rf"^\W*{_ALL}\W*$",
        rf"\b{_ALL}\b(\W+\w+){{0,3}}?\W+{_RELEVANT}\b",
        r"\b(hvad|det)\W+(der|som)\W+(\w+\W+){0,2}?(relevant\w*|nødvendig\w*)\b",
        r"\b(oplysninger|information\w*)\b(\W+\w+){0,4}?\W+(relevant\w*|nødvendig\w*)\b",
        r"^\W*(relevante?|nødvendige?)\W+(oplysninger|information\w*|parter|personer)\W*$",
        rf"\b{_ALL}\b(\W+\w+){{0,2}}?\W+(ved|om mig|om den unge|om barnet|der findes|parter)\b",
        r"\b(efter behov|i det omfang|osv|og så videre|m\.?\s?m|m\.?\s?fl|mv)\b",
    )
)


def status_after(signatories: Collection[str], answers: Mapping[str, str]) -> str:
    """Return the status while answers come in: `asked`, or `partly` when some said yes."""
    said_yes = [party for party in signatories if answers.get(party) == YES]
    return "partly" if said_yes else "asked"


def is_too_general(text: str) -> bool:
    """Say whether a text asks for "everything relevant" instead of something.

    Source: retssikkerhedsloven § 11 a, by which a consent names types, from whom and for which
    case. It knows the common ways of saying everything; it does not understand.
    """
    return any(pattern.search(text) for pattern in _GENERAL)
