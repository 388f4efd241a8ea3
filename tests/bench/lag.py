"""How long one hostile message can hold the event loop: nobody is answered meanwhile."""

import http.client
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from statistics import median
from typing import Any

from websockets.exceptions import ConnectionClosed

from tests.bench.report import Report
from tests.bench.sign_in_cpu import members
from tests.journeys import mailed_link, new_password_socket, open_link
from tests.portal import PASSWORD, Portal
from tests.security.browsers import sign_in
from tests.security.test_hostile_events import FIELDS, HOSTILE, OURS
from tests.wire import HYDRATE, NAMESPACE, Jar, Socket

MOST = 100
"""Milliseconds."""
INTERVAL_SECONDS = 0.003
QUIET_SECONDS = 0.15
STOPPED_SECONDS = 0.15
MARK = "\u0301"
VALUES: dict[str, Any] = {
    **HOSTILE,
    "20,000 combining marks (what fits)": "e" + MARK * 20_000,
    "64,000 combining marks": "e" + MARK * 64_000,
    "mixed marks (what fits)": "e" + "\u0301\u0323" * 10_000,
    "a password of 900 kB": "x" * 900_000,
    "72 characters full of words and dates": ("p@55w0rd1989abc123" * 4)[:72],
    "a hundred nested lists": json.loads("[" * 100 + "]" * 100),
    "30,000 small values": [0] * 30_000,
}

Look = tuple[float, float]
"""When a request began, and how many milliseconds its answer took."""


class Stopwatch:
    """Asks for the smallest route the loop itself answers, again and again, in a process of its own."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    @classmethod
    @contextmanager
    def running(cls, port: int) -> Iterator["Stopwatch"]:
        """A stopwatch that looks until the block ends."""
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_look, args=(port, theirs), daemon=True)
        process.start()
        ours.recv()
        try:
            yield cls(ours)
        finally:
            ours.send(None)
            process.join(10)

    def looks(self) -> list[float]:
        """The times since it was asked last, in milliseconds."""
        self._pipe.send("looks")
        found: list[float] = self._pipe.recv()
        return found


def _look(port: int, pipe: Connection) -> None:
    connection, looks = http.client.HTTPConnection("127.0.0.1", port, timeout=30), list[float]()
    pipe.send("ready")
    while True:
        if pipe.poll(INTERVAL_SECONDS):
            if pipe.recv() is None:
                return
            pipe.send(looks)
            looks = []
        began = time.perf_counter_ns()
        connection.request("GET", "/_health", headers={"host": f"localhost:{port}"})
        connection.getresponse().read()
        looks.append((time.perf_counter_ns() - began) / 1e6)


def longest(report: Report, portal: Portal) -> None:
    """The longest answer while each value goes to every handler, less the median at rest."""
    report.title(f"Event loop held by {len(VALUES)} hostile values, each sent to {len(OURS)} handlers")
    jar, link = _owner(portal)
    with Stopwatch.running(portal.port) as watch:
        time.sleep(1)
        idle = watch.looks()
        rest = median(idle)
        report.figure("at rest", f"median {rest:.1f} ms, longest {max(idle):.1f} ms of {len(idle)}")
        _stop(portal)
        held = max(watch.looks()) - rest
        report.figure(
            f"control: stopped for {STOPPED_SECONDS * 1000:.0f} ms",
            f"{held:.0f} ms",
            met=held > MOST,
            goal=f"over {MOST} ms",
        )
        lags = {words: _sent(portal, watch, value, jar, link) - rest for words, value in VALUES.items()}
    for words, lag in lags.items():
        report.figure(words, f"{lag:.1f} ms")
    worst = max(lags.values())
    report.figure("longest", f"{worst:.1f} ms", met=worst <= MOST, goal=f"at most {MOST} ms")


def _owner(portal: Portal) -> tuple[Jar, str]:
    """The cookies of somebody who is signed in and has opened a link, so that no handler refuses early; the link."""
    portal.create_account("lagowner")
    jar = sign_in(portal, "lagowner")
    open_link(portal, mailed_link(portal, "lagowner").token, jar)
    socket, shown = new_password_socket(portal, jar)
    socket.close()
    return jar, str(shown["link"])


def _payloads(name: str, value: object, link: str) -> list[dict[str, Any]]:
    """A value in the place of the whole form, and of each field of one that is good otherwise."""
    if name not in FIELDS:
        return [{"anything": value}]
    good = {"current": PASSWORD, "link": link}
    fields = FIELDS[name]
    return [{"form": value}, *[{"form": {**good, field: value}} for field in fields]]


def _sent(portal: Portal, watch: Stopwatch, value: object, jar: Jar, link: str) -> float:
    """Send one value to every handler, in the place of every field, and wait for the answers; the longest look."""
    watch.looks()
    for name in OURS:
        with suppress(ConnectionClosed), Socket(portal.url, f"a tab for {name}", jar) as socket:
            socket.call(HYDRATE)
            for payload in _payloads(name, value, link):
                event = {"name": name, "payload": payload, "router_data": {"pathname": "/sign-in/", "query": {}}}
                # As it is, not in escapes: more of it fits into a message.
                text = json.dumps(["event", event], ensure_ascii="\ud800" in str(value))
                socket.send_raw(f"42{NAMESPACE},{text}")
            socket.settle(QUIET_SECONDS)
    looks = watch.looks()
    if not looks:
        msg = "the stopwatch did not look"
        raise RuntimeError(msg)
    return max(looks)


def _stop(portal: Portal) -> None:
    """Hold every process of the portal for a moment."""
    pids = members(portal.pid)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(STOPPED_SECONDS)
    for pid in pids:
        os.kill(pid, signal.SIGCONT)
