"""How many requests and sign-ins a second one portal takes, with its mail going out, among few and many accounts."""

import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from statistics import median

from cers_app.composition.world import now
from cers_app.storage.database import Database
from cers_app.values import addresses
from cers_app.values.digests import KeyedHash, sha256
from cers_app.verification.answers import Purpose
from cers_app.verification.models import Challenge
from tests.bench import load
from tests.bench.figures import percentile
from tests.bench.load import Measured, Plan
from tests.bench.report import Report
from tests.support.journeys import RECOVER, RESET
from tests.support.portal import CHARACTERS, PASSWORD, SECRET_KEY, Portal
from tests.support.wire import RECOVER_SUBMIT, RESET_SUBMIT, SIGN_IN, Jar, browse

CONCURRENT = (1, 8, 32)
EVENTS, SIGN_INS = 1200, 60
GOAL, AT_ONCE, ACCOUNTS = 300, 8, 10_000
"""Requests a second, at so many at once among so many accounts."""
TURNS = 9
LEAST_RATIO, ROUNDS = 0.9, 21
"""Many short turns: another tenant of the machine takes seconds here and there, and a median forgets them."""
Kind = tuple[str, Purpose, str, str, Callable[[int], str]]
LINK = (RESET, Purpose.RESET_PASSWORD, RESET_SUBMIT, "identifier")
USERNAME = (RECOVER, Purpose.RECOVER_USERNAME, RECOVER_SUBMIT, "email")
KINDS: dict[str, Kind] = {
    "link, known": (*LINK, lambda each: f"p{each:08}"),
    "link, unknown": (*LINK, lambda each: f"q{each:08}"),
    "username, known": (*USERNAME, lambda each: f"p{each:08}@example.org"),
    "username, unknown": (*USERNAME, lambda each: f"q{each:08}@example.org"),
}


def issued(database: Database, purpose: Purpose, jar: Jar, number: int) -> list[str]:
    """Challenges with the known characters, issued before the clock starts; nobody looks at their pictures."""
    keyed, owner, expires_at = KeyedHash(SECRET_KEY), sha256(jar.values["cers_browser"]), now() + timedelta(minutes=30)
    ids = [secrets.token_hex(16) for _ in range(number)]
    with database.writing() as session:
        for each in ids:
            answer = keyed("challenge", f"{each}\0{CHARACTERS}")
            session.add(
                Challenge(id=each, answer=answer, picture=b"", purpose=purpose, owner=owner, expires_at=expires_at)
            )
    return ids


def requests(portal: Portal, kind: str, concurrent: int, number: int, accounts: int) -> Measured:
    """Ask for mails, each for another person."""
    path, purpose, event, field, named = KINDS[kind]
    jar = browse(portal.url, path)
    ids = issued(portal.database, purpose, jar, number)
    forms = [
        {field: named(1 + each * 7919 % accounts), "challenge": challenge, "characters": CHARACTERS}
        for each, challenge in enumerate(ids)
    ]
    return load.run(portal, jar, Plan(path, event, [forms[page::concurrent] for page in range(concurrent)], "sent_to"))


def sign_ins(portal: Portal, concurrent: int, number: int, accounts: int) -> Measured:
    """Sign in as many people."""
    forms = [{"username": f"p{1 + each * 7919 % accounts:08}", "password": PASSWORD} for each in range(number)]
    jar = browse(portal.url)
    pages = [forms[page::concurrent] for page in range(concurrent)]
    return load.run(portal, jar, Plan(addresses.SIGN_IN, SIGN_IN, pages, "claim"))


def told(report: Report, words: str, runs: list[Measured], *, goal: float | None = None) -> None:
    """Print the median rate and all times; every answer must have been the right one."""
    times, done = [spent for run in runs for spent in run.times], sum(run.done for run in runs)
    if done != len(times):
        msg = f"{words}: only {done} of {len(times)} went well"
        raise RuntimeError(msg)
    p50, p95, p99 = (percentile(times, share) for share in (0.5, 0.95, 0.99))
    found = [run.rate for run in runs]
    rate = f"{median(found):6.0f} a second" + (f" ({min(found):.0f} to {max(found):.0f})" if len(found) > 1 else "")
    value = f"{rate}, p50 {p50:.1f}, p95 {p95:.1f}, p99 {p99:.1f} ms"
    if goal is None:
        report.figure(words, value)
    else:
        report.figure(words, value, met=median(found) >= goal, goal=f"at least {goal:.0f} a second")


def all_of(report: Report, portal: Portal, scale: float, accounts: int, goal: float | None = None) -> None:
    """Both requests, for known and unknown people, and signing in; at 1, 8 and 32 at once, `goal` at 8."""
    report.title(f"Requests and sign-ins a second, {accounts:,} accounts")
    for concurrent in CONCURRENT:
        number, turns = max(80, round(EVENTS * scale)) // (4 if concurrent == 1 else 1), 1
        if goal and concurrent == AT_ONCE:
            number, turns = number // 3, TURNS
        found: dict[str, list[Measured]] = {kind: [] for kind in KINDS}
        for _ in range(turns):
            for kind, runs in found.items():
                runs.append(requests(portal, kind, concurrent, number, accounts))
        for kind, runs in found.items():
            words = f"{kind}, {concurrent} at once" + (f", median of {turns}" if turns > 1 else "")
            told(report, words, runs, goal=goal if turns > 1 else None)
        number = max(16, round(SIGN_INS * scale))
        told(report, f"sign-in, {concurrent} at once", [sign_ins(portal, concurrent, number, accounts)])


def compared(report: Report, few: Portal, many: Portal, scale: float, sizes: tuple[int, int]) -> None:
    """The rate among many accounts to that among few, in turn, so that the machine's mood counts for both."""
    report.title(f"Rates among {sizes[1]:,} accounts to those among {sizes[0]:,}, 8 at once, {ROUNDS} times in turn")
    number, people = max(80, round(EVENTS * scale) // 6), max(16, round(SIGN_INS * scale) // 3)
    both = ((few, sizes[0]), (many, sizes[1]))
    for kind in KINDS:
        _ratio(report, kind, [partial(requests, portal, kind, AT_ONCE, number, size) for portal, size in both])
    _ratio(report, "sign-in", [partial(sign_ins, portal, AT_ONCE, people, size) for portal, size in both])


def _ratio(report: Report, words: str, few_and_many: Sequence[Callable[[], Measured]]) -> None:
    ratios = []
    for number in range(ROUNDS):
        # Whoever is second meets the mails of the first: each is second every other time.
        rates = {which: few_and_many[which]().rate for which in ((1, 0) if number % 2 else (0, 1))}
        ratios.append(rates[1] / rates[0])
    spread = f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    report.figure(words, spread, met=median(ratios) >= LEAST_RATIO, goal=f"at least {LEAST_RATIO}")
