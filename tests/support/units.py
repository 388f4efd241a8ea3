"""The files of `deploy/` as systemd reads them, with this machine's folders in place of an operator's."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.ports import free_port
from tests.support.processes import gone

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = DEPLOY / "systemd"
SETTINGS = DEPLOY / "portal.env"
WORKERS_METRICS = "9401"
PYTHON = "/opt/cers/.venv/bin/python"


def settings() -> dict[str, str]:
    """What an operator starts from."""
    lines = SETTINGS.read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def values(unit: str, name: str) -> list[str]:
    """Every value of a directive."""
    lines = (UNITS / unit).read_text("utf-8").splitlines()
    return [line.partition("=")[2] for line in lines if line.partition("=")[0] == name]


def command(unit: str) -> list[str]:
    """What a service starts, with this Python."""
    (started,) = values(unit, "ExecStart")
    assert PYTHON in started
    return shlex.split(started.replace(PYTHON, sys.executable).replace(WORKERS_METRICS, str(free_port())))


@contextmanager
def running(unit: str, environment: Mapping[str, str]) -> Iterator[None]:
    """A service until the block ends. It ends as systemd ends it."""
    process = subprocess.Popen(command(unit), cwd=ROOT, env=environment, start_new_session=True)
    try:
        yield
    finally:
        (name,) = values(unit, "KillSignal")
        os.killpg(process.pid, signal.Signals[name])
        process.wait(30)
        gone(process.pid)
