"""Import help as a process of its own: JSON in, JSON out. See `safely`."""

import base64
import json
import sys

from engine.spiff.adapting.adapted import adapted_to_json
from engine.spiff.adapting.adapting import adapt
from engine.spiff.checks.wire import known_from_json
from engine.spiff.watched import TOO_MUCH, question


def main() -> None:
    """Read one drawing from standard input and write what became of it to standard output."""
    asked = question()
    adapted = adapt(
        base64.b64decode(asked["data"]),
        asked["process"],
        asked["files"],
        known_from_json(asked["known"]),
        asked["roles"],
        asked["wanted"],
    )
    json.dump(adapted_to_json(adapted), sys.stdout)


try:
    main()
except MemoryError:
    sys.exit(TOO_MUCH)
