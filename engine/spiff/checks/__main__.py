"""The check as a process of its own: JSON in, JSON out. See `safely`."""

import json
import sys

from engine.spiff.checks.registry import check_package
from engine.spiff.checks.wire import finding_to_json, known_from_json
from engine.spiff.watched import TOO_MUCH, question


def main() -> None:
    """Read questions from standard input and write what is found to standard output."""
    found = [
        check_package(each["process"], each["files"], known_from_json(each["known"]))
        for each in question()["questions"]
    ]
    json.dump([[finding_to_json(each) for each in one] for one in found], sys.stdout)


try:
    main()
except MemoryError:
    sys.exit(TOO_MUCH)
