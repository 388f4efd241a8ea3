"""`python -m cers_app.serving.worker FD` serves on a socket that listens already. `launch.py` starts this process."""

import gc
import sys

CLIENTS = ("redis", "requests")
"""python-socketio imports these if they are installed. The portal uses neither, and they take a tenth of its start."""


def main() -> None:
    """Serve until interrupted."""
    # A start makes a million objects and drops few, so looking for dropped ones only takes time. `serve` does so later.
    gc.disable()
    for name in CLIENTS:
        sys.modules[name] = None  # type: ignore[assignment]  # Python then finds no such module
    import socketio  # noqa: F401

    for name in CLIENTS:
        del sys.modules[name]
    from cers_app.serving import server

    server.serve(int(sys.argv[1]))


if __name__ == "__main__":
    main()
