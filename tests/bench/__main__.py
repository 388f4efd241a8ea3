"""`make bench`: figures, not a test of times; ends with 1 when a goal was missed or a bench could not run.

CERS_BENCH_SCALE (1 by default) multiplies the numbers of samples: 0.1 gives an impression within three minutes.
"""

import os
import sys
import tempfile
import time
from contextlib import AbstractContextManager
from pathlib import Path

from cers_app.commands.migrations import upgrade_to_head
from tests.bench import (
    busy,
    cold_start,
    first_paint,
    hostile,
    hot_reload,
    idle,
    imports,
    kills,
    lag,
    lighthouse,
    minutes,
    people,
    presses,
    rates,
    siege,
    sign_in_cpu,
    uniform,
)
from tests.bench.report import Report
from tests.support.portal import ROOT, Portal, running
from tests.support.ports import free_port
from tests.support.sources import copied

ENVIRONMENT = {
    # The limits would end every measurement.
    "CERS_QA_LIMITS": "off",
    "CERS_LIMIT_EVENTS_PER_MINUTE": "1000000",
    # The pace of the mail worker is that of the defaults, not that of the tests.
    "CERS_MAIL_INTERVAL_SECONDS": "1",
    "CERS_MAIL_DELAY_SECONDS": "3",
}
ACCOUNTS = 1_000_000


def main(scale: float, wanted: list[str]) -> int:
    """Run everything, or what is named; the exit code."""
    unknown = set(wanted) - set(BENCHES)
    if unknown:
        sys.stderr.write(f"No such bench: {', '.join(sorted(unknown))}. There are: {', '.join(BENCHES)}\n")
        return 2
    report, began = Report(), time.monotonic()
    for name, bench in BENCHES.items():
        if not wanted or name in wanted:
            with tempfile.TemporaryDirectory(prefix="cers-bench-") as folder:
                report.machine()
                bench(report, Path(folder), scale)
                report.machine()
    report.title(f"{(time.monotonic() - began) / 60:.1f} minutes. Goals missed: {', '.join(report.missed) or 'none'}.")
    return 1 if report.missed else 0


def started(folder: Path, **more: str) -> AbstractContextManager[Portal]:
    """A portal built into a folder of the benches' own, so that tests may run beside them."""
    return running(folder, root=ROOT, reloading=False, port=0, **(ENVIRONMENT | more))


def at_rest(report: Report, folder: Path, scale: float) -> None:
    """A small portal with a mail server."""
    sign_in_cpu.allocators(report, scale)
    with started(folder) as portal:
        people.populate(portal.database)
        sign_in_cpu.sign_ins(report, portal, scale)
        busy.refreshing(report, portal, scale)
        lag.longest(report, portal)
        uniform.all_of(report, portal, scale)


def without_mail_server(report: Report, folder: Path, scale: float) -> None:
    """The same, where nothing listens on the mail server's port."""
    with started(folder, CERS_SMTP_PORT=str(free_port())) as portal:
        people.populate(portal.database)
        uniform.shortly(report, portal, scale, ", mail server down")


