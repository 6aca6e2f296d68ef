"""Rules about what a diagram calls: functions, decision tables, processes, messages and errors."""

from collections.abc import Iterator, Mapping

from engine.decisions.tables import read_decisions
from engine.domain.errors import CaseworkError
from engine.feel.expressions import parse
from engine.spiff.checks.findings import Finding, Severity, Signature
from engine.spiff.checks.package import Package, Rule, kind_of, setting
from engine.spiff.settings import (
    Element,
    definitions_of,
    lacks_code,
    message_name,
    settings_of,
    tag_of,
)
from engine.xml import DMN

_CATCHING = frozenset({"intermediateCatchEvent", "boundaryEvent", "startEvent"})


def service_without_function(package: Package) -> Iterator[Finding]:
    """A service task calls a function that the catalogue has."""
    for task in package.of_type("serviceTask"):
        handler = setting(task, "handler")
        if not handler:
            yield package.error(
                task,
                "service_without_function",
                "Serviceopgaven siger ikke, hvad den skal gøre, så intet ville ske. "
                "Vælg en funktion fra kataloget.",
                "The service task does not say what to do, so nothing would happen. "
                "Choose a function of the catalogue.",
            )
        elif handler not in package.known.handlers:
            yield package.error(
                task,
                "unknown_function",
                f"Funktionen »{handler}« findes ikke i kataloget, så sagen ville gå i stå her. "
                "Vælg en anden.",
                f"The catalogue has no function “{handler}”, so the case would stop here. "
                "Choose another.",
            )


def service_inputs(package: Package) -> Iterator[Finding]:
    """A function gets what it takes, and nothing else."""
    for task, signature in _known_services(package):
        given = _named(task, "in.")
        for name in sorted(given - signature.inputs - signature.optional):
            yield package.error(
                task,
                "unknown_input",
                f"Funktionen tager ikke imod »{name}«. Slet linjen »in.{name}«, eller ret navnet.",
                f"The function does not take “{name}”. Delete the line “in.{name}” or mend its "
                "name.",
            )
        for name in sorted(signature.inputs - given):
            yield package.error(
                task,
                "missing_input",
                f"Funktionen mangler at få »{name}« at vide. Tilføj »in.{name}«.",
                f"The function is not told “{name}”. Add “in.{name}”.",
            )


def _known_services(package: Package) -> Iterator[tuple[Element, Signature]]:
    for task in package.of_type("serviceTask"):
        if (signature := package.known.handlers.get(setting(task, "handler"))) is not None:
            yield task, signature


def decision_table(package: Package) -> Iterator[Finding]:
    """A decision asks a table that lies beside the diagram."""
    for task in package.of_type("businessRuleTask"):
        table = setting(task, "decisionRef")
        if not table:
            yield package.error(
                task,
                "no_decision",
                "Opgaven siger ikke, hvilken beslutningstabel den spørger. Vælg en tabel.",
                "The task does not say which decision table it asks. Choose a table.",
            )
        elif table not in package.tables:
            yield package.error(
                task,
                "unknown_decision",
                f"Beslutningstabellen »{table}« findes ikke, så sagen ville gå i stå her. "
                "Vælg en anden, eller læg tabellen ved diagrammet.",
                f"There is no decision table “{table}”, so the case would stop here. Choose "
                "another, or put the table beside the diagram.",
            )


def table_inputs(package: Package) -> Iterator[Finding]:
    """A table is told all that its columns ask for."""
    for task in package.of_type("businessRuleTask"):
        table = package.tables.get(setting(task, "decisionRef"))
        if table is None:
            continue
        for name in sorted(_asked_by(table) - _named(task, "in.")):
            yield package.error(
                task,
                "missing_table_input",
                f"Beslutningstabellen spørger efter »{name}«, men får det ikke at vide, så sagen "
                f"ville gå i stå her. Tilføj »in.{name}«.",
                f"The decision table asks for “{name}” but is not told, so the case would stop "
                f"here. Add “in.{name}”.",
            )


def _asked_by(table: Element) -> frozenset[str]:
    """Return the names that the columns of a decision table read."""
    found: set[str] = set()
    for text in table.iterfind(f".//{{{DMN}}}inputExpression/{{{DMN}}}text"):
        try:
            found |= parse(text.text or "").reads
        except CaseworkError:
            continue  # the table as a whole is said to be broken
    return frozenset(found)


