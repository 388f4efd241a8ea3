"""`python -m cers_app.serving.worker FD` serves on a socket that listens already. `launch.py` starts this process."""

import gc
import sys


def main() -> None:
    """Serve until interrupted."""
    # A start makes a million objects and drops few, so looking for dropped ones only takes time. `serve` does so later.
    gc.disable()
    from cers_app.serving import server

    server.serve(int(sys.argv[1]))


if __name__ == "__main__":
    main()
