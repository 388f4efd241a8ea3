"""Honest people on the portal: what they wait for, and what fails."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from websockets.exceptions import WebSocketException

from cers_app.values import addresses
from tests.bench.people import ACTIVE, name
from tests.support.journeys import RESET
from tests.support.portal import PASSWORD, Portal
from tests.support.wire import HYDRATE, RESET_LOAD, RESET_REFRESH, SIGN_IN, Jar, Socket, request

PEOPLE, PAUSE_SECONDS, SIGN_IN_SECONDS = 3, 0.1, 1
OK = 200


@dataclass
class Turn:
    """The times of honest people in milliseconds, and the growth of the portal in MiB."""

    pages: list[float] = field(default_factory=list)
    sign_ins: list[float] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)
    memory: float = 0
    disk: float = 0
    sent: int = 0
    """The messages of the hostile client."""


def begin(portal: Portal, turn: Turn, ips: Iterator[str], seconds: float) -> list[threading.Thread]:
    """Let people use the portal, each from an address of their own."""
    until = time.monotonic() + seconds
    people = [threading.Thread(target=_person, args=(portal, turn, each, next(ips), until)) for each in range(PEOPLE)]
    for person in people:
        person.start()
    return people


def _person(portal: Portal, turn: Turn, number: int, ip: str, until: float) -> None:
    """Visit the portal again and again, and sign in once a second."""
    jar, due = Jar(), time.monotonic() + SIGN_IN_SECONDS * number / PEOPLE
    while (now := time.monotonic()) < until:
        try:
            _visit(portal, turn, jar, ip)
            if now >= due:
                due = now + SIGN_IN_SECONDS
                _sign_in(portal, turn, jar, ip, name(ACTIVE, number))
        except (OSError, WebSocketException) as broken:
            turn.failed[type(broken).__name__] += 1
        time.sleep(PAUSE_SECONDS)


def _visit(portal: Portal, turn: Turn, jar: Jar, ip: str) -> None:
    with _timed(turn.pages):
        answer = request(portal.url, path=addresses.SIGN_IN, jar=jar, headers={"x-forwarded-for": ip})
    turn.failed[f"status {answer.status}"] += answer.status != OK
    with _timed(turn.pages):
        socket = Socket(portal.url, "a tab", jar, forwarded=ip)
    with socket:
        with _timed(turn.pages):
            socket.call(HYDRATE, RESET)
            loaded = socket.call(RESET_LOAD, RESET)
        with _timed(turn.pages):
            refreshed = socket.call(RESET_REFRESH, RESET)
    turn.failed["no picture"] += not (loaded.get("challenge") and refreshed.get("challenge"))


def _sign_in(portal: Portal, turn: Turn, jar: Jar, ip: str, username: str) -> None:
    with Socket(portal.url, "a tab", jar, forwarded=ip) as socket:
        socket.call(HYDRATE)
        with _timed(turn.sign_ins):
            claim = socket.call(SIGN_IN, form={"username": username, "password": PASSWORD}).get("claim")
    turn.failed["sign-in"] += not claim


@contextmanager
def _timed(times: list[float]) -> Iterator[None]:
    began = time.perf_counter()
    yield
    times.append((time.perf_counter() - began) * 1000)
