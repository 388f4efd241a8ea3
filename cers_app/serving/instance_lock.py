"""Run only one portal per database, because the serving process holds the sockets, the limits and the mail pace."""

import fcntl
import os
from pathlib import Path

from sqlalchemy import make_url

from cers_app.settings import Settings

LONGEST_WORDS = 80


class InUse(Exception):  # noqa: N818 - named as the fact it is
    """Another portal serves this database. The message says which process and port."""


def claim(config: Settings) -> int:
    """Claim the database for this process and every process it becomes or starts. Raises `InUse`.

    The returned file descriptor holds the claim. The claim ends when the last process that has it open ends, even when
    that process crashes.
    """
    database = make_url(config.sqlalchemy_url).database or ""
    path = Path(f"{Path(database).resolve()}.lock")
    # Never follow a link: in a folder that others may write to, a link could lead to any file of theirs or ours.
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(lock, LONGEST_WORDS).decode("ascii", "replace").strip()
        os.close(lock)
        msg = f"Another portal ({holder or 'just starting'}) uses the database {database}."
        raise InUse(msg) from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"process {os.getpid()}, port {config.port}".encode("ascii"), 0)
    os.set_inheritable(lock, True)  # noqa: FBT003 - the function's name says what True means
    return lock
