"""Ends the serving process with the watching process, and keeps it from serving pages of another build."""

import contextlib
import ctypes
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from cers_app.serving import built_pages
from cers_app.settings import Settings, settings

PR_SET_PDEATHSIG = 1
WATCHED_BY = "PORTAL_WATCHED_BY"
"""The watching process tells its id to the serving process."""
log = logging.getLogger(__name__)


class PagesChanged(Exception):  # noqa: N818 - named as the fact it is
    """The sources have changed since the pages were built. `serve` must first check the sources and the database."""


@contextlib.asynccontextmanager
async def lifespan() -> AsyncIterator[None]:
    """Raises `PagesChanged` before the process serves anything."""
    refuse_other_pages(os.environ.get("REFLEX_WEB_WORKDIR", ""), settings())
    end_with_parent()
    yield


def refuse_other_pages(folder: str, config: Settings) -> None:
    """Refuse to serve built pages when their sources or settings have changed. Raises `PagesChanged`.

    Without this check, a process that starts again after a crash would run new code with old pages.
    """
    served = Path(folder)
    if served.parent.name == built_pages.PAGES and served != built_pages.folder(config):
        log.error("the sources have changed since the pages were built: start the portal again")
        raise PagesChanged


def end_with_parent() -> None:
    """On Linux, end gracefully when the watching process dies: after a crash, no process would start a new server."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.environ.get(WATCHED_BY, "") not in {"", str(os.getppid())}:  # it died before
            os.kill(os.getpid(), signal.SIGTERM)
