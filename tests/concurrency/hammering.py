"""Many hands on the same cases: plain, two clicks at once, and two colleagues for one task."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from random import Random
from threading import Barrier, Lock
from urllib.parse import urlencode
from uuid import UUID

from tests.bench.town import posted_answers
from tests.concurrency.crowd import Browser

HANDS = 8
_ANSWER_WITHIN = 60  # seconds
CARRIED_OUT, REFUSED = 303, (403, 409)


@dataclass(slots=True)
class Log:
    """What was acknowledged and what it took: by task, how many completions were; seconds."""

    completed: Counter[UUID] = field(default_factory=Counter)
    claimed: Counter[UUID] = field(default_factory=Counter)
    refused: int = 0
    strange: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def saw(self, counted: Counter[UUID], task: UUID, status: int, seconds: float) -> bool:
        """Note an answer; say whether the act was carried out."""
        with self._lock:
            self.seconds.append(seconds)
            if status == CARRIED_OUT:
                counted[task] += 1
            elif status in REFUSED:
                self.refused += 1
            else:
                self.strange.append(f"{status} for the task {task}")
        return status == CARRIED_OUT

    def percentile(self, part: float) -> float:
        """Return the latency (milliseconds) that `part` of the requests did not exceed."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))] * 1000 if ordered else 0.0


@dataclass(slots=True)
class Hands:
    """Browsers and the ports they reach; every request goes to any of them."""

    ports: Sequence[int]
    counsellor: Browser
    colleague: Browser
    log: Log
    seed: int

    def work_on(self, tasks: Sequence[UUID]) -> None:
        """Complete all tasks, eight hands at a time, neighbours in the same case."""
        manners = [self._plainly, self._with_two_clicks, self._with_a_colleague]

        def do(at: int) -> None:
            manners[at % len(manners)](tasks[at], Random(f"{self.seed} {tasks[at]}"))  # noqa: S311  # no secret

        with ThreadPoolExecutor(HANDS) as hands:
            list(hands.map(do, range(len(tasks))))

    def _plainly(self, task: UUID, dice: Random) -> None:
        self._claim(task, self.counsellor, dice)
        self._complete(task, self.counsellor, dice)

    def _with_two_clicks(self, task: UUID, dice: Random) -> None:
        self._claim(task, self.counsellor, dice)
        ports = dice.sample(list(self.ports), 2)
        _at_once([partial(self._complete_at, each, task, self.counsellor) for each in ports])

    def _with_a_colleague(self, task: UUID, dice: Random) -> None:
        """Both take it at once, and both complete it at once: only who has it can."""
        both = list(
            zip(dice.sample(list(self.ports), 2), (self.counsellor, self.colleague), strict=True)
        )

        def take_and_complete(port: int, who: Browser) -> None:
            self._claim_at(port, task, who)
            self._complete_at(port, task, who)

        _at_once([partial(take_and_complete, *each) for each in both])

    def _claim(self, task: UUID, who: Browser, dice: Random) -> None:
        self._claim_at(dice.choice(self.ports), task, who)

    def _complete(self, task: UUID, who: Browser, dice: Random) -> None:
        self._complete_at(dice.choice(self.ports), task, who)

    def _claim_at(self, port: int, task: UUID, who: Browser) -> None:
        answered = _post(port, f"/opgaver/{task}/tag", {"csrf_token": who.token}, who)
        self.log.saw(self.log.claimed, task, *answered)

    def _complete_at(self, port: int, task: UUID, who: Browser) -> None:
        answered = _post(port, f"/opgaver/{task}", posted_answers(who.token), who)
        self.log.saw(self.log.completed, task, *answered)


def _at_once(acts: Sequence[Callable[[], None]]) -> None:
    ready = Barrier(len(acts))

    def run(act: Callable[[], None]) -> None:
        ready.wait()
        act()

    with ThreadPoolExecutor(len(acts)) as pair:
        list(pair.map(run, acts))


def _post(port: int, path: str, fields: dict[str, str], who: Browser) -> tuple[int, float]:
    """Post a form; return the status of the answer and how many seconds it took."""
    began = time.monotonic()
    connection = HTTPConnection("127.0.0.1", port, timeout=_ANSWER_WITHIN)
    try:
        headers = {"Cookie": who.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", path, urlencode(fields), headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, time.monotonic() - began
    finally:
        connection.close()
