"""Reads the password of a new account, from the keyboard or from a pipe."""

import codecs
import getpass
import sys
import unicodedata

import click

from cers_app.values.forms import LONGEST_PASSWORD

LONGEST_LINE = 8 * LONGEST_PASSWORD
"""Bytes. No encoding needs more for the longest password."""


def read() -> str:
    """The password without its line end, as somebody would type it on the sign-in page.

    Raises `click.ClickException` for a text that nobody could type there.
    """
    password = getpass.getpass() if sys.stdin and sys.stdin.isatty() else _piped()
    if any(unicodedata.category(character) == "Cc" and character != "\t" for character in password):
        raise click.ClickException("The password has a control character, which nobody can type on the sign-in page.")
    return password


def _piped() -> str:
    if not sys.stdin:
        raise click.ClickException("The password comes from standard input, but standard input is closed.")
    line = sys.stdin.buffer.readline(LONGEST_LINE)
    if len(line) == LONGEST_LINE:
        raise click.ClickException(f"The password is longer than {LONGEST_PASSWORD:,} characters.")
    # Windows marks UTF-8 at the beginning, whatever the terminal's own encoding is.
    encoding = "utf-8" if line.startswith(codecs.BOM_UTF8) else sys.stdin.encoding
    try:
        text = line.removeprefix(codecs.BOM_UTF8).decode(encoding)
    except UnicodeDecodeError:
        raise click.ClickException(f"The password on standard input is not in {encoding}.") from None
    return text.removesuffix("\n").removesuffix("\r")
