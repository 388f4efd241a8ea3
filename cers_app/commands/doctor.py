"""`doctor`: looks at everything the portal needs, and says the one thing to do."""

import shutil
import smtplib
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from cers_app import database
from cers_app.mail.mailer import MailNotSent
from cers_app.services import mailer, services
from cers_app.settings import DEVELOPMENT_KEY, Mode, settings

WANTED_PYTHON = (3, 11)
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")


@click.command()
def doctor() -> None:
    """Look at everything the portal needs; ends with 1 when something is wrong."""
    found = False
    for check in CHECKS:
        name, advice = (check.__doc__ or "").rstrip("."), list(check())
        click.echo(f"{'wrong' if advice else 'ok   '}  {name}")
        for line in advice:
            click.echo(f"       {line}")
        found = found or bool(advice)
    sys.exit(1 if found else 0)


def check_python() -> Iterator[str]:
    """Python 3.11 or newer."""
    if sys.version_info < WANTED_PYTHON:
        yield "Install Python 3.11 and run: make clean run"


def check_node() -> Iterator[str]:
    """Node.js in the virtual environment."""
    if not (Path(sys.prefix) / "bin" / "node").exists():
        yield "Run: make run"


def check_key() -> Iterator[str]:
    """A secret key of its own."""
    if settings().mode is Mode.PRODUCTION and settings().secret_key.get_secret_value() == DEVELOPMENT_KEY:
        yield "Set CERS_SECRET_KEY to 32 random characters or more."


def check_database() -> Iterator[str]:
    """The database, at its newest migration."""
    try:
        current = database.is_current(services().database)
    except SQLAlchemyError as broken:
        yield f"It does not open ({type(broken).__name__}): check CERS_DATABASE_URL."
    else:
        if not current:
            yield "Run: python -m cers_app db upgrade"


def check_port() -> Iterator[str]:
    """The port, free."""
    if not is_free(settings().bind, settings().port):
        yield f"Port {settings().port} is taken: end what listens there, or set CERS_PORT."


def check_mail_server() -> Iterator[str]:
    """The mail server, or the development mailbox."""
    if not settings().smtp_host:
        return
    try:
        with mailer(settings()).connect():
            pass
    except (MailNotSent, smtplib.SMTPException) as broken:
        yield f"{settings().smtp_host}:{settings().smtp_port} does not accept mail ({broken}): check CERS_SMTP_…"


def check_chromium() -> Iterator[str]:
    """Chromium, for the browser tests."""
    if not any(shutil.which(name) for name in CHROMIUMS) and not (Path.home() / ".cache/ms-playwright").exists():
        yield "Run: make test (it installs Chromium, or names the command that does)"


CHECKS: tuple[Callable[[], Iterator[str]], ...] = (
    check_python,
    check_node,
    check_key,
    check_database,
    check_port,
    check_mail_server,
    check_chromium,
)


def is_free(bind: str, port: int) -> bool:
    """Whether nothing listens on a port."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError:
            return False
    return True
