"""The front-end files that we carry: `python -m web.vendor [--check | --lock]`.

They are prebuilt files out of npm tarballs, committed with their hashes in `vendor.lock.json`,
so that neither install, start nor development needs Node or the network. `--check` compares
the committed files with the lock, no argument fetches them anew and refuses what differs, and
`--lock` takes over what the tarballs of the named versions hold: for upgrades, to be reviewed.
"""

import argparse
import base64
import hashlib
import io
import json
import sys
import tarfile
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCK = Path(__file__).with_name("vendor.lock.json")


class VendorError(Exception):
    """A tarball or a file is not the one that the lock names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One npm package: where it comes from, which of its files we take, and their hashes.

    `take` holds patterns of paths inside the package; `strip` is cut from the front of a path.
    `sha512` is npm's integrity value of the tarball; `files` maps a path under `into` to the
    SHA-256 of the file.
    """

    name: str
    version: str
    licence: str
    tarball: str
    sha512: str
    into: str
    strip: str
    take: tuple[str, ...]
    files: dict[str, str]


def read_lock(path: Path = LOCK) -> tuple[Package, ...]:
    """Return the packages of the lock in its order."""
    entries = json.loads(path.read_text("utf-8"))["packages"]
    return tuple(Package(**{**entry, "take": tuple(entry["take"])}) for entry in entries)


def write_lock(packages: tuple[Package, ...], path: Path = LOCK) -> None:
    """Write what is vendored, with its hashes, to the lock file."""
    entries = [{name: getattr(one, name) for name in Package.__slots__} for one in packages]
    text = json.dumps({"packages": entries}, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", "utf-8")


def differences(packages: tuple[Package, ...], root: Path = ROOT) -> list[str]:
    """Return one sentence for every file that is missing, changed or not in the lock."""
    return [problem for package in packages for problem in _differences(package, root)]


def _differences(package: Package, root: Path) -> list[str]:
    folder = root / package.into
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    problems = [f"{package.into}/{name} is not in the lock" for name in found - set(package.files)]
    for name, wanted in package.files.items():
        if name not in found:
            problems.append(f"{package.into}/{name} is missing")
        elif _sha256((folder / name).read_bytes()) != wanted:
            problems.append(f"{package.into}/{name} was changed")
    return sorted(problems)


def taken(package: Package, tarball: bytes) -> dict[str, bytes]:
    """Return the wanted files of `tarball`, by their path under `into`.

    Raises `VendorError` if a pattern of `take` finds nothing.
    """
    with tarfile.open(fileobj=io.BytesIO(tarball)) as archive:
        members = {one.name.partition("/")[2]: one for one in archive if one.isfile()}
        for pattern in package.take:
            if not any(fnmatch(name, pattern) for name in members):
                raise VendorError(f"{package.name} {package.version} holds no {pattern}")
        return {
            name.removeprefix(package.strip): archive.extractfile(member).read()  # type: ignore[union-attr]  # a file, as asked above
            for name, member in sorted(members.items())
            if any(fnmatch(name, pattern) for pattern in package.take)
        }


def fetch(package: Package) -> None:
    """Put the files of `package` in place anew.

    Raises `VendorError`, and leaves the folder as it is, if the tarball or one of its files
    has another hash than the lock.
    """
    tarball = _download(package.tarball)
    if _sha512(tarball) != package.sha512:
        raise VendorError(f"{package.tarball} has another SHA-512 than the lock")
    contents = taken(package, tarball)
    if {name: _sha256(content) for name, content in contents.items()} != package.files:
        raise VendorError(f"{package.name} holds other files than the lock")
    _write(package, contents)


def relock(package: Package) -> Package:
    """Return `package` with the hashes of what its tarball holds now, and write the files."""
    tarball = _download(package.tarball)
    contents = taken(package, tarball)
    _write(package, contents)
    files = {name: _sha256(content) for name, content in contents.items()}
    return replace(package, sha512=_sha512(tarball), files=files)


def _write(package: Package, contents: dict[str, bytes]) -> None:
    folder = ROOT / package.into
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _download(address: str) -> bytes:
    if not address.startswith("https://registry.npmjs.org/"):
        raise VendorError(f"{address} is not an address of the npm registry")
    with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310  # https, see above
        content: bytes = answer.read()
    return content


def _sha512(content: bytes) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _check() -> None:
    if problems := differences(read_lock()):
        raise VendorError("\n".join(problems))


def _fetch() -> None:
    for package in read_lock():
        fetch(package)
    _check()


def _lock() -> None:
    write_lock(tuple(relock(package) for package in read_lock()))
    _check()


def main(arguments: list[str] | None = None) -> None:
    """Check, fetch or lock; end with 1 and the reasons where something differs."""
    parser = argparse.ArgumentParser(prog="python -m web.vendor", description=__doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--check", dest="act", action="store_const", const=_check)
    which.add_argument("--lock", dest="act", action="store_const", const=_lock)
    act: Callable[[], None] = parser.parse_args(arguments).act or _fetch
    try:
        act()
    except VendorError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
