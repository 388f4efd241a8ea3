"""Two thousand open pages in which nobody does anything, and what they cost."""

import asyncio
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.bench.figures import percentile
from tests.bench.load import answered, message, opened
from tests.bench.report import Report
from tests.bench.tabs import Tab
from tests.support.journeys import RESET
from tests.support.portal import ROOT, Portal
from tests.support.processes import members
from tests.support.wire import HYDRATE, browse

MANY, AT_ONCE, HELD_SECONDS = 2_000, 50, 60
REFRESHES = 100


def sockets(report: Report, portal: Portal, scale: float) -> None:
    """Open them, hold them longer than two pings take, and ask each whether it is still there."""
    number = max(50, round(MANY * scale))
    plan = {"url": portal.url, "cookie": browse(portal.url, RESET).header, "path": RESET, "number": number}
    before = memory_of(portal)
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.idle"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as client:
        assert client.stdin is not None
        assert client.stdout is not None
        client.stdin.write(json.dumps(plan) + "\n")
        client.stdin.flush()
        seconds = float(client.stdout.readline())
        after = memory_of(portal)
        with Tab.open(portal, RESET) as reader:
            times = [reader.refresh() for _ in range(REFRESHES)]
        time.sleep(HELD_SECONDS)
        client.stdin.write("still there?\n")
        client.stdin.flush()
        held = int(client.stdout.readline())
    report.title(f"{number:,} open pages in which nobody does anything")
    report.figure("opened", f"{number / seconds:.0f} a second")
    report.figure("still there after a minute", f"{held:,}", met=held == number, goal="all")
    report.figure("memory of the portal", f"{before:.0f} MiB, then {after:.0f} MiB")
    report.figure("memory a connected person", f"{(after - before) * 1024 / number:.0f} KiB")
    report.figure("Refresh meanwhile", f"p50 {percentile(times, 0.5):.1f}, p95 {percentile(times, 0.95):.1f} ms")


def memory_of(portal: Portal) -> float:
    """What the portal's processes hold, shared pages counted once, in MiB."""
    return sum(proportional(pid) for pid in members(portal.pid)) / 1024


def proportional(pid: int) -> int:
    """The proportional set size of a process in KiB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


async def main() -> None:
    """The client: open, say how long it took, wait to be asked, say how many answered."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    plan: dict[str, Any] = json.loads(sys.stdin.readline())
    began = time.perf_counter()
    pages: list[ClientConnection] = []
    for first in range(0, plan["number"], AT_ONCE):
        some = range(first, min(first + AT_ONCE, plan["number"]))
        pages += await asyncio.gather(*(opened(plan, each) for each in some))
    _say(time.perf_counter() - began)
    readers = [asyncio.create_task(_ponging(page)) for page in pages]
    await asyncio.to_thread(sys.stdin.readline)
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*readers, return_exceptions=True)
    _say(sum([await _is_there(page, plan["path"]) for page in pages]))


async def _ponging(page: ClientConnection) -> None:
    while True:
        if await page.recv() == "2":
            await page.send("3")


async def _is_there(page: ClientConnection, path: str) -> bool:
    try:
        async with asyncio.timeout(30):
            await page.send(message(HYDRATE, path, {}))
            await answered(page, "is_hydrated")
    except (ConnectionClosed, TimeoutError):
        return False
    return True


def _say(value: float) -> None:
    sys.stdout.write(f"{value}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
