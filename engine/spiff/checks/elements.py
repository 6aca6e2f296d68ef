"""Rules about what may be drawn at all: elements, events and names."""

from collections import Counter
from collections.abc import Iterator, Mapping

from engine.spiff.checks.findings import Finding
from engine.spiff.checks.package import Package, Rule, kind_of, setting
from engine.spiff.refusals import (
    ACTIVITIES,
    EVENTS,
    MOST_NODES,
    NODES,
    SILENT,
    TAKEN,
    TAKEN_ENDINGS,
)
from engine.spiff.settings import bpmn, definitions_of, loop_of, tag_of, text_of

# What an element is called in the two languages, and what to draw instead.
_INSTEAD: Mapping[str, tuple[str, str, str, str]] = {
    "scriptTask": (
        "En scriptopgave",
        "Brug en serviceopgave, der kalder en funktion fra kataloget.",
        "A script task",
        "Use a service task that calls a function of the catalogue.",
    ),
    "task": (
        "En opgave uden type",
        "Gør den til en brugeropgave, hvis et menneske skal gøre den.",
        "A task without a type",
        "Make it a user task if a person shall do it.",
    ),
    "manualTask": (
        "En manuel opgave",
        "Gør den til en brugeropgave, så nogen får den i sin indbakke.",
        "A manual task",
        "Make it a user task, so that somebody gets it in the inbox.",
    ),
    "complexGateway": (
        "En kompleks gateway",
        "Brug en eksklusiv, inklusiv eller parallel gateway.",
        "A complex gateway",
        "Use an exclusive, inclusive or parallel gateway.",
    ),
    "adHocSubProcess": (
        "En ad hoc-delproces",
        "Brug en almindelig delproces, eller tegn opgaverne hver for sig.",
        "An ad-hoc subprocess",
        "Use a plain subprocess, or draw the tasks one by one.",
    ),
    "transaction": (
        "En transaktion",
        "Brug en almindelig delproces med en fejlhændelse på kanten.",
        "A transaction",
        "Use a plain subprocess with an error event on its edge.",
    ),
}
_DATA = frozenset({"dataObject", "dataObjectReference", "dataStoreReference"})
_KINDS: Mapping[str, tuple[str, str]] = {
    "": ("uden indhold", "without a definition"),
    "link": ("link", "link"),
    "compensate": ("kompensation", "compensation"),
    "signal": ("signal", "signal"),
    "escalation": ("eskalering", "escalation"),
    "conditional": ("betingelse", "conditional"),
    "cancel": ("annullering", "cancel"),
    "timer": ("ur", "timer"),
    "message": ("besked", "message"),
    "error": ("fejl", "error"),
    "terminate": ("afbrydelse", "terminate"),
}


def unsupported_element(package: Package) -> Iterator[Finding]:
    """Nothing but the engine's own list may be drawn, for the rest would silently be left out."""
    for scope in package.scopes:
        for child in scope:
            tag = tag_of(child)
            if not str(child.tag).startswith(bpmn("")) or tag in NODES | SILENT:
                continue
            danish, mend, english, mend_english = _INSTEAD.get(
                tag,
                (
                    f"Et element af typen »{tag}«",
                    "Slet det, eller tegn det på en anden måde.",
                    f"An element of type “{tag}”",
                    "Delete it, or draw it in another way.",
                ),
            )
            yield package.error(
                child,
                "unsupported_element",
                f"{danish} kan ikke køre her, så trinnet ville mangle i den unges forløb. {mend}",
                f"{english} cannot run here, so that step would be missing for the young "
                f"person. {mend_english}",
            )


def too_many_nodes(package: Package) -> Iterator[Finding]:
    """A diagram that nobody can read is also one that the engine cannot look ahead in."""
    if len(package.nodes) > MOST_NODES:
        yield package.error(
            package.diagram,
            "too_many_nodes",
            f"Diagrammet har {len(package.nodes)} trin; der må højst være {MOST_NODES}. Del det op "
            "i flere processer, der starter hinanden.",
            f"The diagram has {len(package.nodes)} steps; there may be {MOST_NODES} at most. Split "
            "it into several processes that start each other.",
        )


def data_element(package: Package) -> Iterator[Finding]:
    """Data stores and data objects carry nothing here: data follows the settings of the nodes."""
    for scope in package.scopes:
        for child in scope:
            if tag_of(child) in _DATA:
                yield package.error(
                    child,
                    "data_element",
                    "Et dataobjekt eller et datalager gemmer ikke noget her. Slet det, og skriv "
                    "det som en tekstnote, hvis det er til øjet; data følger opgavernes svar.",
                    "A data object or data store keeps nothing here. Delete it, and write a text "
                    "note if it is for the eye; data follows the answers of the tasks.",
                )


