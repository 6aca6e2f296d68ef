"""Kinds of task that the engine does not have become those that it has."""

from engine.spiff.adapting.drawing import Drawing, children, remove, retag, take
from engine.spiff.refusals import ACTIVITIES, NODES, QUANTITIES
from engine.spiff.settings import Element, bpmn, message_name, tag_of, text_of

ADAPTED_TASKS = frozenset({"task", "manualTask", "scriptTask"})
_LOOPS = "standardLoopCharacteristics"
_OF_A_TASK = frozenset(
    {
        *("documentation", "extensionElements", "incoming", "outgoing", _LOOPS),
        *("multiInstanceLoopCharacteristics", "ioSpecification"),
    }
)


def mend_tasks(drawing: Drawing) -> None:
    """Give every task a kind that runs, and every empty subprocess something to do."""
    for task in list(drawing.process.iter(*map(bpmn, (*ADAPTED_TASKS, "sendTask")))):
        _MENDS[tag_of(task)](drawing, task)
    for scope in list(drawing.process.iter(bpmn("subProcess"))):
        if not any(tag_of(each) in NODES for each in scope):
            _fill(drawing, scope)
    for loop in list(drawing.process.iter(bpmn(_LOOPS))):
        _once(drawing, loop)
    for step in drawing.nodes(*ACTIVITIES):
        _count(drawing, step)


def _person(drawing: Drawing, task: Element) -> None:
    retag(task, "userTask")
    drawing.say(
        task,
        "user_task",
        "Opgaven er nu en brugeropgave, som nogen får i sin indbakke.",
        "The task is now a user task, which somebody gets in the inbox.",
        (
            "Skal et menneske gøre det? Ellers gør den til en serviceopgave.",
            "Shall a person do it? If not, make it a service task.",
        ),
    )


def _script(drawing: Drawing, task: Element) -> None:
    said = " ".join((text_of(task, "script") or "").split())[:120]
    retag(task, "serviceTask")
    take(task, "scriptFormat")
    for script in children(task, "script"):
        remove(script)
    drawing.say(
        task,
        "script",
        "En tegning kan ikke køre kode. Opgaven er nu en serviceopgave"
        + (f"; koden var: {said}" if said else "."),
        "A diagram cannot run code. The task is now a service task"
        + (f"; the code was: {said}" if said else "."),
        (
            "Vælg en funktion fra kataloget, der gør det samme, eller gør den til en brugeropgave.",
            "Choose a function of the catalogue that does the same, or make it a user task.",
        ),
    )


def _send(drawing: Drawing, task: Element) -> None:
    messages = {each.get("id") for each in drawing.root.iterfind(bpmn("message"))}
    if message_name(task) or task.get("messageRef") in messages:
        return
    retag(task, "serviceTask")
    for reference in ("messageRef", "operationRef"):
        take(task, reference)
    drawing.say(
        task,
        "send",
        "Opgaven sagde ikke, hvilken besked den sender. Den er nu en serviceopgave.",
        "The task did not say which message it sends. It is now a service task.",
        (
            "Vælg en funktion, der sender det, for eksempel et brev.",
            "Choose a function that sends it, for instance a letter.",
        ),
    )


_MENDS = {
    "task": _person,
    "manualTask": _person,
    "scriptTask": _script,
    "sendTask": _send,
}


def _fill(drawing: Drawing, scope: Element) -> None:
    """What is drawn as a closed box with nothing in it is one thing that somebody does."""
    retag(scope, "userTask")
    take(scope, "triggeredByEvent")
    for inner in [each for each in scope if tag_of(each) not in _OF_A_TASK]:
        for each in inner.iter():
            drawing.picture.drop(each.get("id", ""))
        remove(inner)
    for shape in drawing.picture.parts(scope.get("id", "")):
        take(shape, "isExpanded")
    drawing.say(
        scope,
        "empty_subprocess",
        "Delprocessen var tom. Den er nu én brugeropgave.",
        "The subprocess was empty. It is now one user task.",
        (
            "Er det mere end én opgave, så tegn dem, eller lad den kalde en anden proces.",
            "If it is more than one task, draw them, or let it call another process.",
        ),
    )


def _once(drawing: Drawing, loop: Element) -> None:
    node = loop.getparent()
    if node is None:
        return
    said = " ".join((text_of(loop, "loopCondition") or "").split())[:120]
    remove(loop)
    drawing.say(
        node,
        "loop",
        "Mærket for gentagelse er fjernet, så det gøres én gang"
        + (f". Betingelsen var: {said}" if said else "."),
        "The mark of repetition is removed, so this is done once"
        + (f". The condition was: {said}" if said else "."),
        (
            "Skal det gentages, så tegn en beslutning, der går tilbage, eller gentag det for "
            "hvert punkt i en liste.",
            "If it shall be repeated, draw a decision that goes back, or repeat it for each item "
            "of a list.",
        ),
    )


def _count(drawing: Drawing, step: Element) -> None:
    """Every way in does the step once, and it goes on once."""
    said = {name: take(step, name).strip() for name in QUANTITIES}
    odd = ", ".join(f"{name} = {value[:20]}" for name, value in said.items() if value not in "1")
    if not odd:
        return
    drawing.say(
        step,
        "token_count",
        f"Mærket for antal ({odd}) er fjernet: trinnet gøres én gang for hver vej ind.",
        f"The mark of numbers ({odd}) is removed: the step is done once for each way in.",
        (
            "Skal det vente på flere veje, så tegn en parallel gateway foran.",
            "If it shall wait for several ways, draw a parallel gateway in front of it.",
        ),
    )
