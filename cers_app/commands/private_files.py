"""Whether other users of the machine can get at what the portal keeps."""

import pwd
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import make_url

from cers_app.settings import ROOT, Mode, Settings

OTHERS = 0o077
BESIDE_THE_DATABASE = ("", "-wal", "-shm", "-journal", ".lock")


def secret_files(config: Settings) -> list[Path]:
    """The files that hold secrets: the database with those beside it, in production the settings too."""
    database = make_url(config.sqlalchemy_url).database or ""
    files = [Path(database + end) for end in BESIDE_THE_DATABASE]
    return [*files, ROOT / ".env"] if config.mode is Mode.PRODUCTION else files


def problems(files: Iterable[Path], user: int) -> Iterator[str]:
    """One line for each file that is there and that this user, a number, does not have alone: what to do about it."""
    for path in files:
        try:
            found = path.stat()
        except OSError:
            # What is not there is another check's matter.
            continue
        mode, owner = found.st_mode & 0o777, found.st_uid
        if mode & OTHERS:
            yield f"Other users of this machine have rights to {path} (mode {mode:o}). Run: chmod 600 {path}"
        if owner != user:
            yield f"{path} belongs to {_name(owner)}. Run commands as that user, or: chown {_name(user)} {path}"


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
