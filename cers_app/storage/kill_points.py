"""Points at which a test may stop the process at once, as a power cut would. They do nothing outside test mode.

A test writes the name of a point into the file that `CERS_QA_KILL_FILE` names; the first to pass there takes the file
away and dies of SIGKILL. That setting is refused outside test mode.
"""

import os
import signal
from pathlib import Path

from cers_app.settings import Mode, Settings

POINTS = (
    "request.queued",
    "request.kept",
    "mail.leased",
    "mail.written",
    "mail.accepted",
    "mail.recorded",
    "sign_in.kept",
    "session.kept",
    "reset.used",
    "reset.replaced",
    "reset.kept",
)
"""In the order of the journeys. `kept` is just after the commit, before anybody is told; the others are before it."""


_files: list[Path] = []


def arm(config: Settings) -> None:
    """Look for the file that these settings name, from now on; nothing outside test mode."""
    _files[:] = [Path(config.qa_kill_file)] if config.qa_kill_file and config.mode is Mode.TEST else []


def kill_point(name: str) -> None:
    """Die here if a test wants it."""
    for file in _files:
        if is_wanted(file, name):
            os.kill(os.getpid(), signal.SIGKILL)


def is_wanted(file: Path, name: str) -> bool:
    """Whether a test waits for this point; only the first to ask is told so."""
    try:
        if file.read_text("ascii") != name:
            return False
        file.unlink()
    except FileNotFoundError:
        return False
    return True
