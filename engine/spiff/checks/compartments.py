"""Rules about closed compartments: what is inside stays there, and only those who enter work there.

A process says in `process.toml` which compartment it belongs to; its cases lie in it.
"""

from collections.abc import Iterator

from engine.domain.manifests import declared_compartment
from engine.spiff.checks.findings import Finding
from engine.spiff.checks.package import Package, Rule, setting
from engine.spiff.settings import message_name

_NOBODY: frozenset[str] = frozenset()


def role_outside_compartment(package: Package) -> Iterator[Finding]:
    """Who has a step in a compartment enters it; the role is drawn, not worked out."""
    compartment = _own(package)
    roles = package.known.enters.get(compartment, _NOBODY)
    for node in package.nodes if compartment else ():
        role = setting(node, "candidateGroups")
        if role and role not in roles:
            title = package.known.titles.get(role, role)
            yield package.error(
                node,
                "role_outside_compartment",
                f"Processen ligger i et lukket rum, og rollen »{title}« har ikke adgang til det. "
                "Trinnet ville fortælle om behandlingen uden for rummet. Vælg en rolle, der har.",
                f"The process lies in a closed compartment that the role “{title}” does not enter, "
                "so the step would tell of it outside. Choose a role that enters.",
            )


def call_leaves_compartment(package: Package) -> Iterator[Finding]:
    """A call stays in its compartment; an open process calls none inside one."""
    for call in package.of_type("callActivity"):
        called = call.get("calledElement", "")
        if called in package.known.processes and _of(package, called) != _own(package):
            yield package.error(
                call,
                "call_leaves_compartment",
                f"»{called}« ligger ikke i det samme lukkede rum som denne proces, så kaldet ville "
                "bære oplysninger ud af rummet eller ind i det. Fjern kaldet.",
                f"“{called}” does not lie in the same closed compartment as this process, so the "
                "call would carry information out of it or into it. Remove the call.",
            )


def message_leaves_compartment(package: Package) -> Iterator[Finding]:
    """A message stays in the compartment of who sends it."""
    for element in package.of_type("sendTask", "intermediateThrowEvent", "endEvent"):
        name = message_name(element)
        receivers = package.known.receives.get(name, _NOBODY) - {package.process}
        others = sorted(each for each in receivers if _of(package, each) != _own(package))
        if others:
            yield package.error(
                element,
                "message_leaves_compartment",
                f"Beskeden »{name}« går til »{others[0]}«, som ikke ligger i det samme lukkede rum "
                "som denne proces. Det, der sker i rummet, bliver der. Fjern beskeden.",
                f"The message “{name}” goes to “{others[0]}”, which does not lie in the same "
                "closed compartment as this process. What happens inside stays there. Remove it.",
            )


def function_leaves_compartment(package: Package) -> Iterator[Finding]:
    """A function that is called in a compartment carries nothing out of it."""
    for task in package.of_type("serviceTask") if _own(package) else ():
        handler = setting(task, "handler")
        if handler in package.known.handlers and handler not in package.known.stays:
            yield package.error(
                task,
                "function_leaves_compartment",
                f"Funktionen »{handler}« skriver til andre eller i det, de læser, og processen "
                "ligger i et lukket rum. Brug en, der bliver i rummet.",
                f"The function “{handler}” writes to others or into what they read, and the "
                "process lies in a closed compartment. Use one that stays inside.",
            )


def _own(package: Package) -> str:
    return declared_compartment(package.files) or ""


def _of(package: Package, process: str) -> str:
    return next(iter(package.known.lies_in.get(process, _NOBODY)), "")


RULES: tuple[Rule, ...] = (
    role_outside_compartment,
    call_leaves_compartment,
    message_leaves_compartment,
    function_leaves_compartment,
)
