"""Free ports for servers that tests start."""

import random
import socket

# Below the range from which kernels take the ports of outgoing connections: nobody else takes one in between.
FIRST, LAST = 20_000, 32_000

_claims: list[socket.socket] = []
"""Each port that this process drew has a socket of its name here, until the process ends."""


def free_port(neighbors: int = 0) -> int:
    """A port on loopback that nothing listens on, followed by so many more; no test process on the machine has it."""
    while True:
        port = random.randrange(FIRST, LAST - neighbors)  # noqa: S311 - no secret
        if all(_claim(each) and is_free(each) for each in range(port, port + neighbors + 1)):
            return port


def _claim(port: int) -> bool:
    """Keep other test processes from drawing a port. An abstract name (a Linux socket) has one owner at a time."""
    name = socket.socket(socket.AF_UNIX)
    try:
        name.bind(f"\0port of a test: {port}")
    except OSError:
        name.close()
        return False
    _claims.append(name)
    return True


def is_free(port: int) -> bool:
    """Nothing listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
