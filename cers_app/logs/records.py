"""The log of the process. One handler writes one line per event to standard error, without secrets.

Outside production a second handler writes the same lines to a file (`kept.py`).

The record factory (`logging.setLogRecordFactory`) redacts every record of every library. So a handler that a library
adds later (Reflex for its log file, engine.io) writes nothing that the portal's would not.
"""

import json
import logging
import sys
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

from cers_app.logs.redaction import Redactor

LONGEST_LINE = 4096
"""Bytes in a line, including its end."""
SHORT = 400
"""Characters of the event in a line that would be too long otherwise."""
OURS = "cers_app"
TRUSTED = (
    "alembic",
    "reflex.compiler",
    "reflex.utils.build",
    "reflex.utils.exec",
    "reflex.utils.processes",
    "uvicorn.error",
)
"""Loggers of the start and the build. At the levels that the portal sets, none logs what a visitor sent.

The log shows their messages, redacted.
"""
CHATTY = ("engineio", "engineio.server", "socketio", "socketio.server", "sqlalchemy", "yagmail", "asyncio", "alembic")
"""Below a warning, these log whole messages, parameters or every look. With a level set, they add no handler."""
EXTRA = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime", "taskName"}
FAULT = "cers_fault"
log = logging.getLogger(__name__)


def install(
    redactor: Redactor,
    *,
    as_json: bool,
    level: str,
    stream: TextIO | None = None,
    kept: logging.Handler | None = None,
) -> None:
    """Take over the logging of this process. Call again after another library has configured logging.

    `level` is a name such as `info`, and an unknown name counts as `info`. The default `stream` is standard error.
    `kept` gets every line as well, always as JSON.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_formatter(redactor, as_json=as_json))
    logging.setLogRecordFactory(_factory(redactor))
    root = logging.getLogger()
    root.handlers = [handler]
    if kept:
        kept.setFormatter(_formatter(redactor, as_json=True))
        root.addHandler(kept)
    root.setLevel(logging.getLevelNamesMapping().get(level.upper(), logging.INFO))
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for logger in [*root.manager.loggerDict.values()]:
        if isinstance(logger, logging.Logger):
            logger.handlers, logger.propagate = [], True
    # Lines that come from structlog itself go the same way as all others.
    structlog.configure(
        processors=[structlog.stdlib.render_to_log_kwargs],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    logging.captureWarnings(capture=True)
    # A line that cannot be written is dropped, because the library's own report would print the values in it.
    logging.raiseExceptions = False
    _take_over_hooks()


def _factory(redactor: Redactor) -> Callable[..., logging.LogRecord]:
    def make(*given: Any, **more: Any) -> logging.LogRecord:
        record = logging.LogRecord(*given, **more)
        broken = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        record.exc_info = record.stack_info = None
        if isinstance(record.name, str):  # a copy of a record begins without a name and without a message
            record.msg, record.args = _message(redactor, record), ()
        setattr(record, FAULT, redactor.fault(broken) if broken else {})
        return record

    return make


def _message(redactor: Redactor, record: logging.LogRecord) -> str:
    try:
        message = record.getMessage()
    except Exception:  # noqa: BLE001 - wrong arguments must not cost the line
        message = str(record.msg)
    if _is_under(record.name, (OURS, *TRUSTED)):
        return redactor.text(message)
    return redactor.foreign(message, template=record.msg if record.args else None)


def _is_under(name: str, roots: tuple[str, ...]) -> bool:
    return any(name == root or name.startswith(f"{root}.") for root in roots)


def _formatter(redactor: Redactor, *, as_json: bool) -> logging.Formatter:
    def extras(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
        record: logging.LogRecord = event["_record"]
        event["logger"] = redactor.text(record.name, 80)
        # A record of another factory (unpickled, or made by hand) arrives here unredacted.
        event["event"] = redactor.text(event["event"])
        given = vars(record).items() if _is_under(record.name, (OURS,)) else ()
        more = {key: redactor.value(key, raw) for key, raw in given if key not in EXTRA and key != FAULT}
        fault: Mapping[str, Any] = getattr(record, FAULT, {})
        return {**more, **event, **fault}

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            extras,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _as_json if as_json else _as_words,
        ],
    )


def _as_json(_logger: WrappedLogger, _name: str, event: EventDict) -> str:
    order = ("timestamp", "level", "logger", "event", "request_id")
    told = {key: event[key] for key in order if key in event}
    line = json.dumps({**told, **event}, ensure_ascii=False, default=str)
    if len(line.encode()) < LONGEST_LINE:
        return line
    return json.dumps({**told, "event": str(event["event"])[:SHORT], "is_cut": True}, ensure_ascii=False)


def _as_words(_logger: WrappedLogger, _name: str, event: EventDict) -> str:
    head = [str(event.pop(key)) for key in ("timestamp", "level", "logger", "event")]
    rest = [f"{key}={json.dumps(value, ensure_ascii=False, default=str)}" for key, value in event.items()]
    line = " ".join([head[0], head[1].ljust(8), f"{head[2]}:", head[3], *rest])
    return line if len(line.encode()) < LONGEST_LINE else " ".join([*head[:3], head[3][:SHORT], "[cut]"])


def _take_over_hooks() -> None:
    """Log uncaught exceptions as lines. Python itself would print a stack with its texts to standard error."""

    def uncaught(kind: type[BaseException], broken: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, broken, trace)
        else:
            log.critical("an uncaught exception", exc_info=broken)

    def in_thread(args: threading.ExceptHookArgs) -> None:
        log.error("a thread failed", exc_info=args.exc_value)

    def unraisable(args: "sys.UnraisableHookArgs") -> None:
        log.error("an exception that could not be raised", exc_info=args.exc_value)

    sys.excepthook, threading.excepthook, sys.unraisablehook = uncaught, in_thread, unraisable
