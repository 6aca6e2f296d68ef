"""The front-end files that we carry are the ones that the lock names."""

import io
import re
import shutil
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from web.vendor import ROOT, Package, VendorError, differences, read_lock, taken

THIRD_PARTY = (ROOT / "THIRD-PARTY.md").read_text("utf-8")


@pytest.fixture
def axe() -> Package:
    return next(one for one in read_lock() if one.name == "axe-core")


@pytest.fixture
def copied(axe: Package, tmp_path: Path) -> Path:
    """A folder of its own that holds one package as committed."""
    shutil.copytree(ROOT / axe.into, tmp_path / axe.into)
    return tmp_path


def test_every_committed_file_has_the_hash_of_the_lock():
    assert differences(read_lock()) == []


def test_a_changed_file_is_named(axe, copied):
    (copied / axe.into / "axe.min.js").write_text("changed")

    assert differences((axe,), copied) == [f"{axe.into}/axe.min.js was changed"]


def test_a_missing_file_is_named(axe, copied):
    (copied / axe.into / "LICENSE").unlink()

    assert differences((axe,), copied) == [f"{axe.into}/LICENSE is missing"]


def test_a_file_that_nobody_locked_is_named(axe, copied):
    (copied / axe.into / "extra.js").write_text("smuggled")

    assert differences((axe,), copied) == [f"{axe.into}/extra.js is not in the lock"]


def test_a_pattern_that_finds_nothing_is_refused(axe):
    with pytest.raises(VendorError, match="holds no nothing"):
        taken(replace(axe, take=("nothing*",)), _tarball_of("package/axe.min.js"))


def test_only_named_files_are_taken(axe):
    wanted = replace(axe, take=("dist/*.js",), strip="dist/")

    assert taken(wanted, _tarball_of("package/dist/a.js", "package/b.js")) == {"a.js": b"text"}


@pytest.mark.parametrize("package", read_lock(), ids=lambda one: one.name)
def test_every_package_carries_its_licence_and_is_listed(package):
    assert any(name.startswith("LICENSE") for name in package.files)
    assert f"{package.name} {package.version}" in THIRD_PARTY


def test_the_mark_of_bpmn_io_is_in_the_bundles_and_no_style_of_ours_touches_it():
    static = ROOT / "web/static"
    bundles = sorted((static / "vendor/bpmn-js").glob("*.production.min.js"))

    assert len(bundles) == 2
    assert all("bjs-powered-by" in path.read_text("utf-8") for path in bundles)
    assert not [path for path in static.glob("*.css") if "powered-by" in path.read_text("utf-8")]


def test_every_file_that_a_style_of_ours_asks_for_exists():
    for style in (ROOT / "web/static").glob("*.css"):
        for address in re.findall(r"url\([\"']?([^\"')]+)", style.read_text("utf-8")):
            assert address.startswith("data:") or (style.parent / address).is_file(), address


def _tarball_of(*names: str) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as archive:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = 4
            archive.addfile(member, io.BytesIO(b"text"))
    return written.getvalue()
