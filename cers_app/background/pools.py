"""Threads with a short queue for slow work, so the work holds up nothing else."""

import asyncio
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from prometheus_client import Histogram

from cers_app.values import metrics

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Busy:
    """The queue is full, so nothing was done."""


class Lane:
    """A few threads for one kind of work, such as hashing. A hash takes 64 MiB, and a core for a fifth of a second."""

    def __init__(
        self, name: str, threads: int, waiting: int, most_for_one: int | None = None, times: Histogram | None = None
    ) -> None:
        """`threads` calls run and `waiting` calls wait. One address may hold `most_for_one` of all these places.

        `times` records how long each call took, including the wait for a thread.
        """
        self._name, self._pool = name, ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._places = threads + waiting
        self._most_for_one, self._times = most_for_one, times
        self._held: Counter[str] = Counter()

    async def run_for(
        self, who: str, work: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result | Busy:
        """Do the work in a thread of this lane, or answer `Busy` right away if there is no place.

        `who` is an address. No address alone can take every place.
        """
        is_greedy = self._most_for_one is not None and self._held[who] >= self._most_for_one
        if is_greedy or self._places == 0:
            metrics.LIMITS.labels(self._name).inc()
            return Busy()
        with self._times.labels(getattr(work, "__qualname__", "")).time() if self._times else nullcontext():
            return await self._done(who, work, *args, **kwargs)

    async def _done(
        self, who: str, work: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
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


def hashing_lane(workers: int, queue: int, *, is_limited: bool) -> Lane:
    """The lane for passwords. One address gets a third of its places, and leaves twice as many to all others."""
    return Lane("hashing", workers, queue, max(1, (workers + queue) // 3) if is_limited else None, metrics.HASHING)


def speaking_lane() -> Lane:
    """The lane for spoken digits."""
    return Lane("speaking", 1, 8, most_for_one=2)


@dataclass(frozen=True, slots=True)
class Lanes:
    """The lanes of a portal."""

    hashing: Lane
    speaking: Lane


NICER = 10
"""How far the priority of background threads is lowered, in steps of `nice`."""


class Background:
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
    # On Linux each thread has its own priority, and the threads that argon2 starts inherit it.
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, min(19, os.getpriority(os.PRIO_PROCESS, thread) + NICER))
