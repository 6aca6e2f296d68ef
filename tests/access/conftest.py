"""The town of the pages, for tests of who sees what."""

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
