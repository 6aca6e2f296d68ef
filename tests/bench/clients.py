"""Clients that complete tasks over HTTP as fast as the server answers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from threading import Event, Thread
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from tests.bench.town import COUNSELLOR, PASSWORD, posted_answers, token_in

SEE_OTHER = 303


class Client:
    """One browser that stays connected, signed in as the counsellor."""

    def __init__(self, address: str) -> None:
        self._line = HTTPConnection(urlsplit(address).netloc, timeout=60)
        self._cookies = SimpleCookie()
        token = token_in(self._ask("GET", "/log-ind")[1])
        who = {"username": COUNSELLOR, "password": PASSWORD, "csrf_token": token}
        status, _ = self._ask("POST", "/log-ind", who)
        assert status == SEE_OTHER, status

    def complete(self, task_id: UUID) -> None:
        """Open the task's page and complete it with ten answers."""
        address = f"/opgaver/{task_id}"
        status, page = self._ask("POST", address, posted_answers(token_in(self._page(address))))
        assert status == SEE_OTHER, page

    def _page(self, address: str) -> str:
        return self._ask("GET", address)[1]

    def _ask(
        self, method: str, address: str, form: dict[str, str] | None = None
    ) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{k}={v.value}" for k, v in self._cookies.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._line.request(method, address, urlencode(form) if form else None, headers)
        answer = self._line.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", ()):
            self._cookies.load(cookie)
        return answer.status, answer.read().decode()


@contextmanager
def completing(address: str, cases: Sequence[Sequence[UUID]], clients: int) -> Iterator[list[int]]:
    """Let `clients` complete the tasks of the cases meanwhile; yield how many each has done.

    A case is one client's. Raises what a client met, at the end.
    """
    stop, done, problems = Event(), [0] * clients, list[Exception]()

    def run(place: int) -> None:
        try:
            client = Client(address)
            for task_id in (task for case in cases[place::clients] for task in case):
                if stop.is_set():
                    return
                client.complete(task_id)
                done[place] += 1
        except Exception as problem:  # noqa: BLE001  # told at the end, where it fails the measure
            problems.append(problem)

    threads = [Thread(target=run, args=(place,)) for place in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield done
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    if problems:
        raise problems[0]
