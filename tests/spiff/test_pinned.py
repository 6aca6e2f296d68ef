"""SpiffWorkflow is pinned to one version: in the project, in the locks, and at the start."""

import re
import tomllib
from pathlib import Path

import pytest

from engine.spiff.pinned import PINNED, WrongLibrary, check_library

ROOT = Path(__file__).parents[2]


def test_the_project_names_the_one_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert f"spiffworkflow=={PINNED}" in project["dependencies"]


@pytest.mark.parametrize("lock", sorted(ROOT.glob("*.lock")), ids=lambda file: file.name)
def test_every_lock_holds_the_one_version(lock):
    assert re.findall(r"^spiffworkflow==(\S+)", lock.read_text("utf-8"), re.MULTILINE) == [PINNED]


def test_what_is_installed_is_the_one_version():
    check_library()


def test_an_engine_on_another_version_does_not_start():
    with pytest.raises(WrongLibrary, match=r"SpiffWorkflow 3\.3\.0 er installeret"):
        check_library("3.3.0")
