"""Which processes a portal has."""

import time
from pathlib import Path


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


def gone(group: int) -> None:
    """Nothing of it is left after a moment."""
    limit = time.monotonic() + 10
    while members(group):
        assert time.monotonic() < limit, members(group)
        time.sleep(0.05)
