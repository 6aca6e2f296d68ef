"""Rules about what may be drawn at all."""

from collections.abc import Iterator, Mapping

from engine.spiff.checks.findings import Finding
from engine.spiff.checks.package import Package, Rule, setting
from engine.spiff.refusals import ACTIVITIES, EVENTS, INPUTS, MOST_NODES, QUANTITIES
from engine.spiff.settings import Element, bpmn, loop_of, tag_of

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


def unsupported_element(package: Package) -> Iterator[Finding]:
    """Nothing but the engine's own list may be drawn, for the rest would silently be left out."""
    for child in package.strange:
        tag = tag_of(child)
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


def data_association(package: Package) -> Iterator[Finding]:
    """Inputs and outputs in the manner of BPMN are not obeyed: they are settings here."""
    owners = {id(owner): owner for owner in _with_inputs(package)}
    for owner in owners.values():
        if owner is not None:
            yield package.error(
                owner,
                "data_association",
                "Trinnet har input og output tegnet på en måde, der ikke virker her. Slet dem, og "
                "skriv »in.« og »out.« blandt trinnets indstillinger.",
                "This step has inputs and outputs in a form that does nothing here. Delete them, "
                "and write “in.” and “out.” among the settings of the step.",
            )


def _with_inputs(package: Package) -> Iterator[Element | None]:
    """Yield what holds an `ioSpecification`, and the events that hold inputs without one."""
    for scope in package.diagram.iter(bpmn("ioSpecification")):
        yield scope.getparent()
    for event in package.of_type(*EVENTS):
        if any(tag_of(each) in INPUTS for each in event):
            yield event


def token_count(package: Package) -> Iterator[Finding]:
    """A task that waits for several ways in, or goes on more than once, would do neither."""
    for node in package.of_type(*ACTIVITIES):
        if any(node.get(name, "1").strip() != "1" for name in QUANTITIES):
            yield package.error(
                node,
                "token_count",
                "Trinnet er sat til at vente på flere veje ind (startQuantity) eller til at gå "
                "videre flere gange (completionQuantity). Det sker ikke her. Slet det, og tegn "
                "en parallel gateway, hvis det er ment.",
                "The step is set to wait for several ways in (startQuantity) or to go on several "
                "times (completionQuantity). That does not happen here. Delete it, and draw a "
                "parallel gateway if it is meant.",
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


def standard_loop(package: Package) -> Iterator[Finding]:
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


def loop_without_collection(package: Package) -> Iterator[Finding]:
    """What is repeated says for whom or what."""
    for node in package.of_type(*ACTIVITIES):
        if loop_of(node) is not None and not setting(node, "collection"):
            yield package.error(
                node,
                "loop_without_collection",
                "Opgaven gentages, men siger ikke for hvem eller hvad. Skriv listen under "
                "»Gentages for hver i listen«.",
                "The activity is repeated but does not say for whom or what. Write the list under "
                "“Repeated for each in the list”.",
            )


RULES: tuple[Rule, ...] = (
    unsupported_element,
    too_many_nodes,
    data_element,
    data_association,
    token_count,
    compensation,
    standard_loop,
    loop_without_collection,
)
