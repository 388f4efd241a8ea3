"""The command line: `python -m cers_app …`."""

import importlib
import os
import sys
from collections.abc import Iterator

import click
from pydantic import ValidationError

from cers_app import __version__
from cers_app.commands.wrong_settings import problems
from cers_app.provided import provide

WHERE = {
    "accounts": "accounts",
    "build": "serve",
    "db": "db",
    "doctor": "doctor",
    "mail": "mail",
    "serve": "serve",
    "support": "support",
}
"""Each command and its module, which is imported when it is called: a start of the portal needs few of them."""


class Commands(click.Group):
    """The commands, each imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as in click
        """Their names."""
        return sorted(WHERE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as in click
        """One of them."""
        if cmd_name not in WHERE:
            return None
        command: click.Command = getattr(importlib.import_module(f"cers_app.commands.{WHERE[cmd_name]}"), cmd_name)
        return command


@click.group(cls=Commands)
@click.version_option(__version__, message="CERS Business Portal %(version)s")
def commands() -> None:
    """CERS Business Portal: sign in, get a username back, reset a password."""


def main() -> None:
    """Run a command. It names a wrong setting in one line, without a trace.

    Nothing that the command or any process it becomes or starts creates can be read by other users of the machine.
    """
    os.umask(0o077)
    provide(_everything)
    try:
        commands(prog_name="python -m cers_app")
    except ValidationError as wrong:
        for problem in problems(wrong):
            click.echo(problem, err=True)
        sys.exit(2)


def _everything() -> Iterator[object]:
    from cers_app.composition import build
    from cers_app.settings import settings

    return build(settings())


if __name__ == "__main__":
    main()
