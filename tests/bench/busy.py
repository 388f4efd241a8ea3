"""Responsiveness: other people's pages while a hundred sign in at once."""

import threading
from contextlib import ExitStack
from statistics import median

from tests.bench.figures import percentile
from tests.bench.people import ACTIVE, name
from tests.bench.report import Report
from tests.bench.tabs import SIGN_IN_PATH, Tab
from tests.support.journeys import RESET
from tests.support.portal import PASSWORD, Portal
from tests.support.wire import SIGN_IN, browse

MANY = 100
IDLE = 100
MOST = 5


def refreshing(report: Report, portal: Portal, scale: float) -> None:
    """Three bursts, or one in a quick run; the times of all are one set."""
    idle, busy, claims = list[float](), list[float](), list[bool]()
    bursts = max(1, round(3 * scale))
    for _ in range(bursts):
        _burst(portal, idle, busy, claims)
    report.title(f"Refresh while {MANY} sign in at once, {bursts} times ({sum(claims)} got in, the others must wait)")
    for words, times in (("idle", idle), ("meanwhile", busy)):
        p95 = percentile(times, 0.95)
        report.figure(words, f"median {median(times):.1f} ms, p95 {p95:.1f} ms of {len(times)}")
    ratio = percentile(busy, 0.95) / percentile(idle, 0.95)
    report.figure("p95 meanwhile / p95 idle", f"{ratio:.1f}", met=ratio <= MOST, goal=f"at most {MOST}")


def _burst(portal: Portal, idle: list[float], busy: list[float], claims: list[bool]) -> None:
    """Somebody asks for other verification characters again and again until the last sign-in is answered."""
    jar, answered = browse(portal.url), list[bool]()
    with ExitStack() as stack:
        reader = stack.enter_context(Tab.open(portal, RESET))
        people = [stack.enter_context(Tab.open(portal, SIGN_IN_PATH, f"tab {each}", jar)) for each in range(MANY)]
        idle += [reader.refresh() for _ in range(IDLE)]
        for number, tab in enumerate(people):
            tab.send(SIGN_IN, form={"username": name(ACTIVE, number), "password": PASSWORD})
        waiting = threading.Thread(target=lambda: answered.extend("claim" in tab.until("answered") for tab in people))
        waiting.start()
        while waiting.is_alive():
            busy.append(reader.refresh())
        waiting.join()
    if len(answered) < MANY:
        msg = f"only {len(answered)} of {MANY} sign-ins were answered"
        raise RuntimeError(msg)
    claims += answered
