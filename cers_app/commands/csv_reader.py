"""A CSV file of accounts: read whole, or refused whole."""

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
"""Bytes; 200,000 rows with hashes have less than half of it."""
QUOTE = "Put quotation marks around a field with commas in it, such as a password hash."
SHOWN = 60
"""Characters of somebody else's text in a message."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `problem` says why its fields could not even be told apart."""

    line: int
    """Where it begins in the file, from 1."""
    fields: dict[str, str]
    problem: str = ""


class Refused(Exception):  # noqa: N818 - named as the fact it is
    """The file as a whole cannot be read; the message says why."""


def read(path: Path) -> list[Row]:
    """Every row of a file; raises `Refused`."""
    try:
        _check_size(path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(_rows(_lines(file)))
    except UnicodeDecodeError:
        raise Refused("it is not UTF-8. Save it as «CSV UTF-8»") from None
    except OSError as broken:
        raise Refused(broken.strerror or type(broken).__name__) from None
    if not rows:
        raise Refused("it has no rows below the header")
    return rows


def shown(text: str) -> str:
    """A text of the file as a message may hold it: short, and nothing in it moves a terminal."""
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
        raise Refused(f"it has {size:,} bytes; at most {LARGEST_FILE:,} are taken")


def _lines(file: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
    """The fields of each row that is not blank, and the line it begins in."""
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


def _rows(lines: Iterator[tuple[int, list[str]]]) -> Iterator[Row]:
    header: Sequence[str] = next(lines, (0, list[str]()))[1]
    columns = [name.strip().casefold() for name in header]
    _check(columns)
    for number, (line, fields) in enumerate(lines, 1):
        if number > MOST_ROWS:
            raise Refused(f"it has more than {MOST_ROWS:,} rows")
        if len(fields) == len(columns):
            yield Row(line, dict(zip(columns, fields, strict=True)))
        else:
            problem = f"It has {len(fields)} fields, the header has {len(columns)}."
            yield Row(line, {}, f"{problem} {QUOTE}" if len(fields) > len(columns) else problem)


def _check(columns: Sequence[str]) -> None:
    wrong = {
        "missing": [name for name in REQUIRED if name not in columns],
        "unknown": [shown(name) or "(without a name)" for name in columns if name not in REQUIRED + OPTIONAL],
        "repeated": sorted({name for name in columns if columns.count(name) > 1 and name in REQUIRED + OPTIONAL}),
    }
    told = [f"{what} columns: {', '.join(names[:10])}" for what, names in wrong.items() if names]
    if told:
        raise Refused(f"{'; '.join(told)}. The first line names: {', '.join(REQUIRED + OPTIONAL)}")