def in_a_crowd(report: Report, folder: Path, scale: float) -> None:
    """The same among a million accounts, and then with what a hundred thousand requests left in the audit."""
    accounts, path = int(ACCOUNTS * min(1, scale)), folder / "portal.db"
    filled(folder, accounts)
    with started(folder) as portal:
        people.populate(portal.database)
        uniform.with_sign_in(report, portal, scale, f", {accounts:,} accounts")
        people.past(str(path), accounts // 10)
        uniform.with_sign_in(report, portal, scale, f", {accounts // 10:,} audit rows as well")


def start_cold(report: Report, folder: Path, _scale: float) -> None:
    """How soon a portal answers when nothing was changed."""
    cold_start.starts(report, folder)


def under_load(report: Report, folder: Path, scale: float) -> None:
    """Ten thousand accounts, with the mail worker as it is shipped, and then without its ceiling."""
    for ceiling, goal in (("300", rates.GOAL), ("100000", None)):
        inner = folder / ceiling
        inner.mkdir()
        filled(inner, rates.ACCOUNTS)
        with started(inner, CERS_LIMIT_MAIL_CEILING_PER_MINUTE=ceiling) as portal:
            report.title(f"At most {int(ceiling):,} mails a minute")
            rates.all_of(report, portal, scale, rates.ACCOUNTS, goal)


def for_minutes(report: Report, folder: Path, scale: float) -> None:
    """The load of whole minutes, and then a fixed rate of requests while mails leave without a ceiling.

    The mail worker runs inside the portal, and then as a process of its own, as `deploy/` runs it.
    """
    for name, bench, more in (
        ("ceiling", minutes.all_of, {}),
        ("inside", minutes.mails, minutes.NO_CEILING),
        ("apart", minutes.mails_of_worker, minutes.NO_CEILING | {"CERS_MAIL_WORKER": "false"}),
    ):
        inner = folder / name
        inner.mkdir()
        filled(inner, rates.ACCOUNTS)
        with started(inner, **more) as portal:
            bench(report, portal, scale)


def few_and_many(report: Report, folder: Path, scale: float) -> None:
    """A hundred accounts and a million, each of whom has been sent a mail, side by side."""
    sizes = (100, int(ACCOUNTS * min(1, scale)))
    for size in sizes:
        (folder / str(size)).mkdir()
        filled(folder / str(size), size)
        people.posted(str(folder / str(size) / "portal.db"), size)
    with started(folder / str(sizes[0])) as few, started(folder / str(sizes[1])) as many:
        for portal, size in ((few, sizes[0]), (many, sizes[1])):
            rates.all_of(report, portal, scale / 3, size)
        rates.compared(report, few, many, scale, sizes)


def at_leisure(report: Report, folder: Path, scale: float) -> None:
    """Many people with a page open."""
    with started(folder, CERS_LIMIT_SOCKETS_PER_IP="100000") as portal:
        idle.sockets(report, portal, scale)


def in_a_browser(report: Report, folder: Path, scale: float) -> None:
    """What Lighthouse says, and how soon a slow phone can use the forms."""
    with started(folder) as portal:
        first_paint.loads(report, portal, scale)
        lighthouse.scores(report, portal, scale)


def at_any_moment(report: Report, folder: Path, scale: float) -> None:
    """Next is pressed while a page comes to life."""
    with started(folder) as portal:
        presses.at_any_moment(report, portal, scale)


def while_changed(report: Report, folder: Path, scale: float) -> None:
    """A developer saves files of a copy of the sources."""
    sources = copied(folder)
    with running(folder, root=sources, reloading=True, CERS_QA_LIMITS="off") as portal:
        hot_reload.saved_changes(report, portal, sources, scale)


def killed(report: Report, folder: Path, scale: float) -> None:
    """Processes die, and nothing is lost."""
    filled(folder, 20_000)
    with started(folder, **kills.SETTINGS) as portal:
        portal.inbox.seconds = 0.01
        kills.under_kills(report, portal, scale)


def besieged(report: Report, folder: Path, scale: float) -> None:
    """A hostile client and honest people share a portal that has its limits, a new one for each kind of siege."""
    with siege.Enemy.ready() as enemy:
        for number, kind in enumerate(hostile.KINDS):
            (folder / str(number)).mkdir()
            with running(folder / str(number), root=ROOT, reloading=False, port=0, **siege.SETTINGS) as portal:
                people.populate(portal.database)
                siege.hold(report, portal, enemy, kind, scale)


def imported(report: Report, folder: Path, scale: float) -> None:
    """A million accounts come from a file, while others write."""
    imports.all_of(report, folder, scale)


def filled(folder: Path, accounts: int) -> None:
    """A database with so many accounts."""
    path = folder / "portal.db"
    upgrade_to_head(f"sqlite:///{path}")
    people.crowd(str(path), accounts)


BENCHES = {
    "rest": at_rest,
    "no-mail-server": without_mail_server,
    "crowd": in_a_crowd,
    "start": start_cold,
    "load": under_load,
    "minutes": for_minutes,
    "sizes": few_and_many,
    "idle": at_leisure,
    "browser": in_a_browser,
    "presses": at_any_moment,
    "reload": while_changed,
    "kills": killed,
    "siege": besieged,
    "import": imported,
}


if __name__ == "__main__":
    # Taken out of the environment: the portal refuses names it does not know.
    sys.exit(main(float(os.environ.pop("CERS_BENCH_SCALE", "1")), sys.argv[1:]))
