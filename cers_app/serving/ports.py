"""Check that the portal can listen on a port, and keep other portals off that port."""

import errno
import socket
import sys


def port_problem(bind: str, port: int) -> str:
    """Why the portal cannot listen on a port, and what to do. Empty when the portal can."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError as broken:
            if broken.errno == errno.EADDRINUSE:
                return f"Port {port} is taken. Stop what uses it, or choose another: CERS_PORT={_other(port)} …"
            return f"Nothing can listen on {bind}, port {port} ({broken.strerror}). Correct CERS_BIND or CERS_PORT."
    return ""


def claim(bind: str, port: int) -> socket.socket | None:
    """Claim a port for this process and every process it becomes or starts. Raises `OSError` when the port is claimed.

    On Linux the server lets other programs share its port. So two portals that start at the same time would both find
    the port free. On other systems the second portal cannot listen at all, so there is nothing to claim.
    """
    if sys.platform != "linux":
        return None
    name = socket.socket(socket.AF_UNIX)
    name.bind(f"\0cers-portal-{bind}-{port}")
    name.set_inheritable(True)
    return name


def _other(port: int) -> int:
    step = 10
    return port + step if port + step <= 65535 else port - step  # noqa: PLR2004 - the highest port there is
