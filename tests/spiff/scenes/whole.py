"""Every scene. `storing` keeps their states; `test_stored_states` loads them."""

from tests.spiff.scenes import flat, many, nested
from tests.spiff.scenes.telling import Scene, Sketch

TOLD = (
    *(flat.tasks, flat.events, flat.gateways, flat.ends),
    *(nested.boundaries, nested.errors, nested.inner),
    many.many_of_each,
)


def scenes() -> dict[str, Scene]:
    """Return every scene by its name."""
    told = Sketch()
    for tell in TOLD:
        tell(told)
    return told.scenes
