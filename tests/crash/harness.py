"""The harness: kill at a boundary, recover in another process, judge against an undisturbed run.

Every kill begins with the same database, so that its picture can be laid on that of a run which
nobody disturbed, row by row, in every table.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from tests.crash.databases import Restorable, restorable
from tests.crash.house import ANSWERED, PATHS, House, Stage, enter, furnish, set_stage
from tests.crash.killing import Ended
from tests.crash.picture import Told, differ, known_ids, picture, rows_told
from tests.crash.post import Reception, mail_server
from tests.crash.processes import Forked, Fresh, settings_of
from tests.crash.verdict import Place, Verdict

GoOn = Callable[[Verdict], bool]


class Processes(Protocol):
    """How processes are made that die, and that come after."""

    def die(self, stage: Stage, fatal: int | None) -> Ended:
        """Walk and die before boundary `fatal`."""
        ...

    def recover(self, stage: Stage) -> Ended:
        """Recover in another process."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a path leaves behind when nobody dies, and the boundaries that it passes."""

    stage: Stage
    known: frozenset[str]
    picture: Counter[Told]
    passed: Sequence[str]


@dataclass(slots=True, kw_only=True)
class Harness:
    """A house, its database and its mail server, and what is expected of each path."""

    house: House
    database: Restorable
    reception: Reception
    expected: dict[str, Expected] = field(default_factory=dict)
    verdict: Verdict = field(default_factory=Verdict)

    def kill(self, place: Place, processes: Processes, *, from_outside: bool = False) -> None:
        """Kill a process at `place`, recover in another one, and judge.

        `from_outside` kills at any instant of the path in place of at the boundary.
        """
        path, at = place
        expected = self.expected[path]
        self.restore(expected.stage)
        died = processes.die(expected.stage, None if from_outside else at)
        self.database.forget_the_dead()
        recovered = processes.recover(expected.stage)
        self._count(place, died, from_outside)
        self._judge(expected, died, recovered, f"{path} at {at} ({died.told})")

    def kill_twice(self, place: Place, again: int, processes: Forked) -> None:
        """Kill a process at `place`, and the one that recovers at the boundary `again`."""
        expected = self.expected[place[0]]
        self.restore(expected.stage)
        died = processes.die(expected.stage, place[1])
        self.database.forget_the_dead()
        died_again = processes.die_recovering(expected.stage, again)
        self.database.forget_the_dead()
        recovered = processes.recover(expected.stage)
        self._count(place, died, from_outside=False)
        self.verdict.kills += died_again.was_killed
        where = f"{place[0]} at {place[1]} ({died.told}), then at {again} ({died_again.told})"
        self._judge(expected, died, recovered, where)

    def restore(self, stage: Stage) -> None:
        """Put database and letters back to where the path begins."""
        self.database.restore(stage.path)
        self.reception.clear()
        rmtree(self.house.settings.mail_folder, ignore_errors=True)

    def found(self, told: dict[str, Any], known: frozenset[str]) -> Counter[Told]:
        """Return the picture of what a process has found, and of the mail that has come."""
        rows = [(table, row) for table, row in (*told["rows"], *told["letters"])]
        come = {("mail", " to ".join(each)) for each in self.reception.received()}
        return picture([*rows, *come], known)

    def _count(self, place: Place, died: Ended, from_outside: bool) -> None:
        self.verdict.kills += died.was_killed
        self.verdict.missed += not died.was_killed
        if not from_outside:
            self.verdict.places[place] += died.was_killed

    def _judge(self, expected: Expected, died: Ended, recovered: Ended, where: str) -> None:
        mails = self.reception.received()
        self.verdict.sent_again += len(mails) - len(set(mails))
        if died.hung or recovered.hung:
            self.verdict.stuck += 1
            self.verdict.tell(f"{where}: a process did not end")
            return
        difference = differ(expected.picture, self.found(recovered.told, expected.known))
        wrong = [*recovered.told["faults"], *_wrong_answer(expected, recovered)]
        self.verdict.lost += bool(difference.lost)
        self.verdict.doubled += bool(difference.doubled)
        self.verdict.changed += bool(difference.changed)
        self.verdict.stuck += bool(wrong)
        named = {"lost": difference.lost, "doubled": difference.doubled}
        for word, what in {**named, "changed": difference.changed, "broken": wrong}.items():
            if what:
                self.verdict.tell(f"{where}: {word} {list(what)}")


