"""Which processes a portal has."""

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


def gone(group: int) -> None:
    """Nothing of it is left after a moment."""
    eventually(lambda: not members(group), lambda: members(group))
