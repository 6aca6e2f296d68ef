"""Rules about the file as a whole: one process that runs, by the name it is known by."""

from collections.abc import Iterator

from engine.spiff.checks.findings import Finding
from engine.spiff.checks.package import Package, Rule
from engine.spiff.checks.reading import is_executable
from engine.spiff.settings import bpmn


def several_executable_processes(package: Package) -> Iterator[Finding]:
    """A file has one process that runs."""
    for extra in package.root.findall(bpmn("process")):
        if is_executable(extra) and extra is not package.diagram:
            yield package.error(
                extra,
                "several_executable_processes",
                "Filen har flere kørbare processer, så ingen ved, hvilken der menes. "
                "Lad én være kørbar, og læg de andre i filer for sig.",
                "The file has several executable processes, so nobody knows which one is meant. "
                "Keep one executable and put the others into files of their own.",
            )


def wrong_process_id(package: Package) -> Iterator[Finding]:
    """A process has the id that others call it by."""
    found, wanted = package.diagram.get("id"), package.process
    if found != wanted:
        yield package.error(
            package.diagram,
            "wrong_process_id",
            f"Processen i diagrammet hedder »{found}«, men skal hedde »{wanted}«, for det er "
            "det navn, andre processer kalder den ved. Ret id'et på processen.",
            f"The process in the diagram is called “{found}” but must be “{wanted}”, the name "
            "by which other processes call it. Change the id of the process.",
        )


RULES: tuple[Rule, ...] = (several_executable_processes, wrong_process_id)
