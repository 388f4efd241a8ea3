"""The file of rejected rows: why each was rejected, and its columns as they were, to be corrected and imported."""

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TextIO

import click

from cers_app.accounts.staging import Staged
from cers_app.commands import csv_reader
from cers_app.commands.csv_reader import Refused
from cers_app.commands.one_line import ending


@contextmanager
def written(path: Path, source: Path, staged: Staged) -> Iterator[None]:
    """Write the file, which goes if the block fails. Only its owner reads it, because it may hold hashes."""
    cannot = f"Nothing was imported, because {path} cannot be written"
    with ending(cannot, OSError):
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with ending(cannot, OSError), os.fdopen(number, "w", encoding="utf-8-sig", newline="") as file:
            _write(file, source, staged)
            file.flush()
            os.fsync(number)
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def check(path: Path) -> None:
    """Refuse a file that exists, before anyone waits for the import."""
    if os.path.lexists(path):
        raise click.ClickException(f"{path} exists. Name another file for the rejected rows. Nothing was imported.")


def _write(file: TextIO, source: Path, staged: Staged) -> None:
    writer, rows = csv.writer(file), csv_reader.raw(source)
    _, header = next(rows)
    ours = {place for place, name in enumerate(header) if csv_reader.is_added(name)}
    writer.writerow([*csv_reader.ADDED, *_without(header, ours)])
    for line, problems in groupby(staged.wrong(), itemgetter(0)):
        fields = next((fields for at, fields in rows if at == line), None)
        if fields is None:
            raise Refused("it changed while it was read")
        writer.writerow([line, _harmless(" ".join(why for _, why in problems)), *_without(fields, ours)])


def _without(fields: Sequence[str], places: set[int]) -> list[str]:
    return [field for place, field in enumerate(fields) if place not in places]


def _harmless(why: str) -> str:
    """Words that no spreadsheet takes for a formula. They may begin with a username or an address."""
    return why if why[:1].isalnum() else f"'{why}"
