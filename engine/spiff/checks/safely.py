"""The check for what comes from outside: in a process of its own, with an end to its patience."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.spiff.checks.findings import Finding, Known, Severity
from engine.spiff.checks.package import file_of
from engine.spiff.checks.wire import finding_from_json, known_to_json
from engine.spiff.watched import MEMORY_BYTES, SECONDS, ask


@dataclass(frozen=True, slots=True)
class Question:
    """A package and what it may rely on."""

    process: str
    files: Mapping[str, str]
    known: Known


def check_safely(
    process: str,
    files: Mapping[str, str],
    known: Known,
    *,
    seconds: float = SECONDS,
    memory_bytes: int = MEMORY_BYTES,
) -> list[Finding]:
    """Return what `check_package` finds, or one finding when it would take too much.

    Whatever the files do to the process that reads them, this one goes on unharmed. Raises
    `CalledProcessError` when the check itself is broken.
    """
    question = Question(process, files, known)
    return check_all_safely([question], seconds=seconds, memory_bytes=memory_bytes)[0]


def check_all_safely(
    questions: Sequence[Question], *, seconds: float = SECONDS, memory_bytes: int = MEMORY_BYTES
) -> list[list[Finding]]:
    """Return what is found in each package, all in one process with `seconds` of the processor
    for each.

    When that takes too much, it is said of all of them. Raises as `check_safely`.
    """
    asked = {
        "questions": [
            {"process": each.process, "files": dict(each.files), "known": known_to_json(each.known)}
            for each in questions
        ]
    }
    whole = seconds * len(questions)
    answer = ask("engine.spiff.checks", asked, seconds=whole, memory_bytes=memory_bytes)
    if answer is None:
        return [[_too_much(each.process)] for each in questions]
    return [[finding_from_json(each) for each in found] for found in json.loads(answer)]


def _too_much(process: str) -> Finding:
    return Finding(
        code="too_much",
        severity=Severity.ERROR,
        element="",
        element_name="",
        line=None,
        file=file_of(process),
        danish="Filen er for stor eller for indviklet til at blive kontrolleret. Del forløbet op i "
        "mindre processer, eller hent filen igen fra det program, den er tegnet i.",
        english="The file is too large or too complicated to be checked. Split it into smaller "
        "processes, or export it again from the program it was drawn in.",
    )
