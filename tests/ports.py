"""Free ports for servers that tests start."""

import random
import socket

# Below the range from which kernels take the ports of outgoing connections: nobody else takes one in between.
FIRST, LAST = 20_000, 32_000

_given: set[int] = set()


def free_port(neighbours: int = 0) -> int:
    """A port on loopback that nothing listens on, followed by so many more; none is given out twice in a run."""
    while True:
        port = random.randint(FIRST, LAST)  # noqa: S311 - no secret
        ports = range(port, port + neighbours + 1)
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
