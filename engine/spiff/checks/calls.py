"""Rules about the processes that a diagram calls: they exist, and are told what they need."""

from collections.abc import Iterator, Mapping

from engine.spiff.checks.findings import Finding
from engine.spiff.checks.package import Package, Rule, named
from engine.spiff.settings import Element


def no_called_process(package: Package) -> Iterator[Finding]:
    """A call names a process."""
    for call, called in _calls(package):
        if not called:
            yield package.error(
                call,
                "no_called_process",
                "Kaldet siger ikke, hvilken proces det starter. Vælg en proces.",
                "The call does not say which process it starts. Choose a process.",
            )


def unknown_process(package: Package) -> Iterator[Finding]:
    """The process that is called exists."""
    for call, called in _calls(package):
        if called and called != package.process and called not in package.known.processes:
            yield package.error(
                call,
                "unknown_process",
                f"Processen »{called}« er ikke i drift, så sagen ville gå i stå her. Læg den i "
                "drift først, eller vælg en anden.",
                f"The process “{called}” is not in force, so the case would stop here. Deploy it "
                "first, or choose another.",
            )


def calls_itself(package: Package) -> Iterator[Finding]:
    """A process does not call itself."""
    for call, called in _calls(package):
        if called == package.process:
            yield package.error(
                call,
                "calls_itself",
                "Processen kalder sig selv og ville aldrig blive færdig. Lad i stedet slutningen "
                "sende den besked, der starter den igen.",
                "The process calls itself and would never end. Let the end send the message that "
                "starts it again.",
            )


def calls_in_circle(package: Package) -> Iterator[Finding]:
    """Processes do not call each other in a circle."""
    for call, called in _calls(package):
        circle = _called_from(called, package.known.calls)
        if called != package.process and package.process in circle:
            yield package.error(
                call,
                "calls_in_circle",
                f"»{called}« kalder til sidst denne proces igen, så de aldrig blev færdige. Lad i "
                "stedet den ene ende med en besked, der starter den anden.",
                f"“{called}” in the end calls this process again, so they would never end. Let "
                "one of them end with a message that starts the other.",
            )


def missing_call_input(package: Package) -> Iterator[Finding]:
    """A called process is told what it reads and does not find out by itself."""
    for call, called in _calls(package):
        for name in sorted(package.known.takes.get(called, frozenset()) - named(call, "in.")):
            yield package.error(
                call,
                "missing_call_input",
                f"Processen »{called}« skal vide »{name}«, men får det ikke at vide, så den ville "
                f"gå i stå. Tilføj »in.{name}«.",
                f"The process “{called}” must know “{name}” but is not told, so it would stop. "
                f"Add “in.{name}”.",
            )


def unknown_call_input(package: Package) -> Iterator[Finding]:
    """A called process is told nothing that it does not use."""
    for call, called in _calls(package):
        takes = package.known.takes.get(called)
        for name in sorted(named(call, "in.") - takes if takes is not None else ()):
            yield package.error(
                call,
                "unknown_call_input",
                f"Processen »{called}« bruger ikke »{name}«. Slet linjen »in.{name}«, eller ret "
                "navnet.",
                f"The process “{called}” does not use “{name}”. Delete the line “in.{name}” or "
                "mend its name.",
            )


def _calls(package: Package) -> Iterator[tuple[Element, str]]:
    for call in package.of_type("callActivity"):
        yield call, (call.get("calledElement") or "").strip()


def _called_from(process: str, calls: Mapping[str, frozenset[str]]) -> set[str]:
    """Return the processes that `process` calls, and those that they call, and so on."""
    found: set[str] = set()
    waiting = [process]
    while waiting:
        new = calls.get(waiting.pop(), frozenset()) - found
        found |= new
        waiting.extend(new)
    return found


RULES: tuple[Rule, ...] = (
    no_called_process,
    unknown_process,
    calls_itself,
    calls_in_circle,
    missing_call_input,
    unknown_call_input,
)
