"""The log installed for one test, and everything put back afterwards."""

import io
import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from cers_app.logs import records
from cers_app.logs.redaction import Redactor

Install = Callable[..., io.StringIO]


@contextmanager
def installing() -> Iterator[Install]:
    """Installs the log with a stream to read."""
    root = logging.getLogger()
    loggers = [root, *(one for one in root.manager.loggerDict.values() if isinstance(one, logging.Logger))]
    before = [(one, one.handlers, one.level, one.propagate) for one in loggers]
    factory, hooks = logging.getLogRecordFactory(), (sys.excepthook, threading.excepthook, sys.unraisablehook)

    def install(level: str = "info", *, as_json: bool = True, tells: bool = False) -> io.StringIO:
        stream = io.StringIO()
        records.install(Redactor(["known secret"], tells_messages=tells), as_json=as_json, level=level, stream=stream)
        return stream

    structlog.contextvars.clear_contextvars()
    yield install
    logging.setLogRecordFactory(factory)
    logging.captureWarnings(capture=False)
    logging.raiseExceptions = True
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    for one, handlers, level, propagate in before:
        one.handlers, one.propagate = handlers, propagate
        one.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    """What was logged as JSON."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]
