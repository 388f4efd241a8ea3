"""`serve`: start the portal, with hot reload if wanted."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from cers_app.commands import migrations
from cers_app.commands.demo import create_demo_accounts, lines
from cers_app.commands.doctor import port_problem
from cers_app.commands.migrations import upgrade_to_head
from cers_app.services import services
from cers_app.settings import LOCAL, ROOT, settings
from cers_app.settings_fields import Mode

USUAL_PORT = 3000
HUGE_PAGES = Path("/sys/kernel/mm/transparent_hugepage/enabled")
FIRST_WITH_HUGE_PAGES = (2, 35)
"""The first glibc whose allocator asks for huge pages."""


@click.command()
@click.option("--demo", is_flag=True, help="migrate first, and create the demo accounts")
@click.option("--reload", "reloading", is_flag=True, help="restart at every change of the code")
def serve(*, demo: bool, reloading: bool) -> None:
    """Build the pages and serve them with their events, routes and mail worker on one port."""
    config = settings()
    ports = (config.port, config.port + 1) if reloading else (config.port,)
    for port in ports:
        problem = port_problem(config.bind, port)
        if problem:
            raise click.ClickException(problem)
    if demo:
        _prepare_demo()
    elif problem := migrations.advice(config.sqlalchemy_url):
        raise click.ClickException(problem)
    services().database.close()
    _announce(demo=demo)
    _become_reflex(reloading=reloading)


def _prepare_demo() -> None:
    if settings().mode is Mode.PRODUCTION:
        msg = "Production has no demo accounts. Set CERS_MODE=development, or leave out --demo."
        raise click.ClickException(msg)
    upgrade_to_head(settings().sqlalchemy_url)
    create_demo_accounts()


def _announce(*, demo: bool) -> None:
    base = settings().base_url
    click.echo(f"CERS Business Portal ({settings().mode})")
    click.echo(f"  Sign in   {base}/sign-in/")
    if settings().smtp_host:
        click.echo(f"  Mail      goes to {settings().smtp_host}:{settings().smtp_port}")
    elif settings().mode is not Mode.PRODUCTION:
        click.echo(f"  Mailbox   {base}/dev/mailbox/")
    for line in lines() if demo else []:
        click.echo(line)
    click.echo("Building the pages; the portal answers in a few seconds. Ctrl-C ends it.")
    sys.stdout.flush()


def _become_reflex(*, reloading: bool) -> None:
    """Replace this process by Reflex's, so that an interrupt reaches it directly and leaves nothing running."""
    config = settings()
    # The pages know their port: two portals must not build into one folder.
    is_usual = config.mode is Mode.DEVELOPMENT and config.port == USUAL_PORT
    web = ROOT / ".web" if is_usual else LOCAL / f"web-{config.mode}-{config.port}"
    environment = {
        "REFLEX_WEB_WORKDIR": str(web),
        "REFLEX_TELEMETRY_ENABLED": "false",
        # The socket's messages are forms: a long password fits, a flood does not (WebSocket cheat sheet: 64 KB).
        "REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE": "65536",
        **allocator_here(os.environ),
        **os.environ,
        # Node.js lies beside Python.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
    }
    mode = ["--env", "dev"] if reloading else ["--env", "prod"]
    backend_port = config.port + 1 if reloading else config.port
    os.chdir(ROOT)
    os.execve(  # noqa: S606 - no shell; every argument is a setting that was checked
        sys.executable,
        [
            sys.executable,
            "-m",
            "reflex",
            "run",
            *mode,
            "--frontend-port",
            str(config.port),
            "--backend-port",
            str(backend_port),
            "--backend-host",
            config.bind,
        ],
        environment,
    )


def allocator(environment: Mapping[str, str], huge_pages: str, libc: str) -> dict[str, str]:
    """Settings under which hashing's 64 MiB blocks come in huge pages; none where it cannot be.

    `huge_pages` are the kernel's words (`always [madvise] never`, or none), `libc` is named like `glibc 2.36`.
    """
    name, _, version = libc.partition(" ")
    numbers = tuple(int(part) for part in version.split(".") if part.isdecimal())
    can = name == "glibc" and numbers >= FIRST_WITH_HUGE_PAGES
    may = "[always]" in huge_pages or "[madvise]" in huge_pages
    # One variable holds all tunables: what the operator set there is not ours to complete.
    if not can or not may or "GLIBC_TUNABLES" in environment:
        return {}
    return {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


def allocator_here(environment: Mapping[str, str]) -> dict[str, str]:
    """The same for this machine."""
    return allocator(environment, _words_of(HUGE_PAGES), _libc())


def _words_of(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except OSError:
        return ""


def _libc() -> str:
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (OSError, ValueError):
        return ""
