"""Threads with a short queue for slow work, so the work holds up nothing else."""

import asyncio
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from cers_app.values import metrics
from cers_app.values.metrics import Hashing

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Busy:
    """The queue is full, so nothing was done."""


class BoundedPool:
    """A few threads for one kind of work, and a short queue."""

    def __init__(self, name: str, threads: int = 1, waiting: int = 8, most_for_one: int | None = 2) -> None:
        """`threads` calls run and `waiting` calls wait. One address may hold `most_for_one` of all these places."""
        self._name, self._pool = name, ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._places, self._most_for_one = threads + waiting, most_for_one
        self._held: Counter[str] = Counter()

    async def run_for(
        self, who: str, work: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result | Busy:
        """Do the work in a thread of this pool, or answer `Busy` right away if there is no place.

        `who` is an address. No address alone can take every place.
        """
        is_greedy = self._most_for_one is not None and self._held[who] >= self._most_for_one
        if self._places <= 0 or is_greedy:
            metrics.LIMITS.labels(self._name).inc()
            return Busy()
        loop = asyncio.get_running_loop()
        self._places -= 1
        self._held[who] += 1
        future = self._pool.submit(work, *args, **kwargs)
        # The place is free when the work is done, not when the caller stops waiting.
        future.add_done_callback(lambda _done: self._leave(loop, who))
        return await asyncio.wrap_future(future)

    def _leave(self, loop: asyncio.AbstractEventLoop, who: str) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._free_place, who)

    def _free_place(self, who: str) -> None:
        self._places += 1
        self._held[who] -= 1
        if not self._held[who]:
            del self._held[who]


class FairPool(BoundedPool):
    """A pool where one address gets a third of the places, and leaves twice as many to all others."""

    def __init__(self, name: str, threads: int, waiting: int, *, is_limited: bool) -> None:
        """`is_limited` is false only in load tests."""
        super().__init__(name, threads, waiting, max(1, (threads + waiting) // 3) if is_limited else None)


class HashingPool(FairPool):
    """The threads for passwords. A hash takes 64 MiB, and a core for a fifth of a second."""

    async def hash_for(
        self,
        who: str,
        what: Hashing,
        work: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result | Busy:
        """`run_for`, and record how long it took, including the wait for a thread. A `Busy` answer does not count."""
        began = time.perf_counter()
        outcome = await self.run_for(who, work, *args, **kwargs)
        if not isinstance(outcome, Busy):
            metrics.HASHING.labels(what).observe(time.perf_counter() - began)
        return outcome


class SpeakingPool(BoundedPool):
    """The thread for spoken digits."""


class JudgingPool(BoundedPool):
    """The thread that judges new passwords while people type them."""


class DecidingPool(FairPool):
    """The thread that judges new passwords that people send. The estimator judges one at a time."""


NICER = 17
"""How far the priority of background threads is lowered, in steps of `nice`."""


class LowPriorityPool:
    """A few threads that only compute, at a lower priority than the threads that answer people.

    Never hold a lock here, because threads that wait for the lock would wait at the lower priority as well.
    """

    def __init__(self, threads: int) -> None:
        """Allow at most `threads` threads, and start each thread when it is needed."""
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="background", initializer=_stand_back)

    def run(self, work: Callable[[], Result]) -> Result:
        """Do the work in a background thread and wait for the result."""
        return self._pool.submit(work).result()


def _stand_back() -> None:
    # The main thread takes the signals. In `serving/launch.py`, a signal that reached this thread would be lost.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGCHLD})
    # On Linux each thread has its own priority, and the threads that argon2 starts inherit it.
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, min(19, os.getpriority(os.PRIO_PROCESS, thread) + NICER))
