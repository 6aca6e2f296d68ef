"""The town of the pages, for tests of who sees what."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.houses import Pair, two_houses
from tests.web.conftest import (  # noqa: F401  # fixtures
    app,
    case,
    intake,
    migrated,
    names,
    password_hash,
    screening,
    signed_in,
    staff,
    task_of,
    town,
    visitor,
)


@pytest.fixture
def pair(migrated: str, tmp_path: Path) -> Iterator[Pair]:  # noqa: F811
    """Two houses that are one, but for a treatment in the second."""
    with two_houses(migrated, tmp_path) as houses:
        yield houses
