"""The command line: `python -m cers_app …`."""

import sys

import click
from pydantic import ValidationError

from cers_app.commands.accounts import accounts
from cers_app.commands.doctor import doctor
from cers_app.commands.mail import mail
from cers_app.commands.migrations import db
from cers_app.commands.serve import serve
from cers_app.commands.support import support
from cers_app.commands.wrong_settings import problems


@click.group()
def commands() -> None:
    """CERS Business Portal: sign in, get a username back, reset a password."""


for command in (accounts, db, doctor, mail, serve, support):
    commands.add_command(command)


def main() -> None:
    """Run a command; a wrong setting is told in one line, without a trace."""
    try:
        commands(prog_name="python -m cers_app")
    except ValidationError as wrong:
        for problem in problems(wrong):
            click.echo(problem, err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
