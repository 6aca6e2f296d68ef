"""Import help for what comes from outside: in a process of its own, with an end to its patience."""

import base64
import json
from collections.abc import Mapping

from engine.spiff.adapting.adapted import Adapted, adapted_from_json, refused
from engine.spiff.checks.findings import Finding, Known, Severity
from engine.spiff.checks.package import file_of
from engine.spiff.checks.wire import known_to_json
from engine.spiff.watched import MEMORY_BYTES, SECONDS, ask
from engine.xml import MAX_BYTES


def adapt_safely(
    data: bytes,
    process: str,
    files: Mapping[str, str],
    known: Known,
    roles: Mapping[str, str],
    wanted: str = "",
    *,
    seconds: float = SECONDS,
    memory_bytes: int = MEMORY_BYTES,
) -> Adapted:
    """Return what `adapt` makes of the drawing, or a refusal when it would take too much.

    Whatever the file does to the process that reads it, this one goes on unharmed. Raises
    `CalledProcessError` when import help itself is broken.
    """
    asked = {
        "data": base64.b64encode(data[: MAX_BYTES + 1]).decode(),
        "process": process,
        "files": dict(files),
        "known": known_to_json(known),
        "roles": dict(roles),
        "wanted": wanted,
    }
    answer = ask("engine.spiff.adapting", asked, seconds=seconds, memory_bytes=memory_bytes)
    if answer is None:
        return refused(process, [_too_much(process)])
    return adapted_from_json(json.loads(answer))


def _too_much(process: str) -> Finding:
    return Finding(
        code="too_much",
        severity=Severity.ERROR,
        element="",
        element_name="",
        line=None,
        file=file_of(process),
        danish="Filen er for stor eller for indviklet til at blive gjort kørbar. Del forløbet op i "
        "mindre processer, eller hent filen igen fra det program, den er tegnet i.",
        english="The file is too large or too complicated to be adapted. Split it into smaller "
        "processes, or export it again from the program it was drawn in.",
    )
