"""`serve` starts the portal, with hot reload if you ask for it. `build` only builds the pages."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from cers_app import __version__
from cers_app.commands import bindings
from cers_app.serving import built_pages, claims, launch, process
from cers_app.settings import LOCAL, ROOT, Mode, Settings, settings
from cers_app.values import addresses
from cers_app.values.hosts import LOOPBACK

USUAL_PORT = 3000


@click.command()
@click.option("--demo", is_flag=True, help="migrate first, and create the demo accounts")
@click.option("--reload", "reloading", is_flag=True, help="restart after every change of the code")
def serve(*, demo: bool, reloading: bool) -> None:
    """Serve pages, events and routes on one port, and send mail.

    If the pages have changed, build them first. In production, `build` must have built them.
    """
    config = settings()
    if reloading and config.mode is Mode.PRODUCTION:
        raise click.ClickException(
            "Hot reload shows its errors to every visitor. It is only for CERS_MODE=development."
        )
    for address, port in _ports(config, reloading=reloading):
        claims.claim_port(address, port)
    bindings.check()
    if demo:
        if config.mode is Mode.PRODUCTION:
            raise click.ClickException(
                "Production has no demo accounts. Set CERS_MODE=development, or leave out --demo."
            )
        config.database_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    else:
        if reloading or not config.database_file.exists():
            _check_database(config)
        _refuse_to_build(config)
    claims.claim_database(config)
    _announce(_prepare_demo() if demo else [])
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
    """Build the pages for these settings. `serve` does the same if the pages have changed, but not in production."""
    click.echo(f"The pages are in {_built_pages()}.")


def _check_database(config: Settings) -> None:
    # The serving process does the same. Importing the tables takes half a second, which most starts save here.
    from cers_app.serving import database_check

    database_check.check(config.sqlalchemy_url)


def _refuse_to_build(config: Settings) -> None:
    """In production, no npm package runs beside the portal. Raises `click.ClickException`."""
    if config.mode is Mode.PRODUCTION and not built_pages.is_built(built_pages.folder(config)):
        raise click.ClickException(
            "The pages are not built for these sources and settings. Run: python -m cers_app build"
        )


def _prepare_demo() -> list[str]:
    from cers_app.commands import demo, migrations

    migrations.upgrade_to_head(settings().sqlalchemy_url)
    demo.create_demo_accounts()
    return demo.lines()


def _announce(demo_lines: list[str]) -> None:
    base = settings().base_url
    click.echo(f"CERS Business Portal {__version__} ({settings().mode})")
    click.echo(f"  Sign in   {base}{addresses.SIGN_IN}")
    if settings().smtp_host:
        click.echo(f"  Mail      goes to {settings().smtp_host}:{settings().smtp_port}")
    elif settings().mode is not Mode.PRODUCTION:
        click.echo(f"  Mailbox   {base}/dev/mailbox/")
    for line in demo_lines:
        click.echo(line)
    click.echo("The portal will be ready in a few seconds. Press Ctrl-C to stop it.")


def _built_pages() -> Path:
    config = settings()
    built = built_pages.folder(config)
    if not built_pages.is_built(built):
        click.echo("Building the pages (only this time, about half a minute on a new machine) …")
        built = built_pages.build(config, process.for_page_build(config))
    return built


def _become_server() -> None:
    """Listen, and watch the process that serves. Never returns."""
    built = _built_pages()
    built_pages.hold(built)
    os.environ |= process.environment() | process.SERVES_BUILT_PAGES | {"REFLEX_WEB_WORKDIR": str(built)}
    os.chdir(ROOT)
    sys.exit(launch.main())


def _become_reflex() -> None:
    """Replace this process with Reflex, which watches the sources."""
    config = settings()
    ports = ["--frontend-port", str(config.port), "--backend-port", str(config.port + 1)]
    # With hot reload the pages contain their port, so two portals must not build into the same folder.
    web = ROOT / ".web" if config.port == USUAL_PORT else LOCAL / f"web-{config.port}"
    folders = {"REFLEX_WEB_WORKDIR": str(web), "REFLEX_STATES_WORKDIR": str(LOCAL / f"states-{config.port}")}
    environment = process.environment() | process.RELOADS | folders
    arguments = ["run", "--env", "dev", *ports, "--backend-host", config.bind]
    _become(["-m", "cers_app.hot_reload", *arguments], environment)


def _become(arguments: list[str], environment: dict[str, str]) -> None:
    os.chdir(ROOT)
    # There is no shell, and every argument is a checked setting.
    os.execve(sys.executable, [sys.executable, *arguments], environment)  # noqa: S606
