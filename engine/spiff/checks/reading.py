"""From files to a package, or to the findings that say why there is none."""

from collections.abc import Mapping

from engine.domain.errors import InvalidDefinition
from engine.spiff.checks.findings import Finding, Known, Severity
from engine.spiff.checks.package import Package, file_of
from engine.spiff.settings import Element, bpmn
from engine.xml import BPMN, read_xml


def read_package(
    process: str, files: Mapping[str, str], known: Known
) -> tuple[Package | None, list[Finding]]:
    """Return what can be checked (None when nothing can) and what is wrong with the file itself."""
    source = files.get(file_of(process))
    if source is None:
        return None, [
            _whole_file(
                process,
                "no_file",
                f"Diagrammet mangler. Læg det i filen »{file_of(process)}«.",
                f"The diagram is missing. Put it into the file “{file_of(process)}”.",
            )
        ]
    try:
        root = read_xml(source.encode())
    except InvalidDefinition as error:
        return None, [_unreadable(process, str(error))]
    if root.tag != bpmn("definitions"):
        return None, [_not_bpmn(process)]
    return _package(process, files, known, root)


def _package(
    process: str, files: Mapping[str, str], known: Known, root: Element
) -> tuple[Package | None, list[Finding]]:
    """A drawing is checked as if it could run: all that is wrong is said at once."""
    drawn = root.findall(bpmn("process"))
    executable = [each for each in drawn if is_executable(each)]
    found = [] if executable else [_only_a_drawing(process)]
    if not drawn:
        return None, found
    some = executable or [each for each in drawn if len(each)] or drawn
    chosen = next((each for each in some if each.get("id") == process), some[0])
    return Package(process=process, files=files, root=root, diagram=chosen, known=known), found


def is_executable(process: Element) -> bool:
    """Tell whether the process is marked as one that runs."""
    return process.get("isExecutable") == "true"


def _only_a_drawing(process: str) -> Finding:
    return _whole_file(
        process,
        "no_executable_process",
        "Diagrammet er kun en tegning: ingen proces er sat til at kunne køre. "
        "Vælg processen i editoren, og sæt hak ved »Kan køre«.",
        "The diagram is only a drawing: no process is marked as executable. "
        "Select the process in the editor and tick “Executable”.",
    )


def _unreadable(process: str, sentence: str) -> Finding:
    return _whole_file(
        process,
        "unreadable_file",
        f"{sentence.rstrip('.')}. Hent filen igen fra det program, den er tegnet i, og prøv på ny.",
        f"The file cannot be read. ({sentence.rstrip('.')}.) Export it again from the program "
        "it was drawn in, and try anew.",
    )


def _not_bpmn(process: str) -> Finding:
    return _whole_file(
        process,
        "not_bpmn",
        "Filen er XML, men ikke et BPMN-diagram. Gem diagrammet som BPMN 2.0, og prøv igen.",
        f"The file is XML but not a BPMN diagram ({BPMN}). Save the diagram as BPMN 2.0.",
    )


def _whole_file(process: str, code: str, danish: str, english: str) -> Finding:
    return Finding(
        code=code,
        severity=Severity.ERROR,
        element="",
        element_name="",
        line=None,
        file=file_of(process),
        danish=danish,
        english=english,
    )