def broken_table(package: Package) -> Iterator[Finding]:
    """A decision table that lies beside the diagram can be read, every cell of it."""
    for path, text in sorted(package.files.items()):
        if not path.endswith(".dmn"):
            continue
        try:
            read_decisions(text.encode())
        except CaseworkError as error:
            yield Finding(
                code="broken_table",
                severity=Severity.ERROR,
                element="",
                element_name="",
                line=None,
                file=path,
                danish=f"Beslutningstabellen kan ikke læses: {str(error).rstrip('.')}. Ret den.",
                english=f"The decision table cannot be read ({str(error).rstrip('.')}). Mend it.",
            )


def called_process(package: Package) -> Iterator[Finding]:
    """A call names a process that exists, and not itself."""
    for call in package.of_type("callActivity"):
        called = (call.get("calledElement") or "").strip()
        if not called:
            yield package.error(
                call,
                "no_called_process",
                "Kaldet siger ikke, hvilken proces det starter. Vælg en proces.",
                "The call does not say which process it starts. Choose a process.",
            )
        elif called == package.process:
            yield package.error(
                call,
                "calls_itself",
                "Processen kalder sig selv og ville aldrig blive færdig. Lad i stedet slutningen "
                "sende den besked, der starter den igen.",
                "The process calls itself and would never end. Let the end send the message that "
                "starts it again.",
            )
        elif package.process in _called_from(called, package.known.calls):
            yield package.error(
                call,
                "calls_in_circle",
                f"»{called}« kalder til sidst denne proces igen, så de aldrig blev færdige. Lad i "
                "stedet den ene ende med en besked, der starter den anden.",
                f"“{called}” in the end calls this process again, so they would never end. Let "
                "one of them end with a message that starts the other.",
            )
        elif called not in package.known.processes:
            yield package.error(
                call,
                "unknown_process",
                f"Processen »{called}« er ikke i drift, så sagen ville gå i stå her. Læg den i "
                "drift først, eller vælg en anden.",
                f"The process “{called}” is not in force, so the case would stop here. Deploy it "
                "first, or choose another.",
            )


def _called_from(process: str, calls: Mapping[str, frozenset[str]]) -> set[str]:
    """Return the processes that `process` calls, and those that they call, and so on."""
    found: set[str] = set()
    waiting = [process]
    while waiting:
        new = calls.get(waiting.pop(), frozenset()) - found
        found |= new
        waiting.extend(new)
    return found


def messages(package: Package) -> Iterator[Finding]:
    """What waits for a message or sends one names it, and what is sent has somebody to get it."""
    received = package.known.messages | {name for _, name in _messages(package, catching=True)}
    for element in _message_elements(package):
        if not message_name(element):
            yield package.error(
                element,
                "no_message",
                "Der står ikke, hvilken besked det drejer sig om, så motoren ville gå forbi uden "
                "at vente eller sende. Vælg en besked.",
                "It does not say which message is meant, so the engine would pass by without "
                "waiting or sending. Choose a message.",
            )
    for element, name in _messages(package, catching=False):
        if name not in received:
            yield package.error(
                element,
                "nobody_receives",
                f"Ingen proces venter på beskeden »{name}« eller starter med den, så den ville "
                "blive væk, og den unge ville stå stille. Ret navnet, eller læg modtageren i drift "
                "først.",
                f"No process waits for the message “{name}” or starts with it, so it would be "
                "lost and the young person would stand still. Mend the name, or deploy the "
                "receiver first.",
            )


def error_codes(package: Package) -> Iterator[Finding]:
    """An error that is thrown, or awaited by reference, has its code."""
    for event in package.of_type("endEvent", "boundaryEvent"):
        if kind_of(event) == "error" and lacks_code(event):
            yield package.error(
                event,
                "no_error_code",
                "Fejlen har ingen kode, så ingen kan gribe den. Vælg en fejl med en kode.",
                "The error has no code, so nobody can catch it. Choose an error with a code.",
            )


def _message_elements(package: Package) -> Iterator[Element]:
    for node in package.nodes:
        is_task = tag_of(node) in {"sendTask", "receiveTask"}
        if is_task or (len(definitions_of(node)) == 1 and kind_of(node) == "message"):
            yield node


def _messages(package: Package, *, catching: bool) -> Iterator[tuple[Element, str]]:
    for element in _message_elements(package):
        catches = tag_of(element) in _CATCHING | {"receiveTask"}
        if catches is catching and (name := message_name(element)):
            yield element, name


def _named(node: Element, prefix: str) -> frozenset[str]:
    return frozenset(
        name.removeprefix(prefix) for name in settings_of(node) if name.startswith(prefix)
    )


RULES: tuple[Rule, ...] = (
    service_without_function,
    service_inputs,
    decision_table,
    table_inputs,
    broken_table,
    called_process,
    messages,
    error_codes,
)
