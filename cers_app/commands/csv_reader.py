"""Reads a whole CSV file of accounts, or refuses the whole file."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

REQUIRED = ("username", "email", "first_name", "last_name")
OPTIONAL = ("status", "password_hash")
MOST_ROWS = 200_000
LONGEST_FIELD = 1_000
"""Characters."""
LARGEST_FILE = 100_000_000
"""Bytes. A file of 200,000 rows with hashes is less than half as large."""
QUOTE = "Put quotation marks around a field with commas in it, such as a password hash."
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


def read(path: Path) -> list[Row | Wrong]:
    """Every row of a file. Raises `Refused`."""
    try:
        _check_size(path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(_rows(_lines(file)))
    except UnicodeDecodeError:
        raise Refused('it is not UTF-8. Save it as "CSV UTF-8"') from None
    except OSError as broken:
        raise Refused(broken.strerror or type(broken).__name__) from None
    if not rows:
        raise Refused("it has no rows below the header")
    return rows


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


def _lines(file: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
    """The fields of each row that is not blank, and the line where the row begins."""
    reader, begins = csv.reader(file, strict=True), 1
    try:
        for fields in reader:
            if any(len(field) > LONGEST_FIELD for field in fields):
                raise Refused(f"line {begins:,} has a field of more than {LONGEST_FIELD:,} characters")
            if any(field.strip() for field in fields):
                yield begins, fields
            begins = reader.line_num + 1
    except csv.Error as broken:
        raise Refused(f"line {begins:,} is not CSV ({broken})") from None


def _rows(lines: Iterator[tuple[int, list[str]]]) -> Iterator[Row | Wrong]:
    _, header = next(lines, (0, []))
    columns = [name.strip().casefold() for name in header]
    _check(columns)
    for number, (line, fields) in enumerate(lines, 1):
        if number > MOST_ROWS:
            raise Refused(f"it has more than {MOST_ROWS:,} rows")
        if len(fields) == len(columns):
            yield Row(line, dict(zip(columns, fields, strict=True)))
        else:
            advice = f" {QUOTE}" if len(fields) > len(columns) else ""
            yield Wrong(line, f"The row has {len(fields)} fields, but the header has {len(columns)}.{advice}")


def _check(columns: Sequence[str]) -> None:
    wrong = {
        "missing": [name for name in REQUIRED if name not in columns],
        "unknown": [shown(name) or "(without a name)" for name in columns if name not in REQUIRED + OPTIONAL],
        "repeated": sorted({name for name in columns if columns.count(name) > 1 and name in REQUIRED + OPTIONAL}),
    }
    told = [f"{what} columns: {', '.join(names[:10])}" for what, names in wrong.items() if names]
    if told:
        raise Refused(f"{'; '.join(told)}. Use these columns: {', '.join(REQUIRED + OPTIONAL)}")
