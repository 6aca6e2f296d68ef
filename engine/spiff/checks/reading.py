"""From files to a package, or to the findings that say why there is none."""

from collections.abc import Mapping

from engine.domain.errors import InvalidDefinition
from engine.spiff.checks.findings import Finding, Known, Severity
from engine.spiff.checks.package import Package, file_of, line_of
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
    executable = [each for each in root.findall(bpmn("process")) if _is_executable(each)]
    findings = [*_wrong_number(process, executable), *_wrong_name(process, executable)]
    if not executable:
        return None, findings
    chosen = next((each for each in executable if each.get("id") == process), executable[0])
    return (
        Package(process=process, files=files, root=root, diagram=chosen, known=known),
        findings,
    )


def _is_executable(process: Element) -> bool:
    return process.get("isExecutable") == "true"


def _wrong_number(process: str, executable: list[Element]) -> list[Finding]:
    if not executable:
        return [
            _whole_file(
                process,
                "no_executable_process",
                "Diagrammet er kun en tegning: ingen proces er sat til at kunne køre. "
                "Vælg processen i editoren, og sæt hak ved »Kan køre«.",
                "The diagram is only a drawing: no process is marked as executable. "
                "Select the process in the editor and tick “Executable”.",
            )
        ]
    return [
        _whole_file(
            process,
            "several_executable_processes",
            "Filen har flere kørbare processer, så ingen ved, hvilken der menes. "
            "Lad én være kørbar, og læg de andre i filer for sig.",
            "The file has several executable processes, so nobody knows which one is meant. "
            "Keep one executable and put the others into files of their own.",
            element=extra,
        )
        for extra in executable[1:]
    ]


def _wrong_name(process: str, executable: list[Element]) -> list[Finding]:
    if len(executable) != 1 or executable[0].get("id") == process:
        return []
    found = executable[0].get("id")
    return [
        _whole_file(
            process,
            "wrong_process_id",
            f"Processen i diagrammet hedder »{found}«, men skal hedde »{process}«, for det er "
            "det navn, andre processer kalder den ved. Ret id'et på processen.",
            f"The process in the diagram is called “{found}” but must be “{process}”, the name "
            "by which other processes call it. Change the id of the process.",
            element=executable[0],
        )
    ]


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


def _whole_file(
    process: str, code: str, danish: str, english: str, element: Element | None = None
) -> Finding:
    return Finding(
        code=code,
        severity=Severity.ERROR,
        element="" if element is None else element.get("id", ""),
        element_name="" if element is None else element.get("name", ""),
        line=None if element is None else line_of(element),
        file=file_of(process),
        danish=danish,
        english=english,
    )
