"""Imports go one way, each outside library has one door, and one module knows the time."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ("engine", "workflows", "web")

# Where a library may be imported, as beginnings of paths.
DOORS = {
    "SpiffWorkflow": ("engine/spiff/",),
    "apscheduler": ("engine/scheduling.py",),
    "lxml": ("engine/xml.py", "engine/spiff/"),
    "flask": ("web/",),
}
STORAGE = "engine/storage/"
# Services may word a question to the database, and name its type (`Select`, `ColumnElement`) when
# a function hands one on; sessions, engines, columns and errors are storage's own.
WORDS_OF_A_QUERY = {
    "bindparam",
    "ColumnElement",
    "Select",
    "and_",
    "delete",
    "exists",
    "func",
    "insert",
    "or_",
    "select",
    "update",
}

# Asking the machine for the time: (what it is asked of, the question).
QUESTIONS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
    ("func", "now"),
    ("func", "current_timestamp"),
}
CLOCK = "engine/adapters/clock.py"


@cache
def modules() -> dict[str, ast.Module]:
    """The syntax tree of every module of the product, by its path from the root."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for package in PRODUCT
        for path in sorted((ROOT / package).rglob("*.py"))
    }


def imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each import as (top-level package, name taken from it or '')."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.module.split(".")[0], alias.name) for alias in node.names)


def asked(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each `owner.name` in the text, `owner` without what stands before its last dot."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            owner = node.value
            yield (owner.id if isinstance(owner, ast.Name) else owner.attr, node.attr)


def test_the_import_contracts_hold():
    command = Path(sys.executable).with_name("lint-imports")

    result = subprocess.run([command], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # our own tool

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("library", DOORS)
def test_a_library_is_imported_through_its_own_door_only(library):
    users = {path for path, tree in modules().items() if library in dict(imported(tree))}

    assert {path for path in users if not path.startswith(DOORS[library])} == set()


def test_inside_the_engine_only_storage_knows_the_database_library():
    taken = {
        (path, library, name)
        for path, tree in modules().items()
        for library, name in imported(tree)
        if path.startswith("engine/") and not path.startswith(STORAGE)
        if library == "alembic" or (library == "sqlalchemy" and name not in WORDS_OF_A_QUERY)
    }

    assert taken == set()


def test_only_the_clock_asks_the_machine_for_the_time():
    askers = {
        path
        for path, tree in modules().items()
        if QUESTIONS & set(asked(tree)) or ("time", "time") in set(imported(tree))
    }

    assert askers - {CLOCK} == set()


def test_package_files_stay_empty():
    assert [
        path for path, tree in modules().items() if path.endswith("__init__.py") and tree.body
    ] == []
