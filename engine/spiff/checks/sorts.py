"""What is known of the data of a diagram: from the fields of its forms and what its nodes give."""

from collections.abc import Iterator, Mapping

from engine.domain.errors import CaseworkError
from engine.domain.feel_functions import KINDS
from engine.domain.form_fields import Field, FieldType, Form
from engine.feel.expressions import parse
from engine.feel.inference import Names, infer
from engine.feel.inference_calls import Words
from engine.feel.sorts import (
    BOOLEAN,
    DATED,
    NUMBER,
    TEXT,
    UNKNOWN,
    Sort,
    either,
    list_of,
    of,
    one_of,
)
from engine.spiff.checks.drawn_tables import decision_named, output_sorts
from engine.spiff.checks.package import Package, setting
from engine.spiff.settings import Element, loop_of, settings_of, tag_of

_PLAIN: Mapping[FieldType, Sort] = {
    FieldType.TEXTFIELD: of(TEXT),
    FieldType.TEXTAREA: of(TEXT),
    FieldType.NUMBER: of(NUMBER),
    FieldType.CHECKBOX: of(BOOLEAN),
    FieldType.DATE: DATED,
}


def words_of(package: Package) -> Words:
    """Return what the functions of the house take and give, as far as that is known."""
    known = package.known.functions
    words = {name: (takes, of(*gives)) for name, (takes, gives) in KINDS.items() if name in known}
    return {**words, **dict.fromkeys(known - KINDS.keys(), None)}


def names_of(package: Package) -> dict[str, Sort]:
    """Return what is known of each name; a name that may also come from elsewhere is unknown."""
    found: dict[str, list[Sort]] = {}
    for field in _fields(package):
        found.setdefault(field.key, []).append(_of_field(field))
    asked = {name: either(*sorts) for name, sorts in found.items()}
    for name, sort in _given(package, asked):
        found.setdefault(name, []).append(sort)
    for name in package.known.names or ():
        found.setdefault(name, []).append(UNKNOWN)
    known = {name: either(*sorts) for name, sorts in found.items()}
    return known | {"created": DATED, "created_at": DATED}


def names_after(package: Package, node: Element, names: Names) -> Names:
    """Return what is known where the node takes over what it was given: its `out.` settings."""
    if tag_of(node) == "businessRuleTask":
        decision = decision_named(package, setting(node, "decisionRef"))
        return {} if decision is None else {**names, **output_sorts(decision)}
    signature = package.known.handlers.get(setting(node, "handler"))
    if tag_of(node) != "serviceTask" or signature is None:
        return {}  # a message or a call may bring any name
    return {**names, **dict.fromkeys(signature.outputs, UNKNOWN)}


def sort_of(text: str, names: Names, words: Words) -> Sort:
    """Return what the expression gives; nothing is known of one that cannot be read."""
    try:
        return infer(parse(text).tree, names, words)[0]
    except (CaseworkError, RecursionError):
        return UNKNOWN


def _fields(package: Package) -> Iterator[Field]:
    for form in package.forms.values():
        if isinstance(form, Form):
            yield from form.questions()


def _of_field(field: Field) -> Sort:
    if field.type in _PLAIN:
        return _PLAIN[field.type]
    offered = one_of(option.value for option in field.options)
    return list_of(offered) if field.type is FieldType.CHECKLIST else offered


def _given(package: Package, asked: Names) -> Iterator[tuple[str, Sort]]:
    """Yield what the nodes give. What they read of each other is left unknown."""
    words, sure = words_of(package), _sure(package, asked)
    for node in package.nodes:
        settings = settings_of(node)
        after = names_after(package, node, sure)
        for key, text in settings.items():
            kind, _, name = key.partition(".")
            if kind == "out":
                yield name, sort_of(text, after, words)
            elif kind == "collect":
                yield name, list_of(sort_of(text, sure, words))
        if loop_of(node) is not None and (item := settings.get("elementVariable")):
            yield item, sort_of(settings.get("collection", "null"), sure, words).item or UNKNOWN
        if tag_of(node) == "businessRuleTask" and not any(key[:4] == "out." for key in settings):
            decision = decision_named(package, setting(node, "decisionRef"))
            yield from ({} if decision is None else output_sorts(decision)).items()


def _sure(package: Package, asked: Names) -> Names:
    """Return the names that forms alone give."""
    also = set(package.known.names or ())
    for node in package.nodes:
        settings = settings_of(node)
        also.update(key.partition(".")[2] for key in settings if key[:4] in ("out.", "coll"))
        also.add(settings.get("elementVariable", ""))
        if tag_of(node) == "businessRuleTask":
            decision = decision_named(package, setting(node, "decisionRef"))
            also.update({} if decision is None else output_sorts(decision))
    return {name: sort for name, sort in asked.items() if name not in also}
