"""Ways to break the database under a running portal."""

import resource
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.support.portal import Portal
from tests.support.processes import members


@contextmanager
def locked(portal: Portal) -> Iterator[None]:
    """Somebody else writes, and does not stop."""
    with closing(sqlite3.connect(portal.folder / "portal.db", isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@contextmanager
def full(portal: Portal) -> Iterator[None]:
    """No file of the portal's can grow by a byte, as on a full disk."""
    pids = members(portal.pid)
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
    for pid, (_, hard) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


@contextmanager
def read_only(portal: Portal) -> Iterator[None]:
    """Nobody may write to the files, as on a disk that was remounted after an error; not even root."""
    files = [path for path in (portal.folder / f"portal.db{end}" for end in ("", "-wal", "-shm")) if path.exists()]
    protect(files, "+i")
    try:
        yield
    finally:
        protect(files, "-i")


def protect(files: list[Path], how: str) -> None:
    """Set (`+i`) or clear (`-i`) the flag that makes files immutable."""
    subprocess.run(["chattr", how, *files], check=True, capture_output=True)


def can_protect() -> bool:
    """Whether this user and file system know that flag."""
    with tempfile.NamedTemporaryFile() as probe:
        try:
            protect([Path(probe.name)], "+i")
            protect([Path(probe.name)], "-i")
        except (OSError, subprocess.CalledProcessError):
            return False
    return True


CANNOT = pytest.mark.skipif(not can_protect(), reason="making a file immutable needs root and a file system that can")


@contextmanager
def gone(portal: Portal) -> Iterator[None]:
    """Somebody moved the file away; it comes back."""
    files = [path for path in (portal.folder / f"portal.db{end}" for end in ("", "-wal", "-shm")) if path.exists()]
    for path in files:
        path.rename(path.with_name(f"away-{path.name}"))
    try:
        yield
    finally:
        for path in files:
            path.with_name(f"away-{path.name}").replace(path)
