"""Prints the name of every handler that a browser can call in production, one a line, sorted."""

import importlib
import os
import sys

from cers_app.web.tabs import public_handlers

PRODUCTION = {
    "CERS_MODE": "production",
    "CERS_SECRET_KEY": "a-key-for-tests-alone-of-more-than-32-characters",
    "CERS_PUBLIC_URL": "https://portal.test",
    "CERS_SMTP_HOST": "127.0.0.1",
    "CERS_SMTP_SECURITY": "plain",
    "CERS_TRUSTED_HOPS": "1",
}
"""The settings without which production does not start."""


def handlers() -> list[str]:
    """Every callable name, as it travels over the socket."""
    os.environ |= PRODUCTION
    importlib.import_module("cers_app.cers_app")
    return sorted(public_handlers())


if __name__ == "__main__":
    sys.stdout.write("\n".join(handlers()) + "\n")
