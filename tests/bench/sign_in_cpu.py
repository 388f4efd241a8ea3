"""What a sign-in costs the server in CPU time, in bare verifies; and what the allocator changes."""

import os
from pathlib import Path
from statistics import median

from cers_app.serving import process
from tests.bench.hashing import allocator_of, bare, memory_of
from tests.bench.people import ACTIVE, name
from tests.bench.report import Report
from tests.bench.tabs import SIGN_IN_PATH, Tab
from tests.support.portal import PASSWORD, Portal
from tests.support.processes import members

MOST = 1.15
ROUNDS = 5
TICKS = os.sysconf("SC_CLK_TCK")
RETAINED = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "536870912"}
"""The other way to spare page faults: never give the blocks back. Measured, not shipped."""


def cpu(pids: list[int]) -> float:
    """User and system time of some processes so far, in milliseconds, to a hundredth of a second."""
    stats = (Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split() for pid in pids)
    return sum(int(fields[11]) + int(fields[12]) for fields in stats) / TICKS * 1000


def sign_ins(report: Report, portal: Portal, scale: float) -> None:
    """From the submit event to the claim code, in turn with bare verifies under the same allocator."""
    number, pids, ratios, spent = max(5, int(40 * scale)), members(portal.pid), [], []
    same = allocator_of(portal.pid)
    report.title(f"CPU of a sign-in: {ROUNDS} times {number} sign-ins and as many bare verifies, in turn")
    report.say(f"  allocator of both: {same or 'as the system has it'}")
    with Tab.open(portal, SIGN_IN_PATH) as tab:
        tab.sign_in(name(ACTIVE, 0), PASSWORD)
        for turn in range(ROUNDS):
            before = cpu(pids)
            outcomes = [tab.sign_in(name(ACTIVE, turn), PASSWORD)[1] for _ in range(number)]
            each = (cpu(pids) - before) / number
            if not all(outcomes):
                msg = "a sign-in with the right password was refused"
                raise RuntimeError(msg)
            spent.append(each)
            ratios.append(each / bare(number, 1, same).cpu)
    report.figure("CPU of a sign-in", f"{median(spent):.1f} ms")
    met = median(ratios) <= MOST
    report.figure("in bare verifies, median of five", f"{median(ratios):.3f}", met=met, goal=f"at most {MOST}")
    report.say(f"  each time: {', '.join(f'{ratio:.3f}' for ratio in ratios)}")
    report.figure("memory of the portal afterwards", f"{max(memory_of(pid) for pid in pids)} MiB")


def allocators(report: Report, scale: float) -> None:
    """The rate of verifies in two threads with and without the settings that `serve` adds, in turn."""
    number = max(8, int(20 * scale))
    shipped = process.allocator_here({})
    ways = {"plain": {}, "shipped": shipped, "blocks kept": RETAINED, "both": {**shipped, **RETAINED}}
    report.title(f"Allocator: {ROUNDS} times {number} verifies in two threads, each way in turn; shipped: {shipped}")
    runs = [{way: bare(number, 2, settings) for way, settings in ways.items()} for _ in range(ROUNDS)]
    for way in ways:
        ratio = median(run[way].rate / run["plain"].rate for run in runs)
        rate = median(run[way].rate for run in runs)
        memory = max(run[way].memory for run in runs)
        report.figure(way, f"{rate:.1f} a second, {ratio:.2f} x plain, {memory} MiB afterwards")
