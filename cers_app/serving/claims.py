"""Claims the ports and the database of one portal.

A claim holds for this process and every process it becomes or starts. It ends when the last of them exits or crashes.
"""

import errno
import fcntl
import os
import socket
import sys

import click

from cers_app.settings import Settings

LONGEST_WORDS = 80
NEAR = 10
HIGHEST_PORT = 65_535


def check_port(bind: str, port: int) -> None:
    """Raises `click.ClickException` if the portal cannot listen on a port."""
    bound(bind, port).close()


def bound(bind: str, port: int) -> socket.socket:
    """A socket that has the port and does not listen yet. Raises `click.ClickException`."""
    found = socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((bind, port))
    except OSError as broken:
        found.close()
        if broken.errno == errno.EADDRINUSE:
            other = port + NEAR if port + NEAR <= HIGHEST_PORT else port - NEAR
            advice = f"Stop what uses it, or choose another: CERS_PORT={other} …"
            raise click.ClickException(f"Port {port} is taken. {advice}") from None
        where = f"{bind}, port {port} ({broken.strerror})"
        raise click.ClickException(f"Nothing can listen on {where}. Correct CERS_BIND or CERS_PORT.") from None
    return found


def claim_port(bind: str, port: int) -> None:
    """Claim a port. Raises `click.ClickException`.

    The server listens only when the pages are built. Until then, two portals that start at the same time would both
    find the port free. Only on Linux can a portal claim the port before, so on other systems the second portal fails
    when it listens.
    """
    check_port(bind, port)
    if sys.platform == "linux":
        name = socket.socket(socket.AF_UNIX)
        try:
            name.bind(f"\0cers-portal-{bind}-{port}")
        except OSError:
            advice = "Stop it, or choose another port: CERS_PORT=…"
            raise click.ClickException(f"Another portal is starting on port {port}. {advice}") from None
        name.set_inheritable(True)
        name.detach()


def claim_database(config: Settings) -> int:
    """Claim the database, because the serving process holds the sockets, the limits and the mail pace.

    Returns the file descriptor that holds the claim. Raises `click.ClickException`.
    """
    database = config.database_file
    path = f"{database.resolve()}.lock"
    try:
        # Never follow a link: if others can write to the folder, their link could lead to any file.
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        advice = "It must be a regular file that you can write to."
        raise click.ClickException(f"{path} cannot be opened ({error.strerror}). {advice}") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(lock, LONGEST_WORDS).decode("ascii", "replace").strip() or "just starting"
        os.close(lock)
        advice = "Stop that portal first, or give this one its own database: CERS_DATABASE_URL=sqlite:////…"
        raise click.ClickException(f"Another portal ({holder}) uses the database {database}. {advice}") from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"process {os.getpid()}, port {config.port}".encode("ascii"), 0)
    os.set_inheritable(lock, True)  # noqa: FBT003 - the function's name says what True means
    return lock
