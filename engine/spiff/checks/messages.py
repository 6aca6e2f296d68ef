"""Rules about messages and errors: who sends, who receives, and by which name."""

from collections.abc import Iterator

from engine.spiff.checks.findings import Finding
from engine.spiff.checks.package import Package, Rule, kind_of
from engine.spiff.settings import Element, definitions_of, lacks_code, message_name, tag_of

_CATCHING = frozenset({"intermediateCatchEvent", "boundaryEvent", "startEvent", "receiveTask"})


def no_message(package: Package) -> Iterator[Finding]:
    """What waits for a message or sends one names it."""
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


def nobody_receives(package: Package) -> Iterator[Finding]:
    """What is sent has somebody to get it."""
    received = package.known.messages | {name for _, name in _messages(package, catching=True)}
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


def nobody_sends(package: Package) -> Iterator[Finding]:
    """What is awaited has somebody who sends it."""
    sent = package.known.sent.keys() | {name for _, name in _messages(package, catching=False)}
    for element, name in _messages(package, catching=True):
        if name not in sent:
            yield package.error(
                element,
                "nobody_sends",
                f"Ingen proces sender beskeden »{name}«, så den kommer aldrig, og den unge venter "
                "forgæves. Ret navnet, eller læg afsenderen i drift først.",
                f"No process sends the message “{name}”, so it never comes and the young person "
                "waits in vain. Mend the name, or deploy the sender first.",
            )


def no_error_code(package: Package) -> Iterator[Finding]:
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
        if (tag_of(element) in _CATCHING) is catching and (name := message_name(element)):
            yield element, name


RULES: tuple[Rule, ...] = (no_message, nobody_receives, nobody_sends, no_error_code)
