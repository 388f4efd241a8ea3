"""The command line: `python -m cers_app …`."""

import importlib
import io
import os
import sys
from collections.abc import Iterator
from traceback import walk_tb

import click
from pydantic import ValidationError

from cers_app import __version__
from cers_app.commands import unexpected
from cers_app.commands.wrong_settings import problems
from cers_app.provided import provide
from cers_app.settings import UnreadableFileError

WHERE = {
    "accounts": "accounts",
    "build": "serve",
    "db": "db",
    "doctor": "doctor",
    "mail": "mail",
    "serve": "serve",
    "support": "support",
    "trace": "trace",
}
"""Each command and its module. A module loads only when its command runs, so the portal starts faster."""


class Commands(click.Group):
    """Imports each command when it runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as in click
        """The names of the commands."""
        return sorted(WHERE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as in click
        """The command with this name, or `None`."""
        if cmd_name not in WHERE:
            return None
        command: click.Command = getattr(importlib.import_module(f"cers_app.commands.{WHERE[cmd_name]}"), cmd_name)
        return command


@click.group(cls=Commands)
@click.version_option(__version__, message="CERS Business Portal %(version)s")
def commands() -> None:
    """CERS Business Portal: sign in, recover a username, reset a password."""


def main() -> None:
    """Run a command. A wrong setting is reported in one line, without a traceback.

    Other users of the machine cannot read any file that the command creates. The same is true for every process that
    the command becomes or starts.
    """
    os.umask(0o077)
    provide(_everything)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a letter shows a question mark instead.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        commands(prog_name="python -m cers_app")
    except ValidationError as wrong:
        for problem in problems(wrong):
            click.echo(problem, err=True)
        sys.exit(2)
    except UnreadableFileError as wrong:
        click.echo(wrong, err=True)
        sys.exit(2)
    except Exception as broken:  # noqa: BLE001 - whatever was typed, piped or set, a command ends with words
        if isinstance(broken, OSError) and _is_of_the_output(broken):
            # Python would fail again on the words that still wait.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            advice = "The command may have made its change. Check before you run it again."
            click.echo(f"The output could not be written ({broken.strerror}). {advice}", err=True)
        else:
            click.echo(f"The command stopped because of an unexpected error. {unexpected.noted(broken)}", err=True)
        sys.exit(1)


def _is_of_the_output(broken: OSError) -> bool:
    return any(frame.f_code is click.echo.__code__ for frame, _ in walk_tb(broken.__traceback__))


def _everything() -> Iterator[object]:
    from cers_app.composition import build
    from cers_app.settings import settings

    return build(settings())


if __name__ == "__main__":
    main()
