"""Makes sure that the programs which the tests start are there: Chromium, nginx and systemd-analyze."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
Plan = Sequence[tuple[str, ...]]

SHELL = "chromium-headless-shell"
UPDATE = ("apt-get", "update", "-qq")
DEBIAN = (UPDATE, ("apt-get", "install", "-y", "-qq", "--no-install-recommends", SHELL, "fonts-liberation"))
PLAYWRIGHT = ((sys.executable, "-m", "playwright", "install", "chromium"),)


@dataclass(frozen=True, slots=True)
class Machine:
    """What decides which ways there are."""

    is_root: bool
    has_apt: bool


def for_chromium(machine: Machine) -> Iterator[Plan]:
    """Debian's, which brings its libraries; else Playwright's own."""
    if machine.is_root and machine.has_apt:
        yield DEBIAN
    yield PLAYWRIGHT


def for_nginx(machine: Machine) -> Iterator[Plan]:
    """Debian's package, unpacked here: installed, it would start a web server for everybody on port 80."""
    if machine.has_apt:
        yield (UPDATE, _unpacked()) if machine.is_root else (_unpacked(),)


def for_systemd(machine: Machine) -> Iterator[Plan]:
    """Debian's package. It starts nothing where another program has started the machine."""
    if machine.is_root and machine.has_apt:
        yield UPDATE, ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "systemd")


def _unpacked() -> tuple[str, ...]:
    from tests.support.nginx import UNPACKED

    place = shlex.quote(str(UNPACKED))
    steps = (f"mkdir -p {place}", f"cd {place}", "apt-get -qq download nginx", "dpkg-deb --extract nginx_*.deb .")
    return ("sh", "-c", " && ".join(steps))


@dataclass(frozen=True, slots=True)
class Program:
    """A program, and how it is got."""

    name: str
    package: str
    is_there: Callable[[], bool]
    plans: Callable[[Machine], Iterator[Plan]]

    def get(self, machine: Machine) -> bool:
        """Get it unless it is there, one way after another; whether it is there at the end."""
        if self.is_there():
            return True
        for plan in self.plans(machine):
            sys.stdout.write(f"Getting {self.name} for the tests …\n")
            sys.stdout.flush()
            env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            if all(subprocess.run(command, check=False, env=env).returncode == 0 for command in plan):
                break
        if not self.is_there():
            sys.stdout.write(f"{self.name} is missing. Run this again, or type: sudo apt-get install {self.package}\n")
            return False
        return True


def programs() -> tuple[Program, ...]:
    """All of them."""
    # Only here: run as a script, the folder of the portal is put on the path first.
    from cers_app.commands import chromium
    from tests.support import nginx

    return (
        Program("Chromium", SHELL, chromium.is_there, for_chromium),
        Program("nginx", "nginx", lambda: nginx.program() is not None, for_nginx),
        Program("systemd-analyze", "systemd", lambda: shutil.which("systemd-analyze") is not None, for_systemd),
    )


def main(wanted: Sequence[str]) -> int:
    """Get those of `wanted` that are missing, or all, and say so; 1 when something cannot be had."""
    machine = Machine(os.geteuid() == 0, shutil.which("apt-get") is not None)
    found = [program.get(machine) for program in programs() if not wanted or program.name in wanted]
    return 0 if found and all(found) else 1


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(sys.argv[1:]))
