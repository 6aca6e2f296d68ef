"""Reading a form: the part of the form-js schema that this house understands.

What is outside the part is refused with the name of the field, never ignored, when ignoring it
would change what a person may answer. What only concerns looks (layout, appearance) is passed
over.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

from engine.domain.errors import InvalidDefinition
from engine.domain.form_fields import (
    CHOSEN,
    SILENT,
    Condition,
    DataClass,
    Field,
    FieldType,
    Form,
    Option,
)
from engine.domain.form_patterns import why_refused

Schema = Mapping[str, object]

LARGEST = 10**15  # what a limit may be: more would not come back the same from a JSON number
TEXTFIELD_LENGTH, TEXTAREA_LENGTH = 500, 20_000  # characters, where the form sets no limit

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_HIDE = re.compile(
    r"=\s*(?P<field>[A-Za-z_][A-Za-z0-9_]*)\s*(?P<op>!?=)\s*"
    r'("(?P<text>[^"\\]*)"|(?P<word>true|false|null)|(?P<number>-?\d+(\.\d+)?))\s*',
    re.ASCII,
)
_REFUSED = (
    "disabled",
    "readonly",
    "disallowPassedDates",
    "isRepeating",
    "path",
    "valuesKey",
    "valuesExpression",
)
_VALIDATE = {
    "required",
    "min",
    "max",
    "minLength",
    "maxLength",
    "pattern",
    "validationType",  # form-js writes "custom" beside a pattern; "email" and "phone" are refused
}
_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}


def parse(schema: Mapping[str, object]) -> Form:
    """Read a form-js schema.

    Raises `InvalidDefinition` that names the field for what is not understood: an unknown type
    or limit, limits that nothing meets, two fields of one key, a condition on a field that does
    not stand earlier.
    """
    form = Form(id=_text(schema, "id", "Formularen"), fields=_fields(schema, "Formularen"))
    seen: set[str] = set()
    for field in form.everything():
        if field.hide and field.hide.field not in seen:
            raise _refused(
                _name(field), f"betingelsen ser på »{field.hide.field}«, der ikke står før"
            )
        if field.key in seen:
            raise _refused(f"Feltet »{field.key}«", "nøglen bruges to gange")
        if _impossible(field.minimum, field.maximum) or _impossible(
            field.min_length, field.max_length
        ):
            raise _refused(_name(field), "det mindste krav er større end det største")
        if field.key:
            seen.add(field.key)
    return form


def _impossible(least: Decimal | int | None, most: Decimal | int | None) -> bool:
    return least is not None and most is not None and least > most


def _name(field: Field) -> str:
    return f"Feltet »{field.key or field.label or field.type}«"


def _fields(schema: Schema, where: str) -> tuple[Field, ...]:
    components = schema.get("components", [])
    if not isinstance(components, list) or not all(isinstance(c, Mapping) for c in components):
        raise _refused(where, "»components« skal være en liste af felter")
    return tuple(_field(component) for component in components)


def _field(component: Schema) -> Field:
    where = f"Feltet »{component.get('key') or component.get('label') or component.get('id')}«"
    kind = _type(component, where)
    for name in _REFUSED:
        if component.get(name):
            raise _refused(where, f"»{name}« kan ikke bruges")
    limits = _mapping(component, "validate", where)
    if unknown := sorted(set(limits) - _VALIDATE):
        raise _refused(where, f"kravet »{unknown[0]}« kendes ikke")
    if limits.get("validationType") not in (None, "", "custom"):
        raise _refused(where, f"kravet »{limits['validationType']}« kendes ikke")
    return Field(
        type=kind,
        key="" if kind in SILENT else _key(component, where),
        label=_label(component, kind, where),
        description=_text(component, "description", where),
        text=_text(component, "text", where),
        options=_options(component, where) if kind in CHOSEN else (),
        required=_flag(limits, "required", where),
        minimum=_number(limits, "min", where),
        maximum=_number(limits, "max", where),
        decimals=_whole(component, "decimalDigits", where),
        min_length=_whole(limits, "minLength", where),
        max_length=_max_length(limits, kind, where),
        pattern=_pattern(limits, kind, where),
        hide=_hide(component, where),
        data_class=_data_class(component, where),
        fields=_fields(component, where) if kind is FieldType.GROUP else (),
    )


def _type(component: Schema, where: str) -> FieldType:
    written = component.get("type")
    if written == "datetime" and component.get("subtype") == "date":
        return FieldType.DATE
    try:
        return FieldType(str(written))
    except ValueError:
        shown = component.get("subtype") if written == "datetime" else written
        raise _refused(where, f"typen »{shown}« kendes ikke") from None


def _key(component: Schema, where: str) -> str:
    key = component.get("key")
    if isinstance(key, str) and _KEY.fullmatch(key):
        return key
    raise _refused(where, f"»{key}« er ikke en nøgle (bogstaver a-z, tal og _)")


def _label(component: Schema, kind: FieldType, where: str) -> str:
    named = "dateLabel" if kind is FieldType.DATE and "dateLabel" in component else "label"
    label = _text(component, named, where)
    if label or kind in SILENT:
        return label
    raise _refused(where, "feltet mangler en ledetekst (»label«)")


def _options(component: Schema, where: str) -> tuple[Option, ...]:
    values = component.get("values")
    if not isinstance(values, list) or not values:
        raise _refused(where, "valgmulighederne (»values«) mangler")
    options = tuple(_option(value, where) for value in values)
    if len({option.value for option in options}) < len(options):
        raise _refused(where, "to valgmuligheder har samme værdi")
    return options


def _option(value: object, where: str) -> Option:
    if isinstance(value, Mapping) and isinstance(value.get("value"), str) and value["value"]:
        return Option(value["value"], _text(value, "label", where) or value["value"])
    raise _refused(where, "en valgmulighed skal have »value« og »label« som tekst")


def _hide(component: Schema, where: str) -> Condition | None:
    written = _mapping(component, "conditional", where).get("hide")
    if written in (None, ""):
        return None
    match = _HIDE.fullmatch(written) if isinstance(written, str) else None
    if match is None:
        raise _refused(where, f'betingelsen »{written}« skal ligne =felt = "værdi"')
    if match["text"] is not None:
        return Condition(match["field"], match["op"], match["text"])
    value = Decimal(match["number"]) if match["number"] else _WORDS[match["word"]]
    return Condition(match["field"], match["op"], value)


def _data_class(component: Schema, where: str) -> DataClass:
    written = _mapping(component, "properties", where).get("data_class", DataClass.K2)
    try:
        return DataClass(str(written))
    except ValueError:
        raise _refused(where, f"dataklassen »{written}« kendes ikke (K0 til K6)") from None


def _max_length(limits: Schema, kind: FieldType, where: str) -> int | None:
    usual = {FieldType.TEXTFIELD: TEXTFIELD_LENGTH, FieldType.TEXTAREA: TEXTAREA_LENGTH}.get(kind)
    written = _whole(limits, "maxLength", where)
    return usual if written is None else written


def _pattern(limits: Schema, kind: FieldType, where: str) -> str | None:
    pattern = _text(limits, "pattern", where)
    if not pattern:
        return None
    if reason := why_refused(pattern, _max_length(limits, kind, where) or TEXTFIELD_LENGTH):
        raise _refused(where, f"mønstret »{pattern[:80]}« {reason}")
    return pattern


def _text(source: Schema, name: str, where: str) -> str:
    value = source.get(name) or ""
    if not isinstance(value, str):
        raise _refused(where, f"»{name}« skal være tekst")
    if value.startswith("="):
        raise _refused(where, f"»{name}« må ikke være et udtryk")
    return value


def _flag(source: Schema, name: str, where: str) -> bool:
    value = source.get(name, False)
    if not isinstance(value, bool):
        raise _refused(where, f"»{name}« skal være true eller false")
    return value


def _number(source: Schema, name: str, where: str) -> Decimal | None:
    value = source.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_sane(value):
        raise _refused(where, f"»{name}« skal være et tal på højst 15 cifre")
    return Decimal(str(value))


def _is_sane(value: float) -> bool:
    return -LARGEST <= value <= LARGEST  # NaN is not


def _whole(source: Schema, name: str, where: str) -> int | None:
    number = _number(source, name, where)
    if number is not None and (number < 0 or number % 1):
        raise _refused(where, f"»{name}« skal være et helt tal")
    return None if number is None else int(number)


def _mapping(source: Schema, name: str, where: str) -> Schema:
    value = source.get(name) or {}
    if not isinstance(value, Mapping):
        raise _refused(where, f"»{name}« skal være et objekt")
    return value


def _refused(where: str, reason: str) -> InvalidDefinition:
    return InvalidDefinition(f"{where}: {reason}.")
