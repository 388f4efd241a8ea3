"""`python -m cers_app.serving.worker FD` serves on a socket that listens already. `launch.py` starts this process."""

import signal
import socket
import sys
from contextlib import suppress

from uvicorn import Config, Server

from cers_app.logs import processes
from cers_app.serving.connections import HEAD_SECONDS, Connection
from cers_app.serving.process import SIGNALS, SPARE
from cers_app.serving.sockets import Socket
from cers_app.settings import Settings, settings
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


def main() -> None:
    """Take over the log, then serve until interrupted."""
    processes.claim()
    server = Server(config_of(settings()))
    with socket.socket(fileno=int(sys.argv[1])) as listener, suppress(KeyboardInterrupt):
        # `launch.py` blocks its signals, and this process inherits that.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        server.run([listener])


if __name__ == "__main__":
    main()
