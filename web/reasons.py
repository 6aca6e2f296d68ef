"""Why somebody changed an answer or signed for a change of a deadline: the codes of the journal."""

from collections.abc import Mapping, Sequence

from web.i18n import N_, _
from workflows.explanations import CAUSES

ANSWER = {
    "typed_wrong": N_("Jeg kom til at skrive noget forkert"),
    "new_information": N_("Der er kommet nye oplysninger"),
    "agreed_with_operators": N_("Det er aftalt med driften"),
}
CLOCK = {
    "law_changed": N_("Loven eller kvalitetsstandarden er ændret"),
    "drawn_wrong": N_("Fristen var tegnet forkert"),
    "agreed_with_leader": N_("Det er aftalt med lederen"),
}
_OTHERS = {"move_undone": N_("flytningen blev fortrudt"), **CAUSES}


def reason(code: str) -> str:
    """Return a reason in words; one that the product does not know is shown as it is."""
    return _({**ANSWER, **CLOCK, **_OTHERS}.get(code, code.replace("_", " ")))


def as_options(reasons: Mapping[str, str]) -> Sequence[Mapping[str, str]]:
    """Return the reasons to choose from."""
    return [{"value": code, "label": _(text)} for code, text in reasons.items()]
