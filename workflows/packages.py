"""Processes as folders: read from disk, put into force, and written out again.

A process folder holds `<process>.bpmn`, its decision tables, `forms/*.json` and `process.toml`,
and is named like the process. Tables that several processes use lie in a folder of their own and
are part of every process.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from engine.domain.errors import InvalidDefinition
from engine.services.deployments import deploy_process
from engine.storage.models import DefinitionRow
from engine.storage.work import Work

Files = dict[str, str]

DEEPEST = 4  # folders inside each other

_KEPT = 500
_OWN = ("*.bpmn", "*.dmn", "forms/*.json", "process.toml")


def read_process_folder(folder: Path, decisions: Path | None = None) -> tuple[str, Files]:
    """Return the process in `folder` and its files by path, with every table of `decisions`.

    A table of the folder's own wins over a shared one of the same name. Raises
    `InvalidDefinition` when the diagram is missing, a file is no UTF-8 text, or `process.toml`
    cannot be read.
    """
    process = folder.resolve().name
    if not (folder / f"{process}.bpmn").is_file():
        raise InvalidDefinition(f"Mappen »{folder}« har intet diagram »{process}.bpmn«.")
    files = _shared(decisions)
    files |= {path.relative_to(folder).as_posix(): _text(path) for path in _own(folder)}
    _check_toml(process, files.get("process.toml", ""))
    return process, files


def process_folders(place: Path) -> list[Path]:
    """Return the process folders at `place`: itself, or those in it, by name.

    Raises `InvalidDefinition` when there is none.
    """
    if _is_process(place):
        return [place]
    folders = [each for each in sorted(place.iterdir()) if each.is_dir()] if place.is_dir() else []
    found = [each for each in folders if _is_process(each)]
    if not found:
        raise InvalidDefinition(f"Der er ingen processer i »{place}«.")
    return found


def shared_decisions(place: Path) -> Path | None:
    """Return the folder of shared tables that belongs to `place`, or None.

    It lies beside `processes/`: for `bpmn/processes/referral` and `bpmn/processes` alike.
    """
    for above in (place.resolve(), *place.resolve().parents[:2]):
        if (found := above / "decisions").is_dir():
            return found
    return None


def deploy_all(
    work: Work, processes: Path, decisions: Path | None = None, *, note: str = ""
) -> list[DefinitionRow]:
    """Put every process of the folder into force; what has not changed stays as it is.

    `note` says what is new. Returns the versions in force, by name of the process. Raises
    `InvalidDefinition`.
    """
    return [
        deploy_process(work, *read_process_folder(folder, decisions), note=note)
        for folder in process_folders(processes)
    ]


def builds_on(row: DefinitionRow) -> str:
    """Return the process that comes before this one, whose forms its tasks show; "" for none.

    It is the `builds_on` of `process.toml`.
    """
    return _builds_on(row.files.get("process.toml", ""))


def write_process_folder(files: Mapping[str, str], folder: Path) -> list[Path]:
    """Write a version as a folder and return what was written.

    Raises `InvalidDefinition` for a path that would leave the folder, or lies deep in it.
    """
    home = folder.resolve()
    if deep := [name for name in sorted(files) if name.count("/") >= DEEPEST]:
        raise InvalidDefinition(f"Filen »{deep[0][:80]}« ligger i for mange mapper.")
    targets = {name: (home / name).resolve() for name in sorted(files)}
    if strays := [name for name, path in targets.items() if not path.is_relative_to(home)]:
        raise InvalidDefinition(f"Filen »{strays[0]}« ligger uden for mappen.")
    for name, path in targets.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[name], encoding="utf-8", newline="")
    return list(targets.values())


def _is_process(folder: Path) -> bool:
    return (folder / f"{folder.resolve().name}.bpmn").is_file()


def _own(folder: Path) -> Iterator[Path]:
    for pattern in _OWN:
        yield from sorted(folder.glob(pattern))


def _shared(decisions: Path | None) -> Files:
    tables = sorted(decisions.glob("*.dmn")) if decisions else ()
    return {path.name: _text(path) for path in tables}


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidDefinition(f"Filen »{path}« er ikke UTF-8-tekst.") from error


@lru_cache(maxsize=_KEPT)
def _builds_on(source: str) -> str:
    return str(tomllib.loads(source).get("builds_on", ""))


def _check_toml(process: str, source: str) -> None:
    try:
        tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise InvalidDefinition(f"»process.toml« i »{process}« kan ikke læses: {error}") from error
