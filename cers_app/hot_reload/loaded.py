"""The app of a serving process under hot reload. Reflex loads this module in place of `cers_app.cers_app`."""

import gc
import sys
from importlib import import_module
from typing import Any

from reflex_base.config import reload_config

from cers_app.hot_reload.broken import tell, telling, where

STAYS = "Pages show the last version that worked, and change as soon as you fix this. The terminal has the whole trace."
FAILED = "An event of a page failed. This message stays until you save a file."

# Loading makes many objects and drops few, so looking for dropped ones would only take time.
gc.disable()
with telling(STAYS):
    # This process is a fork of Reflex's watching process, which imported the settings and some words at its start.
    for name in list(sys.modules):
        if name.partition(".")[0] == "cers_app" and not name.startswith("cers_app.hot_reload"):
            del sys.modules[name]
    reload_config()
    app = import_module("cers_app.cers_app").app

# Vite serves the style sheet from its own file, so a changed style changes none of the generated files.
app.head_components = [part for part in app.head_components if part.tag != "style"]
make, on_fault = type(app).__call__, app.backend_exception_handler


def make_or_tell(portal: Any) -> Any:  # noqa: ANN401 - the app's class is among what is loaded
    """Make the application that the server runs, and hide what was told before."""
    with telling(STAYS):
        made = make(portal)
    tell("")
    gc.enable()
    return made


def tell_fault(error: Exception) -> Any:  # noqa: ANN401 - as in the framework
    """Answer a failed event as always, and tell its line."""
    tell(f"{where(error)}\n{FAILED}")
    return on_fault(error)


type(app).__call__ = make_or_tell
app.backend_exception_handler = tell_fault
