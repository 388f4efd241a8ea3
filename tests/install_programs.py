"""Makes sure that a Chromium is there for the browser tests: Debian's, or else Playwright's own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DEBIAN = (
    ("apt-get", "update", "-qq"),
    ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"),
)
PLAYWRIGHT = ((sys.executable, "-m", "playwright", "install", "chromium"),)
ADVICE = "Chromium is missing. Type: sudo apt-get install chromium"


@dataclass(frozen=True, slots=True)
class Machine:
    """What decides."""

    has_chromium: bool
    is_root: bool
    has_apt: bool


def plans(machine: Machine) -> Sequence[Sequence[tuple[str, ...]]]:
    """The ways to try, one after another; none when nothing is to be done."""
    if machine.has_chromium:
        return ()
    return (DEBIAN, PLAYWRIGHT) if machine.is_root and machine.has_apt else (PLAYWRIGHT,)


def look() -> Machine:
    """This machine."""
    # Only here: run as a script, the folder of the portal is put on the path first.
    from cers_app.commands import chromium

    return Machine(chromium.is_there(), os.geteuid() == 0, shutil.which("apt-get") is not None)


def main() -> int:
    """Install what is missing and say so; 1 when it cannot be had."""
    for plan in plans(look()):
        sys.stdout.write("Installing Chromium for the browser tests …\n")
        sys.stdout.flush()
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        if all(subprocess.run(command, check=False, env=env).returncode == 0 for command in plan):
            break
    if not look().has_chromium:
        sys.stdout.write(ADVICE + "\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    sys.exit(main())
