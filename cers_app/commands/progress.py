"""A progress bar for a person at a terminal. Nothing appears where standard error is a file or a pipe."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click


@contextmanager
def bar(label: str, length: int) -> Iterator[Any]:
    """A bar on standard error. Its `update` takes how much was done since the last call."""
    with click.progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as shown:
        yield shown
