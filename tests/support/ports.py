"""Free ports for servers that tests start."""

import os
import random
import socket

# Below the range from which kernels take the ports of outgoing connections: nobody else takes one in between.
FIRST, EACH, SHARES = 20_000, 1_500, 8
"""Test workers that run side by side each draw from a share of their own, so no two of them take the same port."""

_given: set[int] = set()


def free_port(neighbors: int = 0) -> int:
    """A port on loopback that nothing listens on, followed by so many more; none is given out twice in a run."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = FIRST + EACH * (worker % SHARES)
    while True:
        port = first + random.randrange(EACH - neighbors)  # noqa: S311 - no secret
        ports = range(port, port + neighbors + 1)
        if _given.isdisjoint(ports) and all(is_free(each) for each in ports):
            _given.update(ports)
            return port


def is_free(port: int) -> bool:
    """Nothing listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
