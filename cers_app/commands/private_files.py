"""Checks that other users of the machine cannot access the portal's secrets."""

import pwd
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import make_url

from cers_app.settings import ROOT, Mode, Settings

OTHERS = 0o077
BESIDE_THE_DATABASE = ("", "-wal", "-shm", "-journal", ".lock")


def secret_files(config: Settings) -> list[Path]:
    """The files with secrets: the database, the files beside the database, and in production the settings."""
    database = make_url(config.sqlalchemy_url).database or ""
    files = [Path(database + end) for end in BESIDE_THE_DATABASE]
    return [*files, ROOT / ".env"] if config.mode is Mode.PRODUCTION else files


def problems(files: Iterable[Path], user: int) -> Iterator[str]:
    """A line of advice for each existing file that others can access or that this user (a number) does not own."""
    for path in files:
        try:
            found = path.stat()
        except OSError:
            # Another check reports a missing file.
            continue
        mode, owner = found.st_mode & 0o777, found.st_uid
        if mode & OTHERS:
            yield f"Other users of this machine can access {path} (mode {mode:o}). Run: chmod 600 {path}"
        if owner != user:
            yield f"{path} belongs to {_name(owner)}. Run commands as that user, or run: chown {_name(user)} {path}"


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
