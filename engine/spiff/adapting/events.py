"""Messages get names, errors get codes, and a timer says when it rings."""

import re
from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from engine.feel.temporal import is_temporal
from engine.spiff.adapting.drawing import Drawing, name_of, remove, take, word_of
from engine.spiff.settings import (
    Element,
    bpmn,
    definitions_of,
    message_name,
    tag_of,
    text_of,
)

_TIMES = ("timeDate", "timeDuration", "timeCycle")
_CYCLE = re.compile(r"R(\d*)/(P[^/]+)")
_SPOKEN = re.compile(
    r"\b(\d{1,4})\s*(dag|dage|døgn|days?|uger?|weeks?|måned|måneder|months?|år|years?|"
    r"time|(?-i:timer)|hours?|minut|minutter|minutes?)\b",  # "Event 1 Timer" is no hour
    re.IGNORECASE,
)
_UNITS = (
    (("dag", "døgn", "day"), "P{}D"),
    (("uge", "week"), "P{}W"),
    (("måned", "month"), "P{}M"),
    (("år", "year"), "P{}Y"),
    (("tim", "hour"), "PT{}H"),
    (("minut", "minute"), "PT{}M"),
)


def resolve_definitions(root: Element) -> None:
    """Put event definitions that stand at the top of the file into the events that refer to them.

    An event that only refers to its definition would be taken for a plain one.
    """
    shared = {each.get("id"): each for each in root if tag_of(each).endswith("EventDefinition")}
    for reference in list(root.iter(bpmn("eventDefinitionRef"))):
        event, meant = reference.getparent(), shared.get((reference.text or "").strip())
        if event is not None and meant is not None:
            copied = deepcopy(meant)
            take(copied, "id")
            event.replace(reference, copied)
    for each in shared.values():
        root.remove(each)


def mend_events(drawing: Drawing) -> None:
    """Name what is sent and awaited, give errors their codes, and read the timers."""
    names = dict(_message_names(drawing))
    for node in drawing.nodes():
        kinds = {tag_of(each) for each in definitions_of(node)}
        if name := names.get(node.get("id", "")):
            _name_message(drawing, node, name)
        if "timerEventDefinition" in kinds and tag_of(node) != "startEvent":
            _read_timer(drawing, node)
    for error in drawing.root.findall(bpmn("error")):
        if not error.get("errorCode") and (code := word_of(name_of(error), "")):
            error.set("errorCode", code)
            drawing.say(
                error,
                "error_code",
                f"Fejlen havde ingen kode. Den hedder nu »{code}«.",
                f"The error had no code. It is now “{code}”.",
            )


def _message_names(drawing: Drawing) -> Iterator[tuple[str, str]]:
    """Yield the id of each step whose message has no name, with one: no two labels get the same."""
    labels: dict[str, list[str]] = {}
    for node in drawing.nodes():
        kinds = {tag_of(each) for each in definitions_of(node)}
        is_told = tag_of(node) in ("sendTask", "receiveTask") or "messageEventDefinition" in kinds
        if not is_told or message_name(node):
            continue
        name, label = node.get("id", ""), _flow_name(drawing, node) or name_of(node)
        word = word_of(label, word_of(name, "besked"))
        known = labels.setdefault(word, [])
        if (key := label.casefold() or name) not in known:
            known.append(key)
        yield name, f"{word}_{at + 1}" if (at := known.index(key)) else word


def _name_message(drawing: Drawing, node: Element, name: str) -> None:
    if message_name(node):
        return  # the message is that of an earlier step, which has named it
    holder = next(iter(definitions_of(node)), node)
    known = drawing.root.iterfind(bpmn("message"))
    message = next((each for each in known if each.get("id") == holder.get("messageRef")), None)
    if message is None:
        message = etree.Element(bpmn("message"), {"id": drawing.new_id(f"message_{name}")})
        drawing.process.addprevious(message)
        holder.set("messageRef", message.get("id", ""))
    message.set("name", name)
    drawing.say(
        node,
        "message",
        f"Beskeden havde intet navn. Den hedder nu »{name}«.",
        f"The message had no name. It is now “{name}”.",
        (
            "Giv den det navn, som den anden proces sender eller venter på.",
            "Give it the name that the other process sends or waits for.",
        ),
    )


def _flow_name(drawing: Drawing, node: Element) -> str:
    """Return the name of the message flow that ends at the node."""
    for flow in drawing.root.iter(bpmn("messageFlow")):
        if node.get("id") in (flow.get("sourceRef"), flow.get("targetRef")) and name_of(flow):
            return name_of(flow)
    return ""


def _read_timer(drawing: Drawing, event: Element) -> None:
    timer = definitions_of(event)[0]
    said = next((text for tag in _TIMES if (text := text_of(timer, tag))), "")
    if text_of(timer, "timeCycle"):
        _once(drawing, event, timer, said)
    elif is_temporal(said):
        return
    elif length := _length(said or name_of(event)):
        _set(timer, length)
        drawing.say(
            event,
            "timer",
            f"Uret sagde »{said or name_of(event)}«. Det er nu {length}.",
            f"The timer said “{said or name_of(event)}”. It is now {length}.",
            ("Se efter, om det er rigtigt.", "See whether that is right."),
        )


def _once(drawing: Drawing, event: Element, timer: Element, said: str) -> None:
    """A timer that rings once, or ends what it sits on, may as well be a duration."""
    match = _CYCLE.fullmatch(said)
    stops = tag_of(event) == "boundaryEvent" and event.get("cancelActivity") != "false"
    if match is None or not (match[1] == "1" or stops) or not is_temporal(match[2]):
        return  # the check says that a timer cannot repeat
    _set(timer, match[2])
    drawing.say(
        event,
        "timer_once",
        f"Uret sagde »{said}«, men ringer kun én gang her. Det er nu {match[2]}.",
        f"The timer said “{said}” but rings only once here. It is now {match[2]}.",
    )


def _set(timer: Element, length: str) -> None:
    for child in list(timer):
        if tag_of(child) in _TIMES:
            remove(child)
    etree.SubElement(timer, bpmn("timeDuration")).text = length


def _length(text: str) -> str:
    """Return "P3W" for a text with "3 uger" in it, and an empty text when it tells no length."""
    found = _SPOKEN.findall(text)
    if len(found) != 1:
        return ""
    number, unit = found[0]
    plain = unit.casefold()
    return next((form.format(number) for words, form in _UNITS if plain.startswith(words)), "")
