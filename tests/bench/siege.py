"""Honest people while a hostile client besieges the portal, and while the same client besieges a dummy server.

People use the portal in both turns, so the difference comes from the portal and not from the machine.
"""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from statistics import median

from cers_app.settings import Settings
from tests.bench import honest
from tests.bench.figures import percentile
from tests.bench.hashing import memory_of
from tests.bench.honest import PEOPLE, Turn
from tests.bench.hostile import KINDS
from tests.bench.people import ACTIVE, name
from tests.bench.report import Report
from tests.bench.sign_in_cpu import cpu
from tests.support.journeys import mailed_link, new_password_socket, open_link
from tests.support.portal import ROOT, Portal
from tests.support.processes import members
from tests.support.wire import browse

DEFAULT_LIMITS = {each: "" for each in Settings.names().values() if each.startswith("CERS_LIMIT_")}
SETTINGS = DEFAULT_LIMITS | {"CERS_TRUSTED_HOPS": "1"}
SECONDS, MOST_SECONDS, ROUNDS = 4, 6, 2
"""In a longer turn, honest people would see more pictures than an address may have in a minute."""
MOST, MIB = 2, 1 << 20
QUIET_MS, QUIET_SECONDS, LOOKS, SAMPLE_SECONDS = 20, 0.3, 60, 0.1
"""The portal is at rest if it takes so little CPU in such a time. The bench looks at most 60 times."""
SHARED, WITH_LINK = "floods of sign-ins", "refused new passwords"
"""All sign-ins share the hashing, so the first kind has no goal for them. The second kind needs a live link."""


class Enemy:
    """The hostile client, and the dummy's port."""

    def __init__(self, client: subprocess.Popen[str], dummy: subprocess.Popen[str]) -> None:
        """Both processes have just started."""
        self._client, self.dummy = client, int(_line(dummy))
        # Every turn has new addresses, so no limit is used up when it begins.
        self.ips = (f"10.0.{each >> 8}.{each & 255}" for each in count())

    @classmethod
    @contextmanager
    def ready(cls) -> Iterator["Enemy"]:
        """Both processes end with the block."""
        with _process("tests.bench.hostile") as client, _process("tests.bench.dummy") as dummy:
            yield cls(client, dummy)

    def attack(self, order: dict[str, object]) -> None:
        """Begin an attack."""
        assert self._client.stdin is not None
        self._client.stdin.write(json.dumps(order) + "\n")
        self._client.stdin.flush()

    def sent(self) -> int:
        """Wait for the end of the attack. Returns the number of messages."""
        return int(_line(self._client))


def _process(module: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", module]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def hold(report: Report, portal: Portal, enemy: Enemy, kind: str, scale: float) -> None:
    """A kind of siege from one address and from ten. The turns of the dummy and the portal alternate."""
    seconds, holders = min(MOST_SECONDS, max(1, SECONDS * scale)), count(PEOPLE)
    _turn(portal, enemy, 1)
    for number in KINDS[kind].addresses:
        dummy, siege = list[Turn](), list[Turn]()
        for _ in range(ROUNDS):
            cookie, link = _link(portal, next(holders)) if kind == WITH_LINK else (browse(portal.url).header, "")
            for port, turns in ((enemy.dummy, dummy), (portal.port, siege)):
                ips = [next(enemy.ips) for _ in range(number)]
                order = {"kind": kind, "port": port, "addresses": ips, "cookie": cookie, "link": link}
                turns.append(_turn(portal, enemy, seconds, order, KINDS[kind].ahead))
        _tell(report, f"{kind}, {number}", siege, dummy, has_goal=kind != SHARED)


def _link(portal: Portal, number: int) -> tuple[str, str]:
    """The cookies of a browser that has opened a link, and the link's public id."""
    jar = open_link(portal, mailed_link(portal, name(ACTIVE, number)).token)
    socket, shown = new_password_socket(portal, jar)
    socket.close()
    return jar.header, str(shown["link"])


def _turn(
    portal: Portal, enemy: Enemy, seconds: float, order: dict[str, object] | None = None, ahead: float = 0
) -> Turn:
    """A siege, or without an order a turn that warms the portal up."""
    _settle(portal)
    turn, memory, disk, held = Turn(), _memory(portal), _disk(portal), list[float]()
    if order:
        enemy.attack(order | {"seconds": ahead + seconds})
        time.sleep(ahead)
    people = honest.begin(portal, turn, enemy.ips, seconds)
    while any(person.is_alive() for person in people):
        held.append(_memory(portal))
        time.sleep(SAMPLE_SECONDS)
    turn.sent = enemy.sent() if order else 0
    # The least of the second half, because each hash takes 64 MiB for a moment.
    turn.memory, turn.disk = min(held[len(held) // 2 :]) - memory, _disk(portal) - disk
    return turn


def _settle(portal: Portal) -> None:
    """Wait until the portal has done what the last turn left, such as hashing."""
    for _ in range(LOOKS):
        before = cpu(members(portal.pid))
        time.sleep(QUIET_SECONDS)
        if cpu(members(portal.pid)) - before <= QUIET_MS:
            return


def _memory(portal: Portal) -> float:
    return sum(memory_of(pid) for pid in members(portal.pid))


def _disk(portal: Portal) -> float:
    return sum((portal.folder / each).stat().st_size for each in ("portal.db", "portal.db-wal")) / MIB


def _tell(report: Report, words: str, siege: list[Turn], dummy: list[Turn], *, has_goal: bool) -> None:
    sent, dummy_sent = (sum(turn.sent for turn in turns) for turns in (siege, dummy))
    report.title(f"{words} ({sent:,} messages; in parentheses the dummy's turns, {dummy_sent:,} messages)")
    for what, is_goal in (("pages", True), ("sign_ins", has_goal)):
        p50, p95, dummy_p50, dummy_p95 = (_middle(turns, what, s) for turns in (siege, dummy) for s in (0.5, 0.95))
        value = f"p50 {p50:.1f} ({dummy_p50:.1f}), p95 {p95:.1f} ({dummy_p95:.1f}) ms: {p95 / dummy_p95:.2f}"
        met = p95 <= MOST * dummy_p95 if is_goal else None
        report.figure(f"{words}: {what}".replace("_", "-"), value, met=met, goal=f"at most {MOST}" if is_goal else "")
    failed, dummy_failed = (sum((turn.failed for turn in turns), Counter[str]()) for turns in (siege, dummy))
    value = f"{_counted(failed)} ({_counted(dummy_failed)})"
    report.figure(f"{words}: refused or failed", value, met=not failed, goal="none")
    for what in ("memory", "disk"):
        most, dummy_most = (max(getattr(turn, what) for turn in turns) for turns in (siege, dummy))
        report.figure(f"{words}: {what} in a turn", f"{most:+.1f} MiB ({dummy_most:+.1f})")


def _middle(turns: list[Turn], what: str, share: float) -> float:
    return median(percentile(getattr(turn, what), share) for turn in turns if getattr(turn, what))


def _counted(failed: Counter[str]) -> str:
    return ", ".join(f"{number} {what}" for what, number in failed.items()) or "none"
