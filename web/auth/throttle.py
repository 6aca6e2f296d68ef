"""Slowing down those who guess passwords, without a word about which names exist."""

import threading
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta

FREE_TRIES = 5
WINDOW = timedelta(minutes=15)
MOST_NAMES = 10_000  # guesses at many names push out the oldest, never fill the memory


class Throttle:
    """Counts failed tries by name and by address, for this process."""

    def __init__(self) -> None:
        self._failed: dict[str, deque[datetime]] = {}
        self._lock = threading.Lock()

    def wait(self, keys: Mapping[str, int], now: datetime) -> timedelta:
        """Return how long to wait before the next try; zero when it may come now.

        `keys` maps each name that is counted to the number of failures it may have.
        """
        with self._lock:
            return max((self._left(key, free, now) for key, free in keys.items()), default=_NONE)

    def failed(self, keys: Mapping[str, int], now: datetime) -> None:
        """Count one failure for each key."""
        with self._lock:
            for key, free in keys.items():
                tries = self._failed.pop(key, deque(maxlen=free))
                tries.append(now)
                self._failed[key] = tries
            while len(self._failed) > MOST_NAMES:
                self._failed.pop(next(iter(self._failed)))

    def succeeded(self, key: str) -> None:
        """Forget the failures of one who has now shown who they are."""
        with self._lock:
            self._failed.pop(key, None)

    def _left(self, key: str, free: int, now: datetime) -> timedelta:
        tries = self._failed.get(key, deque())
        while tries and tries[0] <= now - WINDOW:
            tries.popleft()
        return tries[0] + WINDOW - now if len(tries) >= free else _NONE


_NONE = timedelta(0)
