"""Runs the mail worker, inside the portal or as its own process."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

from cers_app.mail.worker import BATCH, Worker
from cers_app.values import metrics

log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def running(worker: Worker, interval: timedelta) -> AsyncIterator[None]:
    """Run the worker in a thread, every `interval`, until the block ends."""
    stop = asyncio.Event()
    worker.start()
    task = asyncio.create_task(_work(worker, interval.total_seconds(), stop), name="mail worker")
    try:
        yield
    finally:
        stop.set()
        worker.stop()
        await task


async def _work(worker: Worker, interval: float, stop: asyncio.Event) -> None:
    while not stop.is_set():
        taken = 0
        try:
            taken = await asyncio.to_thread(worker.work)
            worker.fault = ""
        except Exception as broken:  # noqa: BLE001 - after any error, the next turn tries again
            worker.fault = type(broken).__name__
            metrics.STUMBLES.inc()
            # An error without its trace: values stay out of the log.
            log.error("the mail worker failed: %s. It will retry in %g s", worker.fault, interval)  # noqa: TRY400
        if taken < BATCH:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), interval)
