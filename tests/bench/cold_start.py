"""How long a start takes when nothing was changed, and what the portal then holds in memory."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from cers_app.commands.migrations import upgrade_to_head
from tests.bench.idle import proportional
from tests.bench.report import Report
from tests.support.inbox import Inbox
from tests.support.portal import ROOT, environment
from tests.support.ports import free_port
from tests.support.processes import members
from tests.support.wire import request

ROUNDS, MOST_SECONDS = 5, 2.5


def starts(report: Report, folder: Path) -> None:
    """From the command to the first 200 of `/readyz`, with the pages built."""
    with Inbox.open() as inbox:
        env = environment(folder, free_port(), inbox)
        upgrade_to_head(env["CERS_DATABASE_URL"])
        subprocess.run([sys.executable, "-m", "cers_app", "build"], cwd=ROOT, env=env, check=True, capture_output=True)
        runs = [_start(env) for _ in range(ROUNDS)]
    seconds, memory = median(run[0] for run in runs), median(run[1] for run in runs)
    report.title(f"Cold start without a build, {ROUNDS} times")
    spread = f"{min(run[0] for run in runs):.2f} to {max(run[0] for run in runs):.2f}"
    report.figure(
        "until it answers", f"{seconds:.2f} s ({spread})", met=seconds <= MOST_SECONDS, goal=f"at most {MOST_SECONDS} s"
    )
    report.figure("memory then", f"{memory:.0f} MiB")


def _start(env: dict[str, str]) -> tuple[float, float]:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "cers_app", "serve"],
        cwd=ROOT,
        env=env,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while True:
            try:
                if request(f"http://localhost:{env['CERS_PORT']}", path="/readyz").status == 200:
                    break
            except OSError:
                time.sleep(0.01)
            if process.poll() is not None or time.perf_counter() - began > 60:
                msg = "the portal did not start"
                raise RuntimeError(msg)
        took = time.perf_counter() - began
        return took, sum(proportional(pid) for pid in members(process.pid)) / 1024
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)
