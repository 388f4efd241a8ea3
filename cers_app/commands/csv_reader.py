"""Reads a CSV file of accounts row by row, or refuses the whole file."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from cers_app.values.invisible import trimmed

REQUIRED = ("username", "email", "first_name", "last_name")
OPTIONAL = ("status", "password_hash")
ADDED = ("line", "why")
"""Columns that the import puts before those of a rejected row. They count for nothing when the row is corrected."""
MOST_ROWS = 1_000_000
LONGEST_FIELD = 1_000
"""Characters."""
LARGEST_FILE = 500_000_000
"""Bytes. A file of a million rows with hashes is less than half as large."""
QUOTE = "Put quotation marks around a field with commas in it, such as a password hash."
SEPARATORS = (",", ";", "\t", "|")
"""Spreadsheets write the one that the language of the computer calls for."""
NAMED_SEPARATOR = re.compile(r"\W*sep=\W*", re.IGNORECASE)
NOT_UTF_8 = 'it is not UTF-8. Save it as "CSV UTF-8"'
MAY_BE_MISSING = {"first_name", "last_name"}
"""Excel leaves off the separators before empty fields at the end of a row. No other field may be lost unseen."""
TOLD_EVERY = 1_000
"""Rows."""
SHOWN = 60
"""The most characters of the file's own text in a message."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row, and the line where it begins. The first line of the file is 1."""

    line: int
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Wrong:
    """The line where a wrong row begins, and what is wrong with the row."""

    line: int
    why: str


class Refused(Exception):  # noqa: N818 - named as the fact it is
    """The reader refuses the whole file. The message says why."""


def read(path: Path, progress: Callable[[int], object] = lambda _: None) -> Iterator[Row | Wrong]:
    """Every row of a file, while `progress` learns how many bytes were read. Raises `Refused` at any row."""
    with _opened(path) as file:
        number = 0
        for number, row in enumerate(_rows(_lines(file)), 1):
            yield row
            if number % TOLD_EVERY == 0:
                progress(file.buffer.tell())
        if not number:
            raise Refused("it has no rows below the header")


def raw(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The fields of the header and of each row that is not blank, as they are in the file, and their lines."""
    with _opened(path) as file:
        yield from _lines(file)


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        _check_size(path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except UnicodeDecodeError:
        raise Refused(NOT_UTF_8) from None
    except OSError as broken:
        raise Refused(broken.strerror or type(broken).__name__) from None


def shown(text: str) -> str:
    """A text from the file that is safe in a message: short, and without terminal control characters."""
    short = text if len(text) <= SHOWN else text[:SHOWN] + "…"
    return "".join(character if character.isprintable() else "?" for character in short)


def _check_size(path: Path) -> None:
    if path.is_dir():
        raise Refused("it is a directory")
    size = path.stat().st_size
    if not path.is_file():
        raise Refused("it is not a file")
    if size == 0:
        raise Refused("it is empty")
    if size > LARGEST_FILE:
        raise Refused(f"it has {size:,} bytes, but the limit is {LARGEST_FILE:,}")


def _begin(file: TextIO) -> tuple[str, int]:
    """The separator with which the header names the most columns, and the number of the line where reading begins.

    Excel may name a separator in a line before the header. That line is skipped, because it may be wrong.
    """
    start, begins, header = 0, 1, ""
    for number, line in enumerate(iter(lambda: file.readline(LONGEST_FIELD), ""), 1):
        if NAMED_SEPARATOR.fullmatch(line):
            start, begins = file.tell(), number + 1
        elif _plain(line):
            header = line
            break
    file.seek(start)
    return max(SEPARATORS, key=lambda each: len(_columns(header, each))), begins


def _columns(header: str, separator: str) -> set[str]:
    """The known columns that a header names."""
    return {_plain(name) for name in header.split(separator)} & COLUMNS.keys()


def _plain(name: str) -> str:
    """A column's name without the capitals, blanks and hyphens of spreadsheets."""
    return "".join(character for character in name.casefold() if character.isalnum())


COLUMNS = {_plain(name): name for name in REQUIRED + OPTIONAL + ADDED}


def is_added(name: str) -> bool:
    """Whether a column comes from an earlier file of rejected rows."""
    return COLUMNS.get(_plain(name)) in ADDED


def _lines(file: TextIO) -> Iterator[tuple[int, list[str]]]:
    """The fields of each row that is not blank, and the line where the row begins."""
    separator, begins = _begin(file)
    reader, before = csv.reader(file, delimiter=separator, skipinitialspace=True, strict=True), begins
    try:
        for fields in reader:
            if any("\0" in field for field in fields):
                raise Refused(f"line {begins:,} has a NUL character, so {NOT_UTF_8}")
            if any(len(field) > LONGEST_FIELD for field in fields):
                raise Refused(f"line {begins:,} has a field of more than {LONGEST_FIELD:,} characters")
            if any(trimmed(field) for field in fields):
                yield begins, fields
            begins = reader.line_num + before
    except csv.Error as broken:
        raise Refused(f"line {begins:,} is not CSV ({broken})") from None


def _rows(lines: Iterator[tuple[int, list[str]]]) -> Iterator[Row | Wrong]:
    line, header = next(lines, (0, []))
    if len(header) == 1 and any(len(_columns(header[0], each)) > 1 for each in SEPARATORS):
        raise Refused(f"line {line} is in quotation marks as a whole. Remove the quotation marks around each line")
    columns = {place: COLUMNS.get(_plain(name), trimmed(name)) for place, name in enumerate(header) if trimmed(name)}
    _check([*columns.values()])
    for number, (line, fields) in enumerate(lines, 1):
        if number > MOST_ROWS:
            raise Refused(f"it has more than {MOST_ROWS:,} rows")
        surplus = [trimmed(field) for place, field in enumerate(fields) if place not in columns]
        missing = {name for place, name in columns.items() if place >= len(fields)}
        if missing <= MAY_BE_MISSING and not any(surplus):
            yield Row(line, {name: "" if name in missing else fields[place] for place, name in columns.items()})
        else:
            advice = f" {QUOTE}" if any(surplus) else ""
            yield Wrong(line, f"The row has {len(fields)} fields, but the header has {len(columns)}.{advice}")


def _check(columns: Sequence[str]) -> None:
    wrong = {
        "missing": [name for name in REQUIRED if name not in columns],
        "unknown": [shown(name) for name in columns if name not in COLUMNS.values()],
        "repeated": sorted({name for name in columns if columns.count(name) > 1 and name in COLUMNS.values()}),
    }
    told = [f"{what} columns: {', '.join(names[:10])}" for what, names in wrong.items() if names]
    if told:
        raise Refused(f"{'; '.join(told)}. Use these columns: {', '.join(REQUIRED + OPTIONAL)}")
