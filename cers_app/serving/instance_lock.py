"""One portal a database: sockets, limits and the pace of the mail are kept in the process that serves."""

import fcntl
import os
from pathlib import Path

from sqlalchemy import make_url

from cers_app.settings import Settings

LONGEST_WORDS = 80


class InUse(Exception):  # noqa: N818 - named as the fact it is
    """Another portal serves this database; the words say which."""


def claim(config: Settings) -> int:
    """Claim the database for this process and those it becomes or starts; a file descriptor that holds the claim.

    The claim ends with the last process that has it open, however that ends. Raises `InUse`.
    """
    database = make_url(config.sqlalchemy_url).database or ""
    path = Path(f"{Path(database).resolve()}.lock")
    # Not through a link: in a folder that others may write to it would lead to a file of theirs, or of ours.
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
    os.set_inheritable(lock, True)  # noqa: FBT003 - the name of the argument is the function's
    return lock
