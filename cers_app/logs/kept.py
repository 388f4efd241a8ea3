"""The file that keeps the newest lines of the log outside production, so that `trace` finds them.

One portal has one file, and the file lies beside the database of that portal.
"""

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from functools import cache
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from cers_app.logs.lines import Line, lines_of
from cers_app.logs.redaction import Redactor

LONGEST_FILE = 2_000_000
"""Bytes. The file then becomes the older one, and the one before is deleted."""
OLDER = ".1"


class _PrivateFile(RotatingFileHandler):
    """Opens the file only for its owner, and follows no link: in `/tmp`, anyone can put a link in its place."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")


@cache
def handler(path: Path) -> RotatingFileHandler:
    """The one handler of this process for a file. A file that cannot be written costs no line on standard error."""
    return _PrivateFile(path, maxBytes=LONGEST_FILE, backupCount=1, delay=True)


def lines(path: Path, ids: Collection[str], redactor: Redactor) -> Iterator[Line]:
    """The kept lines of the requests and mails with these ids, oldest first."""
    for each in (path.with_name(f"{path.name}{OLDER}"), path):
        # A portal that has never run has no file, and a file may just be getting its other name.
        with suppress(FileNotFoundError), each.open("rb") as stream:
            yield from lines_of(stream, ids, redactor)
