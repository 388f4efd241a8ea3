"""The counts of the limits in memory, by the portal's own clock."""

from collections import defaultdict, deque
from collections.abc import Callable
from datetime import datetime
from threading import Lock

from limits.storage import MemoryStorage

SET_BACK_SECONDS = 60.0
"""A clock that goes back further than this was set back. What was counted before says nothing any more."""


class Counts(MemoryStorage):
    """Counts in a moving window. All limits that share one `Counts` have the same window.

    The library's own storage reads the system's clock, and it never forgets a key.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._clock, self._turn, self._newest = clock, Lock(), 0.0
        self._times: defaultdict[str, deque[float]] = defaultdict(deque)
        self._all: deque[tuple[float, str]] = deque()
        """Every time in `_times`, the oldest first."""

    def __len__(self) -> int:
        """How many keys it remembers."""
        return len(self._times)

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` under the key, unless that is more than `limit` within `expiry` seconds."""
        with self._turn:
            now = self._forget(expiry)
            if len(self._times.get(key, ())) + amount > limit:
                return False
            self._times[key].extend([now] * amount)
            self._all.extend([(now, key)] * amount)
            return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002 - the library's
        """When the window began, as a POSIX timestamp, and how many were counted since then."""
        with self._turn:
            now = self._forget(expiry)
            times = self._times.get(key, ())
            return (times[0] if times else now), len(times)

    def _forget(self, expiry: int) -> float:
        """Forget what is older than `expiry` seconds. Returns the time."""
        now = self._clock().timestamp()
        if now < self._newest - SET_BACK_SECONDS:
            self._newest = 0.0
            self._all.clear()
            self._times.clear()
        # A clock that is corrected by less stands still meanwhile, so the oldest stays first.
        self._newest = now = max(now, self._newest)
        while self._all and self._all[0][0] <= now - expiry:
            _, key = self._all.popleft()
            self._times[key].popleft()
            if not self._times[key]:
                del self._times[key]
        return now
