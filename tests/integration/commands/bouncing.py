"""Piping delivery reports to the command, as a mail server does."""

from collections.abc import Callable

from click.testing import CliRunner, Result

from cers_app.__main__ import commands
from tests.support.inbox import Received

Sent = Callable[..., str]
"""Somebody asks for a link with a name, and the mail goes out. Gives its id."""


def piped(mail: bytes) -> Result:
    """What the command makes of a mail."""
    return CliRunner().invoke(commands, ["mail", "bounced"], input=mail)


def ignored(mail: bytes) -> str:
    """Why the command changed nothing. The mail server is content with that."""
    result = piped(mail)
    assert (result.exit_code, result.stderr, result.stdout.count("\n")) == (0, "", 1), result.output
    return result.stdout.removeprefix("Nothing was changed: ").removesuffix(".\n")


def id_of(mail: Received) -> str:
    """The id in the Message-ID, as the recipient's server sees it."""
    return str(mail.mail["Message-ID"]).strip("<>").partition("@")[0]
