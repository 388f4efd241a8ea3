"""The command line: `python -m cers_app …`."""

import sys

import click
from pydantic import ValidationError

from cers_app.commands.accounts import accounts
from cers_app.commands.doctor import doctor
from cers_app.commands.mail import mail
from cers_app.commands.migrations import db
from cers_app.commands.serve import serve


@click.group()
def commands() -> None:
    """CERS Business Portal: sign in, reset a password."""


for command in (accounts, db, doctor, mail, serve):
    commands.add_command(command)


def main() -> None:
    """Run a command; a wrong setting is told in one line, without a trace."""
    try:
        commands(prog_name="python -m cers_app")
    except ValidationError as wrong:
        for problem in wrong.errors():
            typed = "_".join(map(str, problem["loc"])).upper()
            name = f"CERS_{typed.removeprefix('CERS_')}" if typed else "settings"
            click.echo(f"{name}: {problem['msg'].removeprefix('Value error, ')}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
