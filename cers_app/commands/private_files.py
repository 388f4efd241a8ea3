"""Checks that other users of the machine cannot access the portal's secrets."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from cers_app.commands.operator import user_name
from cers_app.settings import ROOT, Mode, Settings

OTHERS, EVERYBODY = 0o077, 0o007
BESIDE_THE_DATABASE = ("", "-wal", "-shm", "-journal", ".lock", ".log", ".log.1")


def secret_files(config: Settings) -> list[Path]:
    """The files with secrets: the database, the files beside the database, and in production the settings."""
    files = [Path(f"{config.database_file}{end}") for end in BESIDE_THE_DATABASE]
    return [*files, ROOT / ".env"] if config.mode is Mode.PRODUCTION else files


def problems(files: Iterable[Path], user: int) -> Iterator[str]:
    """Advice about each existing file that other users can access, or that `user` (a number) does not own."""
    for path in files:
        try:
            found = path.stat()
        except OSError:
            # Another check reports a missing file.
            continue
        if found.st_mode & OTHERS:
            mode = f"{found.st_mode & 0o777:o}"
            yield f"Other users of this machine can access {path} (mode {mode}). Run: chmod 600 {path}"
        if found.st_uid != user:
            name, owner = user_name(user), user_name(found.st_uid)
            yield f"{path} belongs to {owner}. Run commands as that user, or run: chown {name} {path}"


def open_to_everybody(files: Iterable[Path]) -> Iterator[str]:
    """Advice about each file of a `CERS_…_FILE` that every user can access. Root or a group may own such a file."""
    for path in files:
        if path.stat().st_mode & EVERYBODY:
            yield f"Every user of this machine can access {path}. Run: chmod o= {path}"
