"""Rules about service tasks: what they call, what it takes and what it gives."""

from collections.abc import Iterator

from engine.spiff.checks.findings import Finding, Signature
from engine.spiff.checks.package import Package, Rule, named, setting
from engine.spiff.settings import Element


def service_without_function(package: Package) -> Iterator[Finding]:
    """A service task calls a function."""
    for task in package.of_type("serviceTask"):
        if not setting(task, "handler"):
            yield package.error(
                task,
                "service_without_function",
                "Serviceopgaven siger ikke, hvad den skal gøre, så intet ville ske. "
                "Vælg en funktion fra kataloget.",
                "The service task does not say what to do, so nothing would happen. "
                "Choose a function of the catalogue.",
            )


def unknown_function(package: Package) -> Iterator[Finding]:
    """The function that is called stands in the catalogue."""
    for task in package.of_type("serviceTask"):
        handler = setting(task, "handler")
        if handler and handler not in package.known.handlers:
            yield package.error(
                task,
                "unknown_function",
                f"Funktionen »{handler}« findes ikke i kataloget, så sagen ville gå i stå her. "
                "Vælg en anden.",
                f"The catalogue has no function “{handler}”, so the case would stop here. "
                "Choose another.",
            )


def unknown_input(package: Package) -> Iterator[Finding]:
    """A function gets nothing that it does not take."""
    for task, signature in _known_services(package):
        for name in sorted(named(task, "in.") - signature.inputs - signature.optional):
            yield package.error(
                task,
                "unknown_input",
                f"Funktionen tager ikke imod »{name}«. Slet linjen »in.{name}«, eller ret navnet.",
                f"The function does not take “{name}”. Delete the line “in.{name}” or mend its "
                "name.",
            )


def missing_input(package: Package) -> Iterator[Finding]:
    """A function gets all that it needs."""
    for task, signature in _known_services(package):
        for name in sorted(signature.inputs - named(task, "in.")):
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


RULES: tuple[Rule, ...] = (
    service_without_function,
    unknown_function,
    unknown_input,
    missing_input,
)
