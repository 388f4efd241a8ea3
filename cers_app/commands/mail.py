"""`mail work`: the mail worker as a process of its own."""

import asyncio
import signal

import click

from cers_app.mail import run
from cers_app.services import services
from cers_app.settings import settings


@click.group()
def mail() -> None:
    """Mail."""


@mail.command()
@click.option("--once", is_flag=True, help="work off what is due and stop")
def work(*, once: bool) -> None:
    """Send what is queued, until interrupted."""
    if once:
        while services().worker.work():
            pass
        return
    asyncio.run(_until_interrupted())


async def _until_interrupted() -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with run.running(services().worker, settings().mail_interval_seconds):
        await stop.wait()
