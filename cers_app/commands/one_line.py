"""Ends a command with one line when something outside the command is broken."""

from collections.abc import Iterator
from contextlib import contextmanager

import click


@contextmanager
def ending(words: str, *faults: type[Exception]) -> Iterator[None]:
    """End the command with `words` and the message of one of these faults."""
    try:
        yield
    except faults as broken:
        raise click.ClickException(f"{words}: {in_one_line(broken)}") from None


def in_one_line(broken: Exception) -> str:
    """The driver's message in one line, without the statement and the link that SQLAlchemy adds."""
    lines = str(getattr(broken, "orig", None) or broken).splitlines()
    return lines[0] if lines else type(broken).__name__
