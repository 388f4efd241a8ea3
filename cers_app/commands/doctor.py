"""`doctor` checks everything that the portal needs, and says what to do about each problem."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from pydantic import ValidationError

from cers_app import __version__
from cers_app.commands import bindings, chromium, mail_server, outside, private_files, unexpected, wrong_settings
from cers_app.commands.outside import asking
from cers_app.commands.outside.reaching import Site
from cers_app.commands.outside.sender import Domains
from cers_app.serving import built_pages, claims, database_check, process
from cers_app.settings import Mode, Settings, UnreadableFileError, settings
from cers_app.values.mailboxes import domain_of

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)
QUICK_COOKIES = {(3, 11): 10, (3, 12): 6}
"""The first release of each Python version with a fast cookie parser. Later versions always had a fast one."""


@click.command()
@click.option(
    "--outside",
    "url",
    metavar="URL",
    callback=asking.public_url,
    help="Check a portal through its proxy instead, as visitors reach it. Needs none of its settings.",
)
@click.option(
    "--mail-from",
    "sender",
    metavar="ADDRESS",
    callback=asking.mail_domain,
    help="With --outside: the sender of mail, to check SPF and DMARC.",
)
@click.option(
    "--mail-bounce",
    "bounce",
    metavar="ADDRESS",
    callback=asking.mail_domain,
    help="With --mail-from: CERS_MAIL_BOUNCE, if it is set, because mail servers check SPF for its domain.",
)
def doctor(url: str | None, sender: str | None, bounce: str | None) -> None:
    """Check everything that the portal needs.

    Exits with 1 if something is wrong, and says what to do. A warning does not change the exit code.
    """
    if sender and not url:
        raise click.UsageError("--mail-from works only with --outside.")
    if bounce and not sender:
        raise click.UsageError("--mail-bounce works only with --mail-from.")
    click.echo(f"CERS Business Portal {__version__}")
    typed = Domains(sender, bounce or sender) if sender else None
    sys.exit(1 if (_is_ill_outside(url, typed or asking.domains_in_settings(url)) if url else _is_ill()) else 0)


def _is_ill() -> bool:
    config, problems = _settings()
    is_ill = _tell("The settings", problems)
    _tell("Python's own cookie parser", list(slow_cookies(sys.version_info[:3])), mark="warn ")
    is_ill |= _tell_hashing(bindings.rate(**process.allocator_here(os.environ)))
    spf = f"The domain for which mail servers check SPF: {domain_of(config.envelope_sender)}"
    _tell(spf, list(mail_server.other_domain(config)), mark="warn ")
    for name, check in CHECKS.items():
        if config.mode is not Mode.PRODUCTION or check is not _check_chromium:
            is_ill |= _tell(name, _advice(check, config))
    if config.is_https:
        click.echo(
            f"These checks do not see the proxy. Elsewhere, run: python -m cers_app doctor --outside {config.base_url}"
        )
    return is_ill


def _is_ill_outside(url: str, domains: Domains | None) -> bool:
    is_ill = False
    for name, found in outside.results(Site(url), domains):
        is_wrong = any(advice.is_wrong for advice in found)
        is_ill |= is_wrong
        _tell(name, [advice.words for advice in found], mark="wrong" if is_wrong else "warn ")
    if not domains:
        click.echo("To check SPF and DMARC as well, add --mail-from ADDRESS.")
    click.echo("Nothing outside shows whether the portal sees each visitor's address. Its log warns if it does not.")
    return is_ill


def _settings() -> tuple[Settings, list[str]]:
    try:
        return settings(), []
    except UnreadableFileError as unreadable:
        return wrong_settings.without_file(), str(unreadable).splitlines()
    except ValidationError as refused:
        return wrong_settings.examined(refused)


def _tell(name: str, advice: list[str], mark: str = "wrong") -> bool:
    """Print the result of a check. Returns whether there is advice."""
    click.echo(f"{mark if advice else 'ok   '}  {name}")
    for line in advice:
        click.echo(f"       {line}")
    return bool(advice)


def _advice(check: Callable[[Settings], None], config: Settings) -> list[str]:
    try:
        check(config)
    except click.ClickException as wrong:
        return wrong.message.splitlines()
    except Exception as broken:  # noqa: BLE001 - whatever is wrong, the other checks still help
        return [f"This check stopped because of an unexpected error. {unexpected.noted(broken)}"]
    return []


def slow_cookies(python: tuple[int, int, int]) -> Iterator[str]:
    """Advice about a Python whose cookie parser takes quadratic time (CVE-2024-7592).

    The portal parses cookies with its own code, so it starts anyway.
    """
    major, minor, micro = python
    quick = QUICK_COOKIES.get((major, minor), 0)
    if micro < quick:
        yield f"Python {major}.{minor}.{micro} reads some cookies very slowly. The portal does not use that part."
        yield f"Update to Python {major}.{minor}.{quick} or newer when you can, unless your system has the fix."


def _tell_hashing(rate: float | None) -> bool:
    if rate is None:
        advice = ["argon2 does not run on this processor, or its hashes are wrong. Run: make install"]
        return _tell("Password hashing", advice)
    kind = "built for this processor" if bindings.is_built() else "the wheel"
    advice = [] if bindings.is_built() else list(slow_hashes(bindings.lacking(), has_failed=bindings.was_tried()))
    _tell(f"Password hashing: argon2 ({kind}), {rate} hashes per second on each core", advice, mark="warn ")
    return False


def slow_hashes(lacking: str, *, has_failed: bool) -> Iterator[str]:
    """Advice about the wheel of argon2, which is made for every processor. The portal works with the wheel."""
    yield "If argon2 is built for this processor, a hash takes about two thirds of the time."
    if lacking:
        yield f"Install {lacking}, then run: make install"
    elif has_failed:
        yield f"The build failed, and {bindings.LOG} says how. To try again: rm {bindings.STAMP}; make install"
    else:
        yield "Run: make install"


def _check_python(_config: Settings) -> None:
    if not OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON:
        raise click.ClickException("Install Python 3.11, 3.12 or 3.13, then run: make clean run PYTHON=python3.11")


def _check_node(config: Settings) -> None:
    has_node = (Path(sys.prefix) / "bin" / "node").exists()
    if not has_node and not built_pages.is_built(built_pages.folder(config)):
        raise click.ClickException("Run: make run. In production, bring built pages: docs/production.md")


def _check_files(config: Settings) -> None:
    found = [
        *private_files.problems(private_files.secret_files(config), os.geteuid()),
        *private_files.open_to_everybody(config.secret_files),
    ]
    if found:
        raise click.ClickException("\n".join(found))


def _check_chromium(_config: Settings) -> None:
    if not chromium.is_there():
        raise click.ClickException("Run: make test (installs Chromium or names the command that does)")


CHECKS: dict[str, Callable[[Settings], None]] = {
    "Python 3.11, 3.12 or 3.13": _check_python,
    "Node.js in the virtual environment, or built pages": _check_node,
    "The database and its migrations": lambda config: database_check.check(config.sqlalchemy_url),
    "The permissions of the files with secrets": _check_files,
    "The port that the portal listens on": lambda config: claims.check_port(config.bind, config.port),
    "The mail server, or the development mailbox": mail_server.check,
    "Chromium for the browser tests": _check_chromium,
}
"""The name of each check. If something is wrong, the check raises `click.ClickException` with the advice."""
