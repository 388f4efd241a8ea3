"""Prints the name of every handler that a browser can call, one a line, sorted."""

import importlib
import sys

from cers_app.web.tabs import public_handlers


def handlers() -> list[str]:
    """Every callable name, as it travels over the socket."""
    importlib.import_module("cers_app.cers_app")
    return sorted(public_handlers())


if __name__ == "__main__":
    sys.stdout.write("\n".join(handlers()) + "\n")
