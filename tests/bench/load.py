"""A client in a process of its own: many open pages, each sending its next event as soon as the last was answered.

Reads what to do as JSON from standard input, and writes when each event was sent and how long its answer took.
"""

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect

from tests.support.portal import ROOT, Portal
from tests.support.wire import HYDRATE, NAMESPACE, Jar


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of a run."""

    seconds: float
    pages: list[list[tuple[float, float]]]
    """For each event of each page: seconds since the start, and the milliseconds that the answer took."""
    done: int
    """How many answers held the word they should."""

    @property
    def times(self) -> list[float]:
        """How long all answers took, in milliseconds."""
        return [spent for page in self.pages for _, spent in page]

    @property
    def rate(self) -> float:
        """Events a second."""
        return len(self.times) / self.seconds


@dataclass(frozen=True, slots=True)
class Plan:
    """What the pages send."""

    path: str
    event: str
    forms: list[list[dict[str, str]]]
    """The forms of each page, one after another."""
    word: str
    """What an answer holds that went well."""
    seconds: float = 300
    """When the pages stop, whatever is left."""
    every: float = 0
    """The least seconds between two events of a page."""


def run(portal: Portal, jar: Jar, plan: Plan) -> Measured:
    """Let all pages send at once."""
    told = {"url": portal.url, "cookie": jar.header, **asdict(plan)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"],
        cwd=ROOT,
        input=json.dumps(told),
        stdout=subprocess.PIPE,
        text=True,
        timeout=600,
        check=True,
    )
    return Measured(**json.loads(done.stdout))


async def main(plan: dict[str, Any]) -> dict[str, Any]:
    """Open every page, let them go at once, and measure."""
    pages = [await opened(plan, number) for number in range(len(plan["forms"]))]
    began = time.perf_counter()
    results = await asyncio.gather(
        *(_send(page, plan, forms, began) for page, forms in zip(pages, plan["forms"], strict=True))
    )
    seconds = time.perf_counter() - began
    for page in pages:
        await page.close()
    return {"seconds": seconds, "pages": [times for times, _ in results], "done": sum(done for _, done in results)}


async def opened(plan: dict[str, Any], number: int) -> ClientConnection:
    """A hydrated page."""
    where = (
        plan["url"].replace("http", "ws", 1) + f"{NAMESPACE}/?token={quote(f'page {number}')}&EIO=4&transport=websocket"
    )
    page = await connect(where, origin=plan["url"], additional_headers={"cookie": plan["cookie"]}, compression=None)
    await page.recv()
    await page.send(f"40{NAMESPACE},")
    await page.recv()
    await page.send(message(HYDRATE, plan["path"], {}))
    await answered(page, "is_hydrated")
    return page


async def _send(
    page: ClientConnection, plan: dict[str, Any], forms: list[dict[str, str]], start: float
) -> tuple[list[tuple[float, float]], int]:
    messages = [message(plan["event"], plan["path"], {"form": form}) for form in forms]
    times, done, due = [], 0, start
    for told in messages:
        await asyncio.sleep(due - time.perf_counter())
        began = time.perf_counter()
        if began - start > plan["seconds"]:
            break
        due = max(began, due) + plan["every"]
        await page.send(told)
        answer = await answered(page, "answered")
        times.append((began - start, (time.perf_counter() - began) * 1000))
        done += plan["word"] in answer
    return times, done


def message(event: str, path: str, payload: dict[str, Any]) -> str:
    """An event on the wire."""
    told = {"name": event, "payload": payload, "router_data": {"pathname": path, "asPath": path, "query": {}}}
    return f"42{NAMESPACE},{json.dumps(['event', told])}"


async def answered(page: ClientConnection, var: str) -> str:
    """The next update that names a var."""
    while True:
        text = await page.recv()
        assert isinstance(text, str)
        if text == "2":
            await page.send("3")
        elif var in text:
            return text


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main(json.load(sys.stdin)))))
