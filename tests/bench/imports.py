"""Imports of many accounts: how long, how much memory, and how long they keep other writers waiting."""

import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from cers_app.commands.migrations import upgrade_to_head
from tests.bench.people import hashes
from tests.bench.report import Report
from tests.support.portal import ROOT, SECRET_KEY

MOST, MONDAY = 1_000_000, 30_000
MIB = 1024
"""KiB, in which the kernel counts memory."""
GOAL_MIB = 300


@dataclass
class Writer:
    """Another process that writes all the time, as the portal does."""

    path: Path
    longest: float = 0.0
    largest_wal: int = 0
    _over: threading.Event = field(default_factory=threading.Event)

    def write(self) -> None:
        """Take the write lock again and again."""
        connection = sqlite3.connect(self.path, timeout=3600, isolation_level=None)
        wal = Path(f"{self.path}-wal")
        while not self._over.wait(0.01):
            began = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")
            self.longest = max(self.longest, time.perf_counter() - began)
            if wal.exists():
                self.largest_wal = max(self.largest_wal, wal.stat().st_size)
        connection.close()

    def stop(self) -> None:
        """No more."""
        self._over.set()


def all_of(report: Report, folder: Path, scale: float) -> None:
    """A million rows into an empty database, the same rows again, and then the businesses of one Monday."""
    path, many, few = folder / "portal.db", folder / "many.csv", folder / "few.csv"
    upgrade_to_head(f"sqlite:///{path}")
    _write(many, range(int(MOST * scale)))
    _write(few, range(int(MOST * scale), int((MOST + MONDAY) * scale)))
    for words, file in (("into an empty database", many), ("that are there already", many), ("beside them", few)):
        _import(report, words, path, file)


def _write(file: Path, numbers: range) -> None:
    """Names in no order, every other one with a hash."""
    mixed, stored = list(numbers), hashes()[0]
    random.Random(1).shuffle(mixed)  # noqa: S311 - an order, no secret
    with file.open("w", encoding="utf-8") as rows:
        rows.write("username,email,first_name,last_name,password_hash\n")
        for each in mixed:
            name = f"p{each * 7_919 % 99_999_989:08}"
            rows.write(f'{name},{name}@example.org,Ann,Gause,"{stored if each % 2 else ""}"\n')


def _import(report: Report, words: str, path: Path, file: Path) -> None:
    writer = Writer(path)
    thread = threading.Thread(target=writer.write)
    thread.start()
    settings = {"CERS_MODE": "test", "CERS_DATABASE_URL": f"sqlite:///{path}", "CERS_SECRET_KEY": SECRET_KEY}
    began = time.perf_counter()
    command = subprocess.Popen(
        [sys.executable, "-m", "cers_app", "accounts", "import", str(file)],
        cwd=ROOT,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        text=True,
    )
    _, status, used = os.wait4(command.pid, 0)
    seconds = time.perf_counter() - began
    writer.stop()
    thread.join()
    assert command.stdout
    said, memory = command.stdout.read().splitlines(), used.ru_maxrss / MIB
    report.title(f"accounts import, rows {words}: {' '.join(said)}")
    report.figure("took", f"{seconds:.1f} s, ended with {os.waitstatus_to_exitcode(status)}")
    report.figure("peak memory", f"{memory:.0f} MiB", met=memory < GOAL_MIB, goal=f"below {GOAL_MIB} MiB")
    report.figure("longest wait of another writer", f"{writer.longest:.2f} s")
    report.figure("largest write-ahead log", f"{writer.largest_wal / MIB**2:.0f} MiB")
