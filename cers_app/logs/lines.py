"""Reads the lines that `records.py` writes, as JSON or in words. A service manager may have put words before them."""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO

from cers_app.logs.redaction import Redactor

LONGEST_READ = 8_192
"""Bytes. A line of the portal has half of that."""
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
BEGIN = re.compile(rf'\{{"timestamp": "{TIME}"|{TIME} ')
WORDS = re.compile(rf"({TIME}) (\w+) +(\S+): (.*)")
FIELD = re.compile(r" (\w+)=")
MAIL = re.compile(r"mail ([0-9a-f]{32}) ")
HEAD = ("timestamp", "level", "logger", "event")
DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log."""

    at: datetime
    whose: str
    """The id of its request. A mail that support sent has no request, so its lines have the id of the mail."""
    words: str


def lines_of(stream: BinaryIO, ids: Collection[str], redactor: Redactor) -> Iterator[Line]:
    """The lines of the requests and mails with these ids. They are redacted again: the stream may be any file."""
    for raw in iter(partial(stream.readline, LONGEST_READ), b""):
        text = raw.decode("utf-8", "replace")
        if any(each in text for each in ids):
            line = _line(text, redactor)
            if line and line.whose in ids:
                yield line


def _line(text: str, redactor: Redactor) -> Line | None:
    fields = fields_of(text)
    if fields is None or not all(isinstance(fields.get(name), str) for name in HEAD):
        return None
    timestamp, level, logger, event = (fields.pop(name) for name in HEAD)
    of_mail = MAIL.match(event)
    whose = fields.pop("request_id", "") or (of_mail[1] if of_mail else "")
    more = (f"{redactor.text(key)}={_told(redactor.value(key, value))}" for key, value in fields.items())
    words = " ".join([f"{redactor.text(level)} {redactor.text(logger)}: {redactor.text(event)}", *more])
    try:
        at = datetime.fromisoformat(timestamp)
    except ValueError:
        return None
    return Line(at, str(whose), words) if at.tzinfo else None


def _told(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def fields_of(text: str) -> dict[str, Any] | None:
    """What a line says, by name. `None` if the portal wrote no such line."""
    begin = BEGIN.search(text)
    if begin is None:
        return None
    line = text[begin.start() :].rstrip()
    if line.startswith("{"):
        found, _ = _decoded(line, 0)
        return found if isinstance(found, dict) else None
    said = WORDS.fullmatch(line)
    if said is None:
        return None
    event, more = _without_fields(said[4])
    return {**dict(zip(HEAD, (said[1], said[2], said[3], event), strict=True)), **more}


def _without_fields(said: str) -> tuple[str, dict[str, Any]]:
    """The event, and the fields after it. If the event itself ends like a field, a later genuine field wins."""
    for begin in FIELD.finditer(said):
        fields = _fields(said, begin.start())
        if fields is not None:
            return said[: begin.start()], fields
    return said, {}


def _fields(said: str, at: int) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    while at < len(said):
        name = FIELD.match(said, at)
        if name is None:
            return None
        value, at = _decoded(said, name.end())
        if at < 0:
            return None
        found[name[1]] = value
    return found


def _decoded(text: str, at: int) -> tuple[Any, int]:
    """The JSON value at a place, and where it ends: -1 if there is none."""
    try:
        return DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None, -1
