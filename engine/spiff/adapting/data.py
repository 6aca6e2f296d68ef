"""Data objects and stores carry nothing here: they become notes, so the picture stays."""

from lxml import etree

from engine.spiff.adapting.drawing import Drawing, children, name_of, remove, retag
from engine.spiff.adapting.picture import Box
from engine.spiff.refusals import EVENTS, INPUTS, NODES
from engine.spiff.settings import Element, bpmn, tag_of

DATA = frozenset({"dataObject", "dataObjectReference", "dataStoreReference", "dataInput"})
_DRAWN = ("dataObjectReference", "dataStoreReference")
_ASSOCIATIONS = ("dataInputAssociation", "dataOutputAssociation")
_REFERENCES = ("loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem")
_NOTE_WIDTH = 100


def mend_data(drawing: Drawing) -> None:
    """Turn what is drawn of data into notes with lines to them, and drop the rest."""
    _bring_out(drawing)
    shown = {each.get("dataObjectRef") for each in drawing.process.iter(bpmn(_DRAWN[0]))}
    notes = {each.get("id", ""): each for each in list(drawing.process.iter(*map(bpmn, _DRAWN)))}
    for note in notes.values():
        _into_note(drawing, note)
    for line in list(drawing.process.iter(*map(bpmn, _ASSOCIATIONS))):
        _into_line(drawing, line, notes)
    for data in list(drawing.process.iter(bpmn("dataObject"))):
        if data.get("id") not in shown:
            _say_left_out(drawing, data)
        drawing.picture.drop(data.get("id", ""))
        remove(data)
    for inputs in list(drawing.process.iter(bpmn("ioSpecification"))):
        _set_aside(drawing, inputs)
    for event in drawing.nodes(*EVENTS):
        for inputs in children(event, *INPUTS):
            _set_aside(drawing, inputs)


def _bring_out(drawing: Drawing) -> None:
    """What the process as a whole takes and gives is drawn beside its steps, like other data."""
    for held in list(children(drawing.process, "ioSpecification")):
        for data in list(children(held, "dataInput", "dataOutput")):
            if drawing.picture.shows(data.get("id", "")):
                retag(data, "dataObjectReference")
                drawing.process.append(data)


def _say_left_out(drawing: Drawing, data: Element) -> None:
    """Say of a data object that no note stands for that it is gone."""
    drawing.say(
        data,
        "data_left_out",
        "Dataobjektet gemmer ikke noget her og er taget ud; data følger opgavernes svar.",
        "The data object keeps nothing here and is taken out; data follows the answers.",
    )


def _set_aside(drawing: Drawing, inputs: Element) -> None:
    """Inputs and outputs in the manner of BPMN do nothing here, nor what refers to them."""
    step = inputs.getparent()
    if step is None:
        return
    remove(inputs)
    for reference in (
        list(step.iter(*map(bpmn, _REFERENCES))) if step is not drawing.process else ()
    ):
        remove(reference)
    if any(each.code == "inputs" and each.element == step.get("id") for each in drawing.changes):
        return
    drawing.say(
        step,
        "inputs",
        "Det, der var tegnet af input og output, virker ikke her og er taget ud.",
        "What was drawn of inputs and outputs does nothing here and is taken out.",
    )


def _into_note(drawing: Drawing, data: Element) -> None:
    name, title = data.get("id", ""), name_of(data) or "Data"
    drawing.say(
        data,
        "data",
        "Det tegnede gemmer ikke noget her. Det er nu en tekstnote; data følger opgavernes svar.",
        "What is drawn keeps nothing here. It is now a text note; data follows the answers.",
    )
    for key in list(data.attrib):
        if key != "id":
            del data.attrib[key]
    for child in list(data):
        data.remove(child)
    data.tag = bpmn("textAnnotation")
    etree.SubElement(data, bpmn("text")).text = title
    if (box := drawing.picture.box(name)) is not None:
        middle, _ = box.middle
        width = max(box.width, _NOTE_WIDTH)
        drawing.picture.move(name, Box(middle - width / 2, box.y, width, box.height))


def _into_line(drawing: Drawing, line: Element, notes: dict[str, Element]) -> None:
    """Draw the way of the data as a line between the step and its note."""
    step = line.getparent()
    name = line.get("id", "")
    ends = [
        (each.text or "").strip() for each in line if tag_of(each) in ("sourceRef", "targetRef")
    ]
    data = next((end for end in ends if end in notes), "")
    remove(line)
    scope = None if step is None else step.getparent()
    if step is None or scope is None or not data or not name or tag_of(step) not in NODES:
        drawing.picture.drop(name)
        return
    ends = [data, step.get("id", "")]
    if tag_of(line) == "dataOutputAssociation":
        ends.reverse()
    attributes = {"id": name, "sourceRef": ends[0], "targetRef": ends[1]}
    etree.SubElement(scope, bpmn("association"), attributes)
