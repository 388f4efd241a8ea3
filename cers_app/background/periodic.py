"""Repeats work beside the pages."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable

log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def every(seconds: float, work: Callable[[], object], *, first: float, name: str) -> AsyncIterator[None]:
    """Do the work in a thread `first` seconds from now and then every `seconds`, until the block ends.

    If the work fails, the next turn tries again.
    """
    stop = asyncio.Event()
    task = asyncio.create_task(_repeat(seconds, work, first, name, stop), name=name)
    try:
        yield
    finally:
        stop.set()
        await task


async def _repeat(seconds: float, work: Callable[[], object], first: float, name: str, stop: asyncio.Event) -> None:
    pause = first
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
        if stop.is_set():
            return
        try:
            await asyncio.to_thread(work)
        except Exception as broken:  # noqa: BLE001 - after any error, the next turn tries again
            # An error without its trace: values stay out of the log.
            log.error("%s failed: %s. It will retry in %g s", name, type(broken).__name__, seconds)  # noqa: TRY400
        pause = seconds
