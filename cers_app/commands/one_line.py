"""Ends a command with one line when something outside the command is broken."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from cers_app.values.one_line import in_one_line


@contextmanager
def ending(words: str, *faults: type[Exception]) -> Iterator[None]:
    """End the command with `words` and the message of one of these faults."""
    try:
        yield
    except faults as broken:
        raise click.ClickException(f"{words}: {in_one_line(broken)}") from None
