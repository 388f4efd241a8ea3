"""`doctor` checks everything that the portal needs, and says what to do about each problem."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from pydantic import ValidationError

from cers_app import __version__
from cers_app.commands import chromium, mail_server, migrations, private_files, wrong_settings
from cers_app.serving.ports import port_problem
from cers_app.settings import Mode, Settings, settings

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)
QUICK_COOKIES = {(3, 11): 10, (3, 12): 6}
"""The first release of each Python version with a fast cookie parser. Later versions always had a fast one."""


@click.command()
def doctor() -> None:
    """Check everything that the portal needs.

    Exits with 1 if something is wrong, and says what to do. A warning does not change the exit code.
    """
    click.echo(f"CERS Business Portal {__version__}")
    config, problems = _settings()
    is_ill = _tell("The settings", problems)
    _tell("Python's own cookie parser", list(slow_cookies(sys.version_info[:3])), mark="warn ")
    for check in CHECKS:
        if config.mode is not Mode.PRODUCTION or check is not check_chromium:
            is_ill |= _tell((check.__doc__ or "").rstrip("."), list(check(config)))
    sys.exit(1 if is_ill else 0)


def _settings() -> tuple[Settings, list[str]]:
    try:
        return settings(), []
    except ValidationError as refused:
        return wrong_settings.examined(refused)


def _tell(name: str, advice: list[str], mark: str = "wrong") -> bool:
    """Print the result of a check. Returns whether there is advice."""
    click.echo(f"{mark if advice else 'ok   '}  {name}")
    for line in advice:
        click.echo(f"       {line}")
    return bool(advice)


def check_python(_config: Settings) -> Iterator[str]:
    """Python 3.11, 3.12 or 3.13."""
    if not OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON:
        yield "Install Python 3.11, 3.12 or 3.13, then run: make clean run PYTHON=python3.11"


def slow_cookies(python: tuple[int, int, int]) -> Iterator[str]:
    """Advice about a Python whose cookie parser takes quadratic time (CVE-2024-7592).

    The portal parses cookies with its own code, so it starts anyway.
    """
    major, minor, micro = python
    quick = QUICK_COOKIES.get((major, minor), 0)
    if micro < quick:
        yield f"Python {major}.{minor}.{micro} reads some cookies very slowly. The portal does not use that part."
        yield f"Update to Python {major}.{minor}.{quick} or newer when you can, unless your system has the fix."


def check_node(_config: Settings) -> Iterator[str]:
    """Node.js in the virtual environment."""
    if not (Path(sys.prefix) / "bin" / "node").exists():
        yield "Run: make run"


def check_database(config: Settings) -> Iterator[str]:
    """The database and its migrations."""
    advice = migrations.advice(config.sqlalchemy_url)
    if advice:
        yield advice


def check_files(config: Settings) -> Iterator[str]:
    """The permissions of the files with secrets."""
    yield from private_files.problems(private_files.secret_files(config), os.geteuid())


def check_port(config: Settings) -> Iterator[str]:
    """The port that the portal listens on."""
    problem = port_problem(config.bind, config.port)
    if problem:
        yield problem


def check_mail_server(config: Settings) -> Iterator[str]:
    """The mail server, or the development mailbox."""
    problem = mail_server.problem(config) if config.smtp_host else ""
    if problem:
        yield f"{config.smtp_host}:{config.smtp_port} does not accept mail. {problem}"


def check_chromium(_config: Settings) -> Iterator[str]:
    """Chromium for the browser tests."""
    if not chromium.is_there():
        yield "Run: make test (installs Chromium or names the command that does)"


CHECKS: tuple[Callable[[Settings], Iterator[str]], ...] = (
    check_python,
    check_node,
    check_database,
    check_files,
    check_port,
    check_mail_server,
    check_chromium,
)
