"""Listens, and watches another process that serves pages that are already built (`worker.py`).

If the serving process dies, this process starts a new one. Meanwhile, visitors wait.
"""

import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import time

import click

from cers_app.serving import claims
from cers_app.serving.process import HEAD_BYTES, SIGNALS, SPARE
from cers_app.serving.watched import WATCHED_BY
from cers_app.settings import settings

WAITING = 2_048
"""The most connections that wait for the serving process."""
UNREAD_BYTES = 65_536
"""How much of what a visitor sent the system keeps for the serving process."""
STOP_SECONDS = 20
"""How long the serving process may take to end after an interrupt. One mail takes less."""
SHORT_SECONDS = 5.5
"""A new serving process that dies within this time is not replaced."""
REFUSED = os.EX_CONFIG
"""The exit code of a serving process that has said what the operator must do first."""
log = logging.getLogger("cers_app.serving.launch")


def watch(listener: socket.socket) -> int:
    """Take over the log, keep a serving process until interrupted, and return the exit code."""
    # Blocked signals wait until this process asks for them, so none is lost.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    worker, restarted = _start(listener), -SHORT_SECONDS
    # Not before: the serving process needs longer to start than the log here.
    from cers_app.logs import processes

    try:
        processes.begin()
    except BaseException:
        _end(worker)
        raise
    while True:
        if signal.sigwait(SIGNALS) != signal.SIGCHLD:
            return _end(worker)
        if worker.poll() is None:
            continue
        if worker.returncode == REFUSED:
            log.error("the serving process cannot use the database: the portal ends")
            return 1
        if time.monotonic() - restarted < SHORT_SECONDS:
            log.error("the serving process ended again (exit code %d): the portal ends", worker.returncode)
            return 1
        log.error("the serving process ended (exit code %d): a new one starts", worker.returncode)
        worker, restarted = _start(listener), time.monotonic()


def _start(listener: socket.socket) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "cers_app.serving.worker", str(listener.fileno())]
    # A handshake may have as long a head as any request.
    env = {**os.environ, "WEBSOCKETS_MAX_LINE_LENGTH": str(HEAD_BYTES), WATCHED_BY: str(os.getpid())}
    # The worker inherits the claims of this process (`claims.py`) as well.
    return subprocess.Popen(command, env=env, close_fds=False)  # noqa: S603 - no argument comes from outside


def _end(worker: subprocess.Popen[bytes]) -> int:
    worker.terminate()
    try:
        worker.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        log.exception("the serving process did not end within %d s", STOP_SECONDS)
        worker.kill()
        worker.wait()
    return 0


def allow_files(wanted: int) -> None:
    """Raise this process's limit of open files and connections to `wanted`, or as far as the system allows."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    if now != resource.RLIM_INFINITY and now < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))


def main() -> int:
    """Listen and serve. Returns the exit code."""
    config = settings()
    allow_files(config.limit_sockets + 2 * SPARE)
    try:
        listener = claims.bound(config.bind, config.port)
    except click.ClickException as taken:
        taken.show()
        return taken.exit_code
    with listener:
        # Each connection inherits this. The system would let the unread bytes of one grow to some megabytes.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, UNREAD_BYTES)
        listener.set_inheritable(True)
        listener.listen(WAITING)
        return watch(listener)
