"""A load of whole minutes: whether the rate falls, known and unknown cost the same, and mails get their turn."""

import random
import subprocess
import sys
import threading
from datetime import timedelta
from itertools import count
from statistics import mean

from sqlmodel import col, func, select

from cers_app.composition.world import now
from cers_app.mail.outbox import OutgoingMail
from tests.bench import load
from tests.bench.figures import BAND, auc
from tests.bench.load import Measured, Plan
from tests.bench.rates import ACCOUNTS, AT_ONCE, KINDS, issued
from tests.bench.report import Report
from tests.support.portal import CHARACTERS, ROOT, Portal, environment
from tests.support.wire import browse

MINUTES, MINUTE_SECONDS = 5, 60
MOST_A_SECOND = 700
"""More than any machine answers, so no page runs out of forms."""
KNOWN, UNKNOWN = "link, known", "link, unknown"
LEAST_OF_FIRST, ALIKE = 0.95, 0.05
SEED = 1
PACED, PACED_SECONDS = 200, 60
"""Requests a second while mails leave without a ceiling."""
LEAST_MAILS = 0.5
NO_CEILING = {"CERS_LIMIT_MAIL_CEILING_PER_MINUTE": "100000"}
WAITING_SINCE = select(func.min(OutgoingMail.created_at)).where(col(OutgoingMail.sent_at).is_(None))


def all_of(report: Report, portal: Portal, scale: float) -> None:
    """Five minutes at 8 pages. Each page asks for known and unknown people in a random order."""
    seconds = MINUTE_SECONDS * scale
    report.title(f"{MINUTES} times {seconds:.0f} seconds of requests, {AT_ONCE} at once, {ACCOUNTS:,} accounts")
    kinds, measured = _asked(portal, MINUTES * seconds, (KNOWN, UNKNOWN))
    for number in range(MINUTES):
        times = _times(kinds, measured, number * seconds, (number + 1) * seconds)
        _tell(report, f"minute {number + 1}", times, seconds)
    first, last = (_rate(measured, at * seconds, (at + 1) * seconds) for at in (0, MINUTES - 1))
    met = last >= LEAST_OF_FIRST * first
    report.figure("last minute to first", f"{last / first:.2f}", met=met, goal=f"at least {LEAST_OF_FIRST}")


def _asked(portal: Portal, seconds: float, of: tuple[str, ...], every: float = 0) -> tuple[list[list[str]], Measured]:
    """The kind of each form of each page, and what came of them."""
    path, purpose, event, field, _ = KINDS[KNOWN]
    jar, chance, people = browse(portal.url, path), random.Random(SEED), count(1)  # noqa: S311 - an order, no secret
    number = int(seconds * MOST_A_SECOND) // AT_ONCE
    kinds = [[chance.choice(of) for _ in range(number)] for _ in range(AT_ONCE)]
    ids = iter(issued(portal.database, purpose, jar, number * AT_ONCE))

    def form(kind: str) -> dict[str, str]:
        who = KINDS[kind][-1](1 + next(people) * 7919 % ACCOUNTS)
        return {field: who, "challenge": next(ids), "characters": CHARACTERS}

    forms = [[form(kind) for kind in page] for page in kinds]
    measured = load.run(portal, jar, Plan(path, event, forms, "sent_to", seconds, every))
    if measured.done != len(measured.times):
        msg = f"only {measured.done} of {len(measured.times)} went well"
        raise RuntimeError(msg)
    return kinds, measured


def _times(kinds: list[list[str]], measured: Measured, since: float, until: float) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    for page, answers in zip(kinds, measured.pages, strict=True):
        for kind, (at, spent) in zip(page, answers, strict=False):
            if since <= at < until:
                found[kind].append(spent)
    return found


def _rate(measured: Measured, since: float, until: float) -> float:
    return sum(since <= at < until for page in measured.pages for at, _ in page) / (until - since)


def _tell(report: Report, words: str, times: dict[str, list[float]], seconds: float) -> None:
    known, unknown = times.values()
    ratio, found = mean(known) / mean(unknown), auc(known, unknown)
    report.figure(f"{words}: requests a second", f"{(len(known) + len(unknown)) / seconds:.0f}")
    met = abs(ratio - 1) <= ALIKE
    report.figure(f"{words}: mean time, known to unknown", f"{ratio:.3f}", met=met, goal=f"within {ALIKE:.0%}")
    samples = f"{words}: {len(known):,} known, {len(unknown):,} unknown"
    report.figure(samples, str(found), met=found.is_inside, goal=f"AUC within {BAND[0]}-{BAND[1]}")


def mails(report: Report, portal: Portal, scale: float) -> None:
    """A fixed rate of requests, all of them for accounts, and the mails that leave meanwhile."""
    report.title(f"Mails without a ceiling during {PACED} requests a second, with the worker inside the portal")
    _paced(report, portal, PACED_SECONDS * scale)


def mails_of_worker(report: Report, portal: Portal, scale: float) -> None:
    """The same with a worker of its own. The portal's interpreter alone is busy with the requests."""
    report.title(f"Mails without a ceiling during {PACED} requests a second, with a worker of its own")
    env = environment(portal.folder, portal.port, portal.inbox, **NO_CEILING)
    command = [sys.executable, "-m", "cers_app", "mail", "work"]
    with subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL) as worker:
        try:
            _paced(report, portal, PACED_SECONDS * scale, LEAST_MAILS)
        finally:
            worker.terminate()


def _paced(report: Report, portal: Portal, seconds: float, least: float = 0) -> None:
    oldest, ended = list[float](), threading.Event()
    watching = threading.Thread(target=_watch, args=(portal, oldest, ended))
    watching.start()
    began = now()
    _, measured = _asked(portal, seconds, (KNOWN,), AT_ONCE / PACED)
    with portal.database.reading() as session:
        sent = session.exec(select(func.count()).where(col(OutgoingMail.sent_at) > began)).one() / measured.seconds
    ended.set()
    watching.join()
    report.figure("requests a second", f"{measured.rate:.0f}")
    goal = f"at least {least * measured.rate:.0f}" if least else ""
    report.figure("mails a second", f"{sent:.0f}", met=sent >= least * measured.rate if least else None, goal=goal)
    report.figure("oldest mail that waited", f"{max(oldest):.1f} s")


def _watch(portal: Portal, oldest: list[float], ended: threading.Event) -> None:
    """Look once a second how long the oldest mail has been waiting."""
    while not ended.wait(1):
        with portal.database.reading() as session:
            since = session.exec(WAITING_SINCE).one()
        oldest.append((now() - since) / timedelta(seconds=1) if since else 0)
