"""Sets up the log of the portal's own processes in place of Reflex and the server."""

import contextlib
import logging
import os
from collections.abc import AsyncIterator, Collection, Iterator

from cers_app import __version__
from cers_app.logs import kept, records
from cers_app.logs.lines import Line
from cers_app.logs.redaction import Redactor
from cers_app.settings import Mode, Settings, settings

MANAGED = "REFLEX_MANAGED_LOGGING"
"""Reflex's command line sets this. Any value but `true` makes Reflex leave its records to the application."""
LEVEL = "REFLEX_LOGLEVEL"
log = logging.getLogger(__name__)


def is_portal() -> bool:
    """Whether this process serves or builds the portal. Tests and tools just import it."""
    return MANAGED in os.environ


def claim() -> None:
    """Take over the log, with JSON lines in production and words elsewhere. `REFLEX_LOGLEVEL` is the level."""
    config = settings()
    os.environ[MANAGED] = "by the portal"
    is_production, file = config.mode is Mode.PRODUCTION, config.log_file
    records.install(
        redactor(config),
        as_json=is_production,
        level=os.environ.get(LEVEL, "info"),
        kept=kept.handler(file) if file else None,
    )


def begin() -> None:
    """Take over the log and begin it with a line that names the version."""
    claim()
    log.info("CERS Business Portal %s", __version__)


@contextlib.asynccontextmanager
async def lifespan() -> AsyncIterator[None]:
    """Log the start and the end of one server process. Take over first, because the server has just set up logging."""
    claim()
    log.info("the portal starts")
    try:
        yield
    finally:
        log.info("the portal ends")


def kept_lines(config: Settings, ids: Collection[str]) -> Iterator[Line]:
    """The kept lines of the requests and mails with these ids, oldest first. Production keeps none."""
    return kept.lines(config.log_file, ids, redactor(config)) if config.log_file else iter(())


def redactor(config: Settings) -> Redactor:
    """Make a redactor that knows the secrets of these settings."""
    secrets = (config.secret_key, config.secret_key_previous, config.smtp_password)
    known = (*(each.get_secret_value() for each in secrets), config.qa_characters)
    return Redactor(known, tells_messages=config.mode is Mode.DEVELOPMENT)
