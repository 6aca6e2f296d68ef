"""Who does it: a lane that is called like a role gives its tasks and waits that role."""

import re

from engine.spiff.adapting.drawing import Drawing, name_of, remove, set_attribute, set_setting
from engine.spiff.checks.package import kind_of, setting
from engine.spiff.settings import Element, bpmn, settings_of, tag_of
from engine.xml import CAMUNDA

_GROUPS = f"{{{CAMUNDA}}}candidateGroups"
_ENDINGS = ("erne", "en", "et", "ne", "r", "n")
PERFORMERS = ("resourceRole", "performer", "humanPerformer", "potentialOwner")
_WAITS = ("receiveTask", "callActivity", "intermediateCatchEvent")


def mend_roles(drawing: Drawing) -> None:
    """Give tasks and waits the role that is written on them, or on the lane they lie in."""
    lanes = _lanes(drawing.process)
    for node in drawing.nodes("userTask", *_WAITS):
        if kind_of(node) == "timer":
            continue
        if said := setting(node, "candidateGroups"):
            _written(drawing, node, said)
        elif (lane := lanes.get(node.get("id", ""))) is not None:
            _by_lane(drawing, node, lane)


def mend_performers(drawing: Drawing) -> None:
    """Take over who does a task from the way in which BPMN itself says it, and take that out."""
    named = {each.get("id"): name_of(each) for each in drawing.root.findall(bpmn("resource"))}
    for performer in list(drawing.process.iter(*map(bpmn, PERFORMERS))):
        text = " ".join("".join(map(str, performer.itertext())).split())
        task, who = performer.getparent(), named.get(text) or text or name_of(performer)
        if task is not None and who:
            remove(performer)
            _give(drawing, task, who)


def _give(drawing: Drawing, task: Element, who: str) -> None:
    """Give the task to the role that is called `who`; say who it was when there is none."""
    role = _role(drawing, who)
    if tag_of(task) == "userTask" and role and not setting(task, "candidateGroups"):
        _put(task, role)
        drawing.say(
            task,
            "role",
            f"Rollen er »{drawing.roles[role]}«, som opgaven var givet til.",
            f"The role is “{drawing.roles[role]}”, to whom the task was given.",
        )
    else:
        drawing.say(
            task,
            "set_aside",
            f"Det var givet til »{who}«. Det har ingen virkning her og er taget ud.",
            f"It was given to “{who}”. That has no effect here and is taken out.",
        )


def _plain(text: str) -> str:
    """Return `text` as it is compared: lower case, letters and digits only."""
    return re.sub(r"[\W_]+", "", text.casefold())


def _role(drawing: Drawing, text: str) -> str | None:
    """Return the role that is called `text`, by its id or its name, also in another form of it."""
    if text in drawing.roles:
        return text
    wanted = _plain(text)
    named: dict[str, str] = {}
    for role, name in sorted(drawing.roles.items()):
        named.setdefault(_plain(role), role)
        named.setdefault(_plain(name), role)
    for form in (wanted, *(wanted + ending for ending in _ENDINGS), *_without_endings(wanted)):
        if form and form in named:
            return named[form]
    return None


def _without_endings(word: str) -> list[str]:
    return [word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)]


def _written(drawing: Drawing, node: Element, said: str) -> None:
    """Keep the one role that exists of those that are written on the node."""
    if said in drawing.roles or said.startswith("="):
        return
    several = [each.strip() for each in said.split(",") if each.strip()]
    known = [role for each in several if (role := _role(drawing, each))]
    if not known:
        return  # the check says that there is no such role
    _put(node, known[0])
    drawing.say(
        node,
        "role",
        f"Der stod »{said}«. Rollen er nu »{drawing.roles[known[0]]}«.",
        f"It said “{said}”. The role is now “{drawing.roles[known[0]]}”.",
        (
            "Kun én rolle kan have opgaven. Se efter, om det er den rigtige.",
            "Only one role can have the task. See whether it is the right one.",
        )
        if len(several) > 1
        else ("", ""),
    )


def _by_lane(drawing: Drawing, node: Element, lane: Element) -> None:
    role = _role(drawing, name_of(lane))
    if role is None:
        return  # the check says that there is no role
    _put(node, role)
    drawing.say(
        node,
        "role",
        f"Rollen er »{drawing.roles[role]}«, fordi trinnet ligger i banen »{name_of(lane)}«.",
        f"The role is “{drawing.roles[role]}”, for the step lies in the lane “{name_of(lane)}”.",
    )


def _put(node: Element, role: str) -> None:
    if _GROUPS in node.attrib:
        node.set(_GROUPS, role)
    elif "candidateGroups" in settings_of(node):
        for each in node.iter(f"{{{CAMUNDA}}}property"):
            if each.get("name") == "candidateGroups":
                each.set("value", role)
    elif tag_of(node) == "userTask":
        set_attribute(node, "candidateGroups", role)
    else:
        set_setting(node, "candidateGroups", role)


def _lanes(process: Element) -> dict[str, Element]:
    """Return the innermost lane of each step, by the id of the step."""
    found: dict[str, Element] = {}
    for lane in process.iter(bpmn("lane")):  # an outer lane comes before those inside it
        for reference in lane.findall(bpmn("flowNodeRef")):
            found[(reference.text or "").strip()] = lane
    return found
