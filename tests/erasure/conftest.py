"""The town of the pages, for what becomes of all that is written of a young person."""

from tests.web.conftest import (  # noqa: F401  # fixtures
    app,
    intake,
    migrated,
    names,
    password_hash,
    signed_in,
    staff,
    task_of,
    town,
    visitor,
)
