"""`python -m cers_app.serving.launch`: the server over pages that are built. `serve` becomes this process.

One process watches and one serves; when that one dies, another is started.
"""

import resource
from contextlib import closing

from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.server import Server

from cers_app.logs import processes
from cers_app.settings import Settings, settings
from cers_app.storage import database
from cers_app.storage.database import Database

HEADERS_MS = 10_000
"""A connection that has not sent the head of a request by then is closed."""
HEAD_BYTES = 16_384
"""The longest head of a request; a longer one is answered with 431."""
SPARE = 1_024
"""Connections besides the sockets: pages and their files."""
STOP_SECONDS = 20
"""How long what is being answered may go on after an interrupt: longer than one mail takes."""
RESPAWN_SECONDS = 1.0


def serve(config: Settings) -> None:
    """Serve until interrupted."""
    Server(
        target="cers_app.cers_app:app",
        factory=True,
        address=config.bind,
        port=config.port,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        # State is kept in this one process; `docs/operations.md` says how much one does.
        workers=1,
        backpressure=config.limit_sockets + SPARE,
        # HTTP/2 without TLS has none of the time-outs below; no browser and no proxy needs it here.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_MS, max_buffer_size=HEAD_BYTES),
        respawn_failed_workers=True,
        respawn_interval=RESPAWN_SECONDS,
        workers_kill_timeout=STOP_SECONDS,
    ).serve()


def allow_files(wanted: int) -> None:
    """Let this process open so many files and connections, as far as the system lets it."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    if now != resource.RLIM_INFINITY and now < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))


def main() -> None:
    """Take over the log and serve."""
    config = settings()
    processes.begin()
    with closing(Database(config.sqlalchemy_url)) as opened:
        database.tell_if_later(opened)
    allow_files(config.limit_sockets + 2 * SPARE)
    serve(config)


if __name__ == "__main__":
    main()
