"""Points where a test can kill the process, as a power cut would. They do nothing outside test mode.

A test writes the name of a point into the file that `CERS_QA_KILL_FILE` names. The first process that reaches the point
deletes the file and dies of SIGKILL. Outside test mode, the portal refuses that setting.
"""

import os
import signal
from pathlib import Path

from cers_app.settings import Mode, Settings

_files: list[Path] = []


def arm(config: Settings) -> None:
    """From now on, look for the file that these settings name. Outside test mode, look for none."""
    _files[:] = [Path(config.qa_kill_file)] if config.qa_kill_file and config.mode is Mode.TEST else []


def kill_point(name: str) -> None:
    """Kill this process if a test asks for this point."""
    for file in _files:
        if is_wanted(file, name):
            os.kill(os.getpid(), signal.SIGKILL)


def is_wanted(file: Path, name: str) -> bool:
    """Whether a test asks for this point. Only the first caller gets a yes."""
    try:
        if file.read_text("ascii") != name:
            return False
        file.unlink()
    except FileNotFoundError:
        return False
    return True
