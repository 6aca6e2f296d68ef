"""The harness: kill at a boundary, restart, and lay the case on one that nobody disturbed."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from uuid import uuid4

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from engine.adapters.clock import MovableClock
from tests.bench.town import found_town, home_settings
from tests.crash.killing import Boundaries, in_a_fork
from tests.crash.scene import NINE_O_CLOCK, Case, Picture, Scene
from tests.crash.wrong import WRONG
from web.wiring import build, migrate

PATHS = ("completion", "timer")
MOST_TOLD = 6
GoOn = Callable[["Verdict"], bool]
Place = tuple[str, int]  # a path, and before which of its boundaries the process dies


@dataclass(slots=True)
class Verdict:
    """What came of the kills. `places` counts the kills of each (path, boundary)."""

    kills: int = 0
    lost: int = 0
    doubled: int = 0
    stuck: int = 0
    places: Counter["Place"] = field(default_factory=Counter)
    boundaries: dict[str, int] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Say whether nothing was lost, doubled or stuck."""
        return not (self.lost or self.doubled or self.stuck)

    def tell(self, what: str) -> None:
        """Keep the first few cases that went wrong, for a reader."""
        self.told = [*self.told, what][:MOST_TOLD]

    def in_words(self) -> str:
        """Return the verdict in a line."""
        everywhere = sum(self.boundaries.values())
        return (
            f"{self.kills} kills at {len(self.places)} of {everywhere} boundaries: "
            f"{self.lost} lost, {self.doubled} doubled, {self.stuck} stuck"
        )


@dataclass(frozen=True, slots=True)
class Harness:
    """A scene and what its paths leave behind when nobody dies."""

    scene: Scene
    numbers: "count[int]"
    reference: dict[str, Picture]
    passed: dict[str, list[str]]
    verdict: Verdict

    def kill(self, path: str, fatal: int) -> None:
        """Kill a process that walks `path` before statement `fatal`, restart, and judge."""
        case = self.scene.begin(path, next(self.numbers))
        self.scene.casework.database.dispose()  # no connection goes through a fork
        killed = in_a_fork(lambda: self._walk_and_die(case, fatal))
        self.scene.recover(case)
        self.verdict.kills += killed
        self.verdict.places[path, fatal] += killed
        self._judge(case, fatal)
        self.scene.retire(case)

    def _walk_and_die(self, case: Case, fatal: int | None) -> None:
        casework = self.scene.restarted()
        Boundaries(fatal).watch(casework.database.engine)
        self.scene.walk(case, casework)

    def _judge(self, case: Case, fatal: int) -> None:
        expected, found = self.reference[case.path], self.scene.picture(case)
        lost, doubled, faults = expected - found, found - expected, self.scene.faults(case)
        self.verdict.lost += bool(lost)
        self.verdict.doubled += bool(doubled)
        self.verdict.stuck += bool(faults)
        for word, what in (("lost", lost), ("doubled", doubled), ("broken", faults)):
            if what:
                self.verdict.tell(f"{case.path} at {fatal}: {word} {list(what)}")


def run(harness: Harness, go_on: GoOn, places: Iterable[Place]) -> Verdict:
    """Kill at these places as long as `go_on` says so."""
    for path, fatal in places:
        if not go_on(harness.verdict):
            break
        harness.kill(path, fatal)
    return harness.verdict


def everywhere(harness: Harness, seed: int, paths: Sequence[str] = PATHS) -> Iterator[Place]:
    """Yield every boundary of the paths in random order, then again in another, without end."""
    random = Random(seed)  # noqa: S311  # no secret
    places = [(path, at) for path in paths for at in range(len(harness.passed[path]))]
    while True:
        yield from random.sample(places, len(places))


def between_transactions(harness: Harness, paths: Sequence[str] = PATHS) -> Iterator[Place]:
    """Yield the boundaries that follow a commit, in order: where a wrong worker is caught."""
    for path in paths:
        passed = harness.passed[path]
        yield from ((path, at + 1) for at, what in enumerate(passed) if what == "COMMIT")


@contextmanager
def harness(server: str | None = None, *, wrong: str | None = None) -> Iterator[Harness]:
    """Yield a harness on a new SQLite file, or on a new database of the PostgreSQL `server`.

    `wrong` names a worker of `WRONG` that the harness must convict.
    """
    with TemporaryDirectory(prefix="tovholder-crash-") as folder, _database(server, folder) as url:
        settings = home_settings(url, Path(folder))
        clock = MovableClock(NINE_O_CLOCK)
        casework = build(settings, clock)
        migrate(casework)
        scene = Scene(
            settings=settings,
            clock=clock,
            town=found_town(casework),
            fire=WRONG[wrong] if wrong else None,
        )
        scene.set_up()
        try:
            yield _warmed(scene)
        finally:
            casework.database.dispose()


def _warmed(scene: Scene) -> Harness:
    """Walk every path undisturbed: it warms this process, and gives what is expected."""
    made = Harness(scene, count(1), {}, {}, Verdict())
    for path in PATHS:
        case = scene.begin(path, next(made.numbers))
        boundaries, casework = Boundaries(), scene.restarted()
        boundaries.watch(casework.database.engine)
        scene.walk(case, casework)
        casework.database.dispose()
        scene.recover(case)
        made.reference[path] = scene.picture(case)
        made.passed[path] = boundaries.passed
        made.verdict.boundaries[path] = len(boundaries.passed)
        scene.retire(case)
    return made


@contextmanager
def _database(server: str | None, folder: str) -> Iterator[str]:
    if server is None:
        yield f"sqlite:///{folder}/crash.sqlite"
        return
    name = f"tovholder_crash_{uuid4().hex[:12]}"
    _on(server, f'CREATE DATABASE "{name}"')
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _on(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _on(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
