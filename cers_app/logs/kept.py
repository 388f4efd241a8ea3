"""The file that keeps the newest lines of the log outside production, so that `trace` finds them.

One portal has one file, and the file lies beside the database of that portal.
"""

import logging
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
    """Opens the file only for its owner, and follows no link: in `/tmp`, anyone can put a link in its place.

    Several processes of one portal write to the file. When another one has renamed it, this one opens the new file.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        if self.stream and not self._is_newest(self.stream):
            self.stream.close()
            self.stream = self._open()
        super().emit(record)

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: ARG002, N802 - as in the library
        """Whether the file is full. The library would put each line together a second time to learn its length."""
        return self.stream is not None and self.stream.tell() >= self.maxBytes

    def _is_newest(self, stream: TextIOWrapper) -> bool:
        with suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(stream.fileno()), Path(self.baseFilename).stat())
        return False

    def _open(self) -> TextIOWrapper:
        # A pipe in its place must not keep the portal waiting.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
        return os.fdopen(os.open(self.baseFilename, flags, 0o600), "a", encoding="utf-8", errors="backslashreplace")


@cache
def handler(path: Path) -> RotatingFileHandler:
    """The one handler of this process for a file. A file that cannot be written costs no line on standard error."""
    return _PrivateFile(path, maxBytes=LONGEST_FILE, backupCount=1, delay=True)


def lines(path: Path, ids: Collection[str], redactor: Redactor) -> Iterator[Line]:
    """The kept lines of the requests and mails with these ids, oldest first."""
    for each in (path.with_name(f"{path.name}{OLDER}"), path):
        # A portal that has never run has no file, and a file may just be getting its other name.
        with suppress(OSError), each.open("rb") as stream:
            yield from lines_of(stream, ids, redactor)
