"""Reads the password of a new account, from the keyboard or from a pipe."""

import codecs
import getpass
import sys
import unicodedata

import click

from cers_app.values.forms import LONGEST_PASSWORD
from cers_app.values.invisible import is_invisible

LOST_LETTER = "\ufffd"
LONGEST_LINE = 8 * LONGEST_PASSWORD
"""Bytes. No encoding needs more for the longest password."""


def read() -> str:
    """The password without its line end, as somebody would type it on the sign-in page.

    Raises `click.ClickException` for a text that nobody could type there.
    """
    try:
        password = getpass.getpass() if sys.stdin and sys.stdin.isatty() else _piped()
    except UnicodeDecodeError as broken:
        raise click.ClickException(f"The password is not in {broken.encoding}.") from None
    if any(map(_is_untyped, password)) or any(map(_is_unseen, password[:1] + password[-1:])):
        raise click.ClickException("The password has a character that nobody can type on the sign-in page.")
    return password


def _is_untyped(character: str) -> bool:
    """Whether a character is a control, the end of a line, or what stands for a lost letter."""
    return (unicodedata.category(character) in {"Cc", "Zl", "Zp"} and character != "\t") or character == LOST_LETTER


def _is_unseen(character: str) -> bool:
    """Whether a character shows nothing and is no blank. Inside a password, some languages and emoji need such ones."""
    return is_invisible(character) and unicodedata.category(character) not in {"Cc", "Zs"}


def _piped() -> str:
    if not sys.stdin:
        raise click.ClickException("The password comes from standard input, but standard input is closed.")
    line = sys.stdin.buffer.readline(LONGEST_LINE)
    if len(line) == LONGEST_LINE:
        raise click.ClickException(f"The password is longer than {LONGEST_PASSWORD:,} characters.")
    return _decoded(line).removesuffix("\n").removesuffix("\r")


def _decoded(line: bytes) -> str:
    """The text, which may be UTF-8 whatever the terminal's own encoding is. Windows marks UTF-8 at the beginning."""
    try:
        return line.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError:
        if line.startswith(codecs.BOM_UTF8):
            raise
        return line.decode(sys.stdin.encoding)
