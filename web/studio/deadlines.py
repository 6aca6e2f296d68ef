"""A deadline rule in words, where it is one of the simple ones."""

from engine.domain.errors import CaseworkError
from engine.domain.parameters import Parameters, is_period, parse_period
from engine.feel.expressions import parse
from engine.feel.syntax import Call, Literal, Name, Node
from web.i18n import _


def rule_in_words(rule: str, parameters: Parameters) -> str:
    """Return "5 arbejdsdage efter, at opgaven oprettes", or the rule itself as it is written."""
    try:
        tree = parse(rule).tree
    except CaseworkError:
        return rule
    if not isinstance(tree, Call) or len(tree.arguments) != 2:
        return rule
    origin, length = tree.arguments
    period = _period(length, parameters)
    start = origin.name if isinstance(origin, Name) else ""
    if not period or not start:
        return rule
    if tree.function == Name("after") and start == "created":
        return _("%(period)s efter, at opgaven oprettes", period=period)
    if tree.function == Name("after"):
        return _("%(period)s efter »%(start)s«", period=period, start=start)
    if tree.function == Name("before"):
        return _("%(period)s før »%(start)s«", period=period, start=start)
    return rule


def _period(node: Node, parameters: Parameters) -> str:
    """Return the length in words; of a parameter, what it is worth here."""
    value = node.value if isinstance(node, Literal) else _parameter(node, parameters)
    return parse_period(value).in_danish() if isinstance(value, str) and is_period(value) else ""


def _parameter(node: Node, parameters: Parameters) -> object:
    if isinstance(node, Call) and node.function == Name("param") and len(node.arguments) == 1:
        key = node.arguments[0]
        if isinstance(key, Literal) and str(key.value) in parameters:
            return parameters.get(str(key.value))
    return None
