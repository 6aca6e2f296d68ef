"""Which names a process knows where: what its steps, forms and the others give."""

from collections.abc import Mapping

from engine.domain.form_fields import Form
from engine.spiff.checks.package import Package, kind_of, named, setting
from engine.spiff.checks.texts import Text, readable
from engine.spiff.settings import Element, loop_of, message_name, settings_of, tag_of

_THROWING = frozenset({"intermediateThrowEvent", "endEvent", "sendTask"})
Names = frozenset[str]
NOTHING: Names = frozenset()
ALWAYS = frozenset({"created", "created_at"})


def produced(package: Package) -> Names:
    """Return the names that the forms and the steps of the diagram give to its data."""
    steps = (gives(package, node) | item_of(node) for node in package.nodes)
    return at_start(package).union(*steps)


def at_start(package: Package) -> Names:
    """Return the answers of the forms that no task shows: they come before the process starts."""
    shown = {setting(node, "formKey") for node in package.of_type("userTask")}
    others = (form for name, form in package.forms.items() if name not in shown)
    return NOTHING.union(*(_keys(form) for form in others))


def gives(package: Package, node: Element) -> Names:
    """Return the names that get a value at `node` itself."""
    return gives_by_itself(package, node) | named(node, "out.") | named(node, "collect.")


def gives_by_itself(package: Package, node: Element) -> Names:
    """Return the names that cross without a setting: answers, columns, the first message."""
    if tag_of(node) == "userTask":
        return _keys(package.forms.get(setting(node, "formKey")))
    takes_all = tag_of(node) in {"businessRuleTask", "startEvent"} and not named(node, "out.")
    return (other_side(package, node) or NOTHING) if takes_all else NOTHING


def item_of(node: Element) -> Names:
    """Return the name of the one item of a step that is repeated, if it has one."""
    name = settings_of(node).get("elementVariable", "") if loop_of(node) is not None else ""
    return frozenset({name} - {""})


def other_side(package: Package, node: Element) -> Names | None:
    """Return the names that a function, table, process or message hands to `node`.

    None when that is not known, because there is no such thing.
    """
    known = package.known
    match tag_of(node):
        case "serviceTask":
            signature = known.handlers.get(setting(node, "handler"))
            return None if signature is None else signature.outputs
        case "businessRuleTask":
            return _columns(package, setting(node, "decisionRef"))
        case "callActivity":
            return known.gives.get((node.get("calledElement") or "").strip())
        case "receiveTask":
            return payload(package, message_name(node))
    return payload(package, message_name(node)) if kind_of(node) == "message" else NOTHING


def payload(package: Package, message: str) -> Names | None:
    """Return the names in a message; None when nobody sends it."""
    own = [named(node, "in.") for node in package.nodes if _throws(node, message)]
    others = [package.known.sent[message]] if message in package.known.sent else []
    return NOTHING.union(*own, *others) if own or others else None


def needed(package: Package) -> Names:
    """Return the names that the diagram reads and does not give: it must be told them."""
    told = produced(package) | ALWAYS
    reads = (
        expression.reads - (_handed(package, text) or NOTHING)
        for text, expression in readable(package)
    )
    return NOTHING.union(*reads) - told


def _handed(package: Package, text: Text) -> Names | None:
    return other_side(package, text.element) if text.place.startswith("out.") else NOTHING


def available(package: Package) -> Mapping[str, Names]:
    """Return, by id, the names that some way to the node has given before the node begins."""
    known: dict[str, Names] = dict.fromkeys(package.by_id, NOTHING)
    waiting = list(package.by_id)
    while waiting:
        name = waiting.pop(0)
        for follower, names in _passed_on(package, package.by_id[name], known[name]):
            if not names <= known.get(follower, names):
                known[follower] |= names
                waiting.append(follower)
    return known


def _passed_on(package: Package, node: Element, before: Names) -> list[tuple[str, Names]]:
    """Return which names go where from `node`: along its flows, inside it, over its edge."""
    name = node.get("id", "")
    is_once = loop_of(node) is None
    after = before | (gives(package, node) if is_once else named(node, "collect."))
    found = [(flow.get("targetRef", ""), after) for flow in package.leaving.get(name, ())]
    found += [(event.get("id", ""), before) for event in package.boundaries.get(name, ())]
    if tag_of(node) == "subProcess":
        inner = (child for child in node if tag_of(child) == "startEvent")
        found += [(child.get("id", ""), before | item_of(node)) for child in inner]
    return [*found, *_out_of_scope(package, node, after)]


def _out_of_scope(package: Package, node: Element, after: Names) -> list[tuple[str, Names]]:
    """Return what an end gives to what follows the subprocess that it ends."""
    scope = node.getparent()
    if tag_of(node) != "endEvent" or scope is None or tag_of(scope) != "subProcess":
        return []
    if loop_of(scope) is not None:
        return []
    flows = package.leaving.get(scope.get("id", ""), ())
    return [(flow.get("targetRef", ""), after | named(scope, "out.")) for flow in flows]


def _keys(form: Form | str | None) -> Names:
    if not isinstance(form, Form):
        return NOTHING
    return frozenset(field.key for field in form.everything() if field.key)


def _columns(package: Package, table: str) -> Names | None:
    decision = package.tables.get(table)
    if decision is None:
        return None
    columns = (element for element in decision.iter() if str(element.tag).endswith("}output"))
    variables = (each for each in decision if str(each.tag).endswith("}variable"))
    whole = (decision.get("id", ""), decision.get("name", ""), "rows")
    named_parts = (each.get("name", "") for each in (*columns, *variables))
    return frozenset({*named_parts, *whole} - {""})


def _throws(node: Element, message: str) -> bool:
    is_sender = tag_of(node) in _THROWING and (
        tag_of(node) == "sendTask" or kind_of(node) == "message"
    )
    return is_sender and bool(message) and message_name(node) == message
