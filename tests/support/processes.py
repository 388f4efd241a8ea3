"""Which processes a portal has, and what they hold."""

import time
from pathlib import Path

from tests.support.waiting import eventually


def members(group: int) -> list[int]:
    """The living processes of a group: the one that watches and the one that serves."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text("utf-8").rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


def memory(group: int) -> int:
    """The bytes of memory that the processes of a group hold."""
    statuses = (Path(f"/proc/{pid}/status").read_text("utf-8") for pid in members(group))
    lines = [line for status in statuses for line in status.splitlines() if line.startswith("VmRSS:")]
    return sum(int(line.split()[1]) for line in lines) * 1024


def left_of(group: int) -> list[str]:
    """The command lines of what still runs of a group, after a moment for those that are ending."""
    limit = time.monotonic() + 10
    while (alive := members(group)) and time.monotonic() < limit:
        time.sleep(0.2)
    return [_command(each) for each in alive]


def _command(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text("utf-8", "replace").replace("\0", " ").strip()
    except OSError:  # it has just ended
        return str(process)


def gone(group: int) -> None:
    """Nothing of it is left after a moment."""
    eventually(lambda: not members(group), lambda: members(group))
