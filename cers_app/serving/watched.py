"""What the serving process owes to the one that watches it: it ends with it, and never serves another build's pages."""

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
log = logging.getLogger(__name__)


class PagesChanged(Exception):  # noqa: N818 - named as the fact it is
    """The sources are not those of the pages any more: `serve` must look at them, and at the database, first."""


@contextlib.asynccontextmanager
async def lifespan() -> AsyncIterator[None]:
    """The life of one serving process. Raises `PagesChanged`."""
    refuse_other_pages(os.environ.get("REFLEX_WEB_WORKDIR", ""), settings())
    end_with_parent()
    yield


def refuse_other_pages(folder: str, config: Settings) -> None:
    """Refuse to serve built pages with other sources or settings than they were built from.

    A process that is started again after a crash would else run new code over old pages.
    """
    served = Path(folder)
    if served.parent.name == built_pages.PAGES and served != built_pages.folder(config):
        log.error("the sources have changed since the pages were built: start the portal again")
        raise PagesChanged


def end_with_parent() -> None:
    """On Linux: end gracefully when the watching process dies, or nobody would start another after a crash."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
