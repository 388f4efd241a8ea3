"""The server (uvicorn) with the portal's settings. `worker.py` calls it."""

import gc
import signal
import socket
import sys
from contextlib import closing, suppress

import click
from uvicorn import Config, Server

from cers_app.logs import processes
from cers_app.serving import database_check
from cers_app.serving.connections import HEAD_SECONDS, Connection
from cers_app.serving.launch import REFUSED
from cers_app.serving.process import SIGNALS, SPARE
from cers_app.serving.sockets import Socket
from cers_app.settings import Settings, settings
from cers_app.storage import database
from cers_app.storage.database import Database
from cers_app.values.forms import LONGEST_MESSAGE

FINISH_SECONDS = 8
"""How long running requests may take to finish after an interrupt. A poll waits for 5 s."""


def config_of(config: Settings) -> Config:
    """The settings of the server."""
    return Config(
        "cers_app.cers_app:app",
        factory=True,
        loop="uvloop",
        http=Connection,
        ws=Socket,
        ws_max_size=LONGEST_MESSAGE,
        # Inflated messages would have no bound. The framework's own pings find a page that is gone.
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        lifespan="on",
        interface="asgi3",
        limit_concurrency=config.limit_sockets + SPARE,
        timeout_keep_alive=HEAD_SECONDS,
        timeout_graceful_shutdown=FINISH_SECONDS,
        # `ClientAddress` finds the visitor's address.
        proxy_headers=False,
        server_header=False,
        # The portal has set up the log. Below an error, the server would log a line for each socket.
        log_config=None,
        log_level="error",
        access_log=False,
    )


def _check_database(url: str) -> None:
    try:
        database_check.check(url)
    except click.ClickException as refused:
        refused.show()
        sys.exit(REFUSED)
    with closing(Database(url)) as opened:
        database.tell_if_later(opened)


def serve(listener: int) -> None:
    """Take over the log, then serve on a socket until interrupted. `listener` is its file descriptor."""
    processes.claim()
    _check_database(settings().sqlalchemy_url)
    config = config_of(settings())
    config.load()
    # What the start has made stays, so no later look at the dropped objects need visit it.
    gc.freeze()
    gc.enable()
    with socket.socket(fileno=listener) as listening, suppress(KeyboardInterrupt):
        # `launch.py` blocks its signals, and this process inherits that.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        Server(config).run([listening])
