"""Expressions of other tools in FEEL, where the words of both say the same."""

import re

from engine.domain.errors import CaseworkError
from engine.feel.expressions import parse
from engine.spiff.adapting.drawing import Drawing, take
from engine.spiff.refusals import flows_of
from engine.spiff.settings import Element, bpmn, definitions_of, loop_of

_WRAPPED = re.compile(r"\s*(?:=|[$#]\{)(.*?)\}?\s*", re.DOTALL)
_PARTS = re.compile(
    r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[A-Za-z_][\w.]*|==|!=|>=|<=|&&|\|\||!|\s+|.""",
    re.DOTALL,
)
# How an expression in XPath asks for what is kept: its name is all that FEEL needs.
_XPATH = re.compile(r"""(?:[A-Za-z_]\w*:)?getDataObject\(\s*(['"])([A-Za-z_]\w*)\1\s*\)""")
_WORDS = {
    "==": "=",
    "eq": "=",
    "ne": "!=",
    "gt": ">",
    "ge": ">=",
    "lt": "<",
    "le": "<=",
    "&&": "and",
    "||": "or",
}
_MOST = 2000


def mend_expressions(drawing: Drawing) -> None:
    """Write conditions and timers of the drawing in FEEL; what cannot be said stays as it is."""
    for flow in flows_of(drawing.process):
        for condition in flow.findall(bpmn("conditionExpression")):
            _mend(drawing, flow, condition)
    for node in drawing.nodes():
        for definition in definitions_of(node):
            for text in definition:
                _mend(drawing, node, text)
        loop = loop_of(node)
        for text in () if loop is None else loop.findall(bpmn("completionCondition")):
            _mend(drawing, node, text)


def _mend(drawing: Drawing, element: Element, holder: Element) -> None:
    said = (holder.text or "").strip()
    language = take(holder, "language")
    if not said:
        return
    holder.text = in_feel(said)
    if holder.text == said:
        return
    drawing.say(
        element,
        "feel",
        f"Udtrykket »{said[:80]}« er skrevet om til FEEL: {holder.text[:80]}",
        f"The expression “{said[:80]}” is now FEEL: {holder.text[:80]}",
        (
            f"Udtrykket var skrevet i {language[:40]}. Se efter, om det siger det samme.",
            f"The expression was written in {language[:40]}. See whether it says the same.",
        )
        if language and "FEEL" not in language
        else ("", ""),
    )


def in_feel(text: str) -> str:
    """Return the expression of another tool in FEEL, or as it stands when that cannot be said."""
    plain = text.strip()
    if len(plain) > _MOST:
        return text
    if match := _WRAPPED.fullmatch(plain):
        plain = match[1].strip()
    if _is_feel(plain) and not _XPATH.search(plain):
        return plain
    tried = _said_in_feel(plain)
    return tried if _is_feel(tried) else text


def _is_feel(text: str) -> bool:
    try:
        parse(text)
    except (CaseworkError, RecursionError):
        return False
    return True


def _said_in_feel(text: str) -> str:
    """Return the text with the signs of Java-like languages in those of FEEL."""
    made: list[str] = []
    parts = _PARTS.findall(_XPATH.sub(r"\2", text))
    for number, part in enumerate(parts):
        if part.startswith("'"):
            made.append('"' + part[1:-1].replace('"', '\\"') + '"')
        elif part == "!" and re.fullmatch(
            r"[A-Za-z_][\w.]*", "".join(parts[number + 1 : number + 2])
        ):
            parts[number + 1] = f"not({parts[number + 1]})"
        elif part in ("!", "not") and "".join(parts[number + 1 : number + 2]) == "(":
            made.append("not")
        elif part in ("&&", "||"):
            apart = "" if made and made[-1].isspace() else " "
            made.append(f"{apart}{_WORDS[part]}")
            if not "".join(parts[number + 1 : number + 2]).isspace():
                made.append(" ")
        else:
            made.append(_WORDS.get(part, part))
    return "".join(made)
