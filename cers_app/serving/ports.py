"""Whether the portal could listen on a port, and a claim that nobody else of its kind does."""

import errno
import socket
import sys


def port_problem(bind: str, port: int) -> str:
    """Why the portal could not listen on a port, and what to do; empty when it could."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError as broken:
            if broken.errno == errno.EADDRINUSE:
                return f"Port {port} is taken. End what listens there, or choose another: CERS_PORT={_other(port)} …"
            return f"Nothing can listen on {bind}, port {port} ({broken.strerror}). Correct CERS_BIND or CERS_PORT."
    return ""


def claim(bind: str, port: int) -> socket.socket | None:
    """Claim a port for this process and those it becomes or starts. Raises `OSError` when another portal has it.

    On Linux the server shares its port with whoever else asks for that, so a look at the port is not enough when two
    start at once. Elsewhere the second to listen fails by itself, and there is nothing to claim.
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