def unsupported_event(package: Package) -> Iterator[Finding]:
    """An event has one meaning, and one that the engine obeys at that place."""
    for event in package.of_type(*EVENTS):
        found, kind = definitions_of(event), kind_of(event)
        danish, english = _KINDS.get(kind, (kind, kind))
        if len(found) > 1:
            yield package.error(
                event,
                "several_meanings",
                "Hændelsen har flere betydninger på én gang. Lad den have én, og tegn en "
                "hændelse mere til den anden.",
                "The event has several meanings at once. Keep one, and draw a further event for "
                "the other.",
            )
        elif kind not in EVENTS[tag_of(event)]:
            yield package.error(
                event,
                "unsupported_event",
                f"En hændelse af typen »{danish}« virker ikke på dette sted; sagen ville gå i stå "
                "eller gå forbi uden varsel. Brug en besked eller et ur, eller slet den.",
                f"An event of type “{english}” does not work at this place; the case would stop "
                "or pass by without a word. Use a message or a timer, or delete it.",
            )


def timer_without_date(package: Package) -> Iterator[Finding]:
    """A timer says a date or a duration; a cycle would fire again and again after an outage."""
    for event in package.of_type(*EVENTS):
        for definition in definitions_of(event):
            if tag_of(definition) != "timerEventDefinition":
                continue
            if text_of(definition, "timeCycle"):
                yield package.error(
                    event,
                    "timer_cycle",
                    "Et ur, der gentager sig, kan ikke bruges: efter et nedbrud ville det ringe "
                    "mange gange på én gang. Lad uret ringe én gang, og start en ny opfølgning.",
                    "A timer that repeats cannot be used: after an outage it would ring many "
                    "times at once. Let it ring once, and start a new follow-up.",
                )
            elif not (text_of(definition, "timeDate") or text_of(definition, "timeDuration")):
                yield package.error(
                    event,
                    "timer_without_date",
                    "Uret mangler en dato eller en varighed, så det ringer aldrig, og den unge "
                    "venter forgæves. Skriv, hvornår det skal ringe.",
                    "The timer has no date or duration, so it never rings and the young person "
                    "waits in vain. Write when it shall ring.",
                )


def event_subprocess(package: Package) -> Iterator[Finding]:
    """A subprocess that an event starts does not interrupt, or keeps the case open for ever."""
    for scope in package.diagram.iter(bpmn("subProcess")):
        if scope.get("triggeredByEvent") == "true":
            yield package.error(
                scope,
                "event_subprocess",
                "En delproces, der startes af en hændelse, kan ikke bruges. Sæt hændelsen på "
                "kanten af den opgave, den skal afbryde.",
                "A subprocess that an event starts cannot be used. Put the event on the edge of "
                "the activity it shall interrupt.",
            )


def compensation(package: Package) -> Iterator[Finding]:
    """An activity marked as compensation would never be done."""
    for node in package.of_type(*ACTIVITIES):
        if node.get("isForCompensation") == "true":
            yield package.error(
                node,
                "compensation",
                "Opgaven er mærket som kompensation og ville aldrig blive gjort. Fjern mærket, "
                "og tegn en vej hen til den.",
                "The activity is marked as compensation and would never be done. Remove the "
                "mark, and draw a way to it.",
            )


def repetition(package: Package) -> Iterator[Finding]:
    """What is done many times is done once for each item of a list."""
    for node in package.of_type(*ACTIVITIES):
        if node.find(bpmn("standardLoopCharacteristics")) is not None:
            yield package.error(
                node,
                "standard_loop",
                "Opgaven er mærket til at gentage sig selv uden en liste. Gentag den for hvert "
                "punkt i en liste, eller tegn en beslutning, der går tilbage.",
                "The activity is marked to repeat itself without a list. Repeat it for each item "
                "of a list, or draw a decision that goes back.",
            )
        if loop_of(node) is not None and not setting(node, "collection"):
            yield package.error(
                node,
                "loop_without_collection",
                "Opgaven gentages, men siger ikke for hvem eller hvad. Skriv listen under "
                "»Gentages for hver i listen«.",
                "The activity is repeated but does not say for whom or what. Write the list under "
                "“Repeated for each in the list”.",
            )


def names(package: Package) -> Iterator[Finding]:
    """Ids tell the elements of one file apart."""
    with_ids = [element for element in package.root.iter() if element.get("id")]
    count = Counter(element.get("id") for element in with_ids)
    seen: set[str] = set()
    for element in with_ids:
        name = element.get("id", "")
        if count[name] > 1 and name in seen:
            yield package.error(
                element,
                "duplicate_id",
                f"Flere elementer har id'et »{name}«, så motoren kan ikke kende dem fra hinanden. "
                "Giv det ene et andet id.",
                f"Several elements have the id “{name}”, so the engine cannot tell them apart. "
                "Give one of them another id.",
            )
        seen.add(name)
    for node in package.nodes:
        name = node.get("id", "")
        if name in TAKEN or name.endswith(TAKEN_ENDINGS):
            yield package.error(
                node,
                "reserved_id",
                f"Id'et »{name}« bruger motoren selv. Giv elementet et andet id.",
                f"The engine itself uses the id “{name}”. Give the element another id.",
            )
        if not name:
            yield package.error(
                node,
                "missing_id",
                "Elementet mangler et id, så intet kan pege på det. Giv det et.",
                "The element has no id, so nothing can point at it. Give it one.",
            )


RULES: tuple[Rule, ...] = (
    unsupported_element,
    too_many_nodes,
    data_element,
    unsupported_event,
    timer_without_date,
    event_subprocess,
    compensation,
    repetition,
    names,
)
