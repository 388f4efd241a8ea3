"""How long one hostile message can hold the event loop: nobody is answered meanwhile."""

import http.client
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from statistics import median
from typing import Any

from sqlmodel import select
from websockets.exceptions import ConnectionClosed

from cers_app.accounts.models import ResetLink
from cers_app.values import addresses
from tests.bench.report import Report
from tests.security.test_hostile_events import COMMITTED, FIELDS, HOSTILE
from tests.support.bare_browsers import sign_in
from tests.support.journeys import mailed_link, new_password_socket, open_link
from tests.support.portal import PASSWORD, Portal
from tests.support.processes import members
from tests.support.wire import HYDRATE, NAMESPACE, Jar, Socket

MOST = 100
"""Milliseconds."""
INTERVAL_SECONDS = 0.003
STOPPED_SECONDS = 0.15
LARGEST = 64 * 1024
"""Characters of a message, not bytes; a larger one closes its connection."""
ARGUMENTS = {
    "setvar": ("var_name", "value"),
    "set_is_hydrated": ("value",),
    "hydrate_and_load": ("vars", "hashes"),
    "update_vars_internal": ("vars",),
    "handle_frontend_exception": ("info", "component_stack"),
}
"""Of the framework's own handlers; they run only when all are there."""
MARK = "\u0301"
VALUES: dict[str, Any] = {
    **HOSTILE,
    "20,000 combining marks": "e" + MARK * 20_000,
    "64,000 combining marks (what fits)": "e" + MARK * 64_000,
    "20,000 mixed marks": "e" + "\u0301\u0323" * 10_000,
    "a password of 900 kB": "x" * 900_000,
    "72 characters full of words and dates": ("p@55w0rd1989abc123" * 4)[:72],
    "a hundred nested lists": json.loads("[" * 100 + "]" * 100),
    "30,000 small values": [0] * 30_000,
}


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who is signed in and has opened a link, so that no handler refuses early."""

    jar: Jar
    link: str

    @classmethod
    def come(cls, portal: Portal, number: int) -> "Owner":
        """A new one."""
        username = f"lagowner{number}"
        portal.create_account(username)
        jar = sign_in(portal, username)
        open_link(portal, mailed_link(portal, username).token, jar)
        socket, shown = new_password_socket(portal, jar)
        socket.close()
        return cls(jar, str(shown["link"]))

    def is_done(self, portal: Portal) -> bool:
        """Whether a value was taken for a new password, which ends session and link."""
        with portal.database.reading() as session:
            link = session.exec(select(ResetLink).where(ResetLink.public_id == self.link)).one()
        return link.used_at is not None or link.cancelled_at is not None


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
    report.title(f"Event loop held by {len(VALUES)} hostile values, each sent to {len(COMMITTED)} handlers")
    lags, owners = list[float](), [Owner.come(portal, 0)]
    with Stopwatch.running(portal.port) as watch:
        time.sleep(1)
        idle = watch.looks()
        rest = median(idle)
        report.figure("at rest", f"median {rest:.1f} ms, longest {max(idle):.1f} ms of {len(idle)}")
        _stop(portal)
        held = max(watch.looks()) - rest
        words = f"control: stopped for {STOPPED_SECONDS * 1000:.0f} ms"
        report.figure(words, f"{held:.0f} ms", met=held > MOST, goal=f"over {MOST} ms")
        for words, value in VALUES.items():
            lag, answers = _sent(portal, watch, value, owners)
            told = f"{lag - rest:.1f} ms"
            if lag - rest > MOST:
                # Others on the machine delay an answer by chance; what holds the loop does it every time.
                lag = min(lag, _sent(portal, watch, value, owners)[0])
                told += f", again {lag - rest:.1f} ms"
            lags.append(lag - rest)
            report.figure(words, f"{told}, {answers} answers" if answers else f"{told}, cut off")
    report.figure("longest", f"{max(lags):.1f} ms", met=max(lags) <= MOST, goal=f"at most {MOST} ms")


def _payloads(name: str, value: object, link: str) -> list[dict[str, Any]]:
    """A value in the place of the whole form, and of each field or argument while the others are good."""
    if name in FIELDS:
        good = {"current": PASSWORD, "link": link}
        return [{"form": value}, *[{"form": {**good, field: value}} for field in FIELDS[name]]]
    arguments = ARGUMENTS.get(name.rpartition(".")[2], ("anything",))
    return [{**dict.fromkeys(arguments, "stage"), argument: value} for argument in arguments]


def _sent(portal: Portal, watch: Stopwatch, value: object, owners: list[Owner]) -> tuple[float, int]:
    """Send one value to every handler, in every place, and wait for the answers; the longest look, and how many."""
    watch.looks()
    answers, longest_text = 0, 0
    for name in COMMITTED:
        if name in FIELDS and owners[-1].is_done(portal):
            owners.append(Owner.come(portal, len(owners)))
        with suppress(ConnectionClosed), Socket(portal.url, f"a tab for {name}", owners[-1].jar) as socket:
            socket.call(HYDRATE)
            for payload in _payloads(name, value, owners[-1].link):
                event = {"name": name, "payload": payload, "router_data": {"pathname": addresses.SIGN_IN, "query": {}}}
                # As it is, not in escapes: more of it fits into a message.
                text = json.dumps(["event", event], ensure_ascii="\ud800" in str(value))
                longest_text = max(longest_text, len(text))
                socket.send_raw(f"42{NAMESPACE},{text}")
            answers += len(socket.settle())
    looks = watch.looks()
    if not looks or not (answers or longest_text > LARGEST):
        msg = "the stopwatch did not look, or nobody heard what was sent"
        raise RuntimeError(msg)
    return max(looks), answers


def _stop(portal: Portal) -> None:
    """Hold every process of the portal for a moment."""
    pids = members(portal.pid)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(STOPPED_SECONDS)
    for pid in pids:
        os.kill(pid, signal.SIGCONT)
