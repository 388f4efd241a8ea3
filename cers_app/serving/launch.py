"""`python -m cers_app.serving.launch` serves pages that are already built. `serve` becomes this process.

This process watches another process that serves. If the serving process dies, this process starts a new one.
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
"""The server closes a connection that has not sent the head of a request in this time."""
HEAD_BYTES = 16_384
"""The longest head of a request. The server answers 431 to a longer one."""
SPARE = 1_024
"""Connections for pages and their files, on top of the sockets."""
STOP_SECONDS = 20
"""How long running requests may take to finish after an interrupt. One mail takes less."""
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
        # This one process holds the state. `docs/operations.md` says how much load one process takes.
        workers=1,
        backpressure=config.limit_sockets + SPARE,
        # HTTP/2 without TLS has none of the timeouts below, and no browser or proxy needs HTTP/2 here.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_MS, max_buffer_size=HEAD_BYTES),
        respawn_failed_workers=True,
        respawn_interval=RESPAWN_SECONDS,
        workers_kill_timeout=STOP_SECONDS,
        # Without a handler of its own, the server logs through the portal's.
        log_dictconfig={"loggers": {"_granian": {}}},
    ).serve()


def allow_files(wanted: int) -> None:
    """Raise this process's limit of open files and connections to `wanted`, or as far as the system allows."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    if now != resource.RLIM_INFINITY and now < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))


def main() -> None:
    """Take over the log, then serve."""
    config = settings()
    processes.begin()
    with closing(Database(config.sqlalchemy_url)) as opened:
        database.tell_if_later(opened)
    allow_files(config.limit_sockets + 2 * SPARE)
    serve(config)


if __name__ == "__main__":
    main()
