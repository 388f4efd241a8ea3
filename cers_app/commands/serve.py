"""`serve` starts the portal, with hot reload if you ask for it. `build` only builds the pages."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from cers_app import __version__
from cers_app.commands import migrations
from cers_app.commands.migrations import upgrade_to_head
from cers_app.serving import built_pages, instance_lock, ports, process
from cers_app.serving.ports import port_problem
from cers_app.settings import LOCAL, ROOT, Mode, Settings, settings
from cers_app.storage import database
from cers_app.values.loopback import LOOPBACK

USUAL_PORT = 3000


@click.command()
@click.option("--demo", is_flag=True, help="migrate first, and create the demo accounts")
@click.option("--reload", "reloading", is_flag=True, help="restart after every change of the code")
def serve(*, demo: bool, reloading: bool) -> None:
    """Serve pages, events and routes on one port, and send mail. If the pages have changed, build them first."""
    config = settings()
    for address, port in _ports(config, reloading=reloading):
        if problem := port_problem(address, port) or _claim(address, port):
            raise click.ClickException(problem)
    if demo:
        _refuse_production()
        database.make_folder(config.sqlalchemy_url)
    elif problem := migrations.advice(config.sqlalchemy_url):
        raise click.ClickException(problem)
    _claim_database()
    demo_lines = _prepare_demo() if demo else []
    _announce(demo_lines)
    if reloading:
        _become_reflex()
    _become_server()


def _ports(config: Settings, *, reloading: bool) -> Iterator[tuple[str, int]]:
    yield config.bind, config.port
    if reloading:
        yield config.bind, config.port + 1
    if config.metrics_port:
        yield LOOPBACK, config.metrics_port


@click.command()
def build() -> None:
    """Build the pages for these settings. `serve` does the same if the pages have changed."""
    click.echo(f"The pages are in {_built_pages()}.")


def _claim(address: str, port: int) -> str:
    """Keep other portals off a port while this portal runs. If another portal was quicker, returns a sentence."""
    try:
        _CLAIMS.append(ports.claim(address, port))
    except OSError:
        return f"Another portal is starting on port {port}. Stop it, or choose another port: CERS_PORT=…"
    return ""


_CLAIMS: list[socket.socket | None] = []
"""The claims stay open until the process ends, even after it becomes another program."""


def _claim_database() -> None:
    try:
        instance_lock.claim(settings())
    except instance_lock.InUse as used:
        advice = "Stop that portal first, or give this one its own database: CERS_DATABASE_URL=sqlite:////…"
        raise click.ClickException(f"{used} {advice}") from None
    except OSError as error:
        msg = f"{error.filename} cannot be opened ({error.strerror}). It must be a regular file that you can write to."
        raise click.ClickException(msg) from None


def _refuse_production() -> None:
    if settings().mode is Mode.PRODUCTION:
        msg = "Production has no demo accounts. Set CERS_MODE=development, or leave out --demo."
        raise click.ClickException(msg)


def _prepare_demo() -> list[str]:
    upgrade_to_head(settings().sqlalchemy_url)
    # Importing the tables and hashing takes half a second, which a start without demo accounts saves.
    from cers_app.commands import demo

    demo.create_demo_accounts()
    return demo.lines()


def _announce(demo_lines: list[str]) -> None:
    base = settings().base_url
    click.echo(f"CERS Business Portal {__version__} ({settings().mode})")
    click.echo(f"  Sign in   {base}/sign-in/")
    if settings().smtp_host:
        click.echo(f"  Mail      goes to {settings().smtp_host}:{settings().smtp_port}")
    elif settings().mode is not Mode.PRODUCTION:
        click.echo(f"  Mailbox   {base}/dev/mailbox/")
    for line in demo_lines:
        click.echo(line)
    click.echo("The portal will be ready in a few seconds. Press Ctrl-C to stop it.")
    sys.stdout.flush()


def _built_pages() -> Path:
    config = settings()
    built = built_pages.folder(config)
    if not built_pages.is_built(built):
        click.echo("Building the pages (only this time, about half a minute on a new machine) …")
        sys.stdout.flush()
        try:
            built = built_pages.build(config, process.environment())
        except built_pages.NotBuilt as failed:
            raise click.ClickException(f"The pages could not be built:\n{failed}") from None
    return built


def _become_server() -> None:
    """Replace this process with the server, so an interrupt reaches the server directly and leaves nothing running."""
    built = _built_pages()
    built_pages.hold(built)
    environment = process.environment() | process.SERVES_BUILT_PAGES | {"REFLEX_WEB_WORKDIR": str(built)}
    _become(["-m", "cers_app.serving.launch"], environment)


def _become_reflex() -> None:
    """Replace this process with Reflex, which watches the sources."""
    config = settings()
    ports = ["--frontend-port", str(config.port), "--backend-port", str(config.port + 1)]
    # With hot reload the pages contain their port, so two portals must not build into the same folder.
    web = ROOT / ".web" if config.port == USUAL_PORT else LOCAL / f"web-{config.port}"
    environment = process.environment() | {"REFLEX_WEB_WORKDIR": str(web)}
    _become(["-m", "reflex", "run", "--env", "dev", *ports, "--backend-host", config.bind], environment)


def _become(arguments: list[str], environment: dict[str, str]) -> None:
    os.chdir(ROOT)
    # There is no shell, and every argument is a checked setting.
    os.execve(sys.executable, [sys.executable, *arguments], environment)  # noqa: S606
