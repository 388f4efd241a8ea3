"""Threads for slow work, with a short queue, so that it holds up nothing else."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Busy:
    """The queue is full; nothing was done."""


class Lane:
    """A few threads of their own. Passwords are hashed here: 64 MiB and a core for a fifth of a second each."""

    def __init__(self, name: str, threads: int, waiting: int) -> None:
        """At most `threads` at once and `waiting` in the queue."""
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._places = threads + waiting

    async def run(
        self, work: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result | Busy:
        """Do the work in a thread of this lane, or say at once that there is no place."""
        if self._places == 0:
            return Busy()
        loop = asyncio.get_running_loop()
        self._places -= 1
        future = self._pool.submit(work, *args, **kwargs)
        # The place is free when the work is done, not when somebody stopped waiting for it.
        future.add_done_callback(lambda done: self._leave(loop, done))
        return await asyncio.wrap_future(future)

    def _leave(self, loop: asyncio.AbstractEventLoop, _done: Future[Result]) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._free_place)

    def _free_place(self) -> None:
        self._places += 1


NICER = 10
"""How far computing stands back, in steps of `nice`."""


class Background:
    """A few threads that only compute, at a lower priority than what answers people.

    Nothing that holds a lock may run here: whoever waits for the lock would wait at that priority too.
    """

    def __init__(self, threads: int) -> None:
        """At most `threads` at once; the threads are started when they are needed."""
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="background", initializer=_stand_back)

    def run(self, work: Callable[[], Result]) -> Result:
        """Do the work there and wait for its result."""
        return self._pool.submit(work).result()


def _stand_back() -> None:
    # On Linux a thread has a priority of its own, and the threads that argon2 starts inherit it.
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, min(19, os.getpriority(os.PRIO_PROCESS, thread) + NICER))