def run(harness: Harness, go_on: GoOn, places: Iterable[Place], processes: Processes) -> Verdict:
    """Kill at these places as long as `go_on` says so."""
    for place in places:
        if not go_on(harness.verdict):
            break
        harness.kill(place, processes)
    return harness.verdict


def kill_pairs(
    harness: Harness, number: int, seed: int, go_on: GoOn = lambda _verdict: True
) -> Verdict:
    """Kill at random boundaries, and the one that recovers at another, so many times."""
    random, forked = Random(seed), Forked(harness.house)  # noqa: S311  # no secret
    for place in islice(everywhere(harness, seed), number):
        if not go_on(harness.verdict):
            break
        again = random.randrange(harness.verdict.boundaries[place[0]])
        harness.kill_twice(place, again, forked)
    return harness.verdict


def kill_fresh(
    harness: Harness, number: int, seed: int, go_on: GoOn = lambda _verdict: True
) -> Fresh:
    """Kill so many fresh processes, each second one from outside at any instant.

    A walk that came to its end before the kill does not count, and another takes its place.
    """
    fresh = Fresh(harness.house, Random(seed))  # noqa: S311  # no secret
    enough = harness.verdict.kills + number
    for place in everywhere(harness, seed, tuple(harness.expected)):
        if harness.verdict.kills >= enough or not go_on(harness.verdict):
            break
        from_outside = bool((enough - harness.verdict.kills) % 2)
        harness.kill(place, fresh, from_outside=from_outside)
    return fresh


def everywhere(harness: Harness, seed: int, paths: Sequence[str] = PATHS) -> Iterator[Place]:
    """Yield every boundary of the paths in random order, then again in another, without end."""
    random = Random(seed)  # noqa: S311  # no secret
    places = [(path, at) for path in paths for at in range(len(harness.expected[path].passed))]
    while True:
        yield from random.sample(places, len(places))


@contextmanager
def harness(
    server: str | None = None, *, wrong: str | None = None, paths: Sequence[str] = PATHS
) -> Iterator[Harness]:
    """Yield a harness on a new SQLite file, or on a new database of the PostgreSQL `server`.

    `wrong` names a worker of `WRONG` that the harness must convict.
    """
    with TemporaryDirectory(prefix="tovholder-crash-") as name:
        folder = Path(name)
        with (
            restorable(server, folder) as database,
            mail_server(folder / "received") as reception,
        ):
            settings = settings_of(database.url, name, str(reception.port))
            made = Harness(house=enter(settings, wrong), database=database, reception=reception)
            _prepare(made, paths)
            yield made


def _prepare(made: Harness, paths: Sequence[str]) -> None:
    """Keep the beginning of every path, and walk it undisturbed: what comes of it is expected."""
    house = made.house
    town = furnish(house)
    house.casework.database.dispose()  # no connection goes through a fork
    made.database.keep("furnished")
    for path in paths:
        made.database.restore("furnished")
        stage = set_stage(path, house, town)
        known = known_ids(rows_told(house))
        house.casework.database.dispose()
        made.database.keep(path)
        _warm(made, stage)
        made.expected[path] = _undisturbed(made, stage, known)
        made.verdict.boundaries[path] = len(made.expected[path].passed)


def _warm(made: Harness, stage: Stage) -> None:
    """Walk once in this process, so that those forked from it need not load anything."""
    made.house.walk(stage)
    made.house.casework.database.dispose()


def _undisturbed(made: Harness, stage: Stage, known: frozenset[str]) -> Expected:
    """Return what is expected; raise when a second walk that nobody disturbs gives another."""
    first, again = (_one_walk(made, stage, known) for _ in range(2))
    if differences := (first.picture - again.picture) | (again.picture - first.picture):
        raise RuntimeError(f"two undisturbed walks of {stage.path} differ: {list(differences)}")
    return first


def _one_walk(made: Harness, stage: Stage, known: frozenset[str]) -> Expected:
    made.restore(stage)
    processes = Forked(made.house)
    walked, recovered = processes.die(stage, None), processes.recover(stage)
    found = made.found(recovered.told, known)
    return Expected(stage=stage, known=known, picture=found, passed=walked.told)


def _wrong_answer(expected: Expected, recovered: Ended) -> list[str]:
    answer = recovered.told["answer"]
    is_page = expected.stage.task_id is not None
    return [f"the page answered {answer}"] if is_page and answer not in ANSWERED else []
