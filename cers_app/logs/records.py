"""The log of the process: one handler, one line an event, on standard error; nothing secret in it.

Every record of every library is made harmless when it is made (`logging.setLogRecordFactory`), so that a handler which
somebody adds later (Granian for its own lines, Reflex for its log file, engine.io) writes nothing that ours would not.
"""

import json
import logging
import secrets
import sys
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

from cers_app.logs.redaction import Redactor

LONGEST_LINE = 4096
"""Bytes of a line, its end included."""
SHORT = 400
"""Characters of the event in a line that would else be longer."""
OURS = "cers_app"
TRUSTED = (
    "_granian",
    "alembic",
    "reflex.compiler",
    "reflex.utils.build",
    "reflex.utils.exec",
    "reflex.utils.processes",
)
"""Loggers of the start and the build, which see no request: their messages are told, redacted."""
CHATTY = ("engineio", "engineio.server", "socketio", "socketio.server", "sqlalchemy", "yagmail", "asyncio", "alembic")
"""Below a warning these tell whole messages, parameters or every look. With a level they get no own handler."""
EXTRA = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime", "taskName"}
FAULT = "cers_fault"
log = logging.getLogger(__name__)


def new_request_id() -> str:
    """A new id of 16 hexadecimal digits; the lines of this request or event carry it from now on."""
    request_id = secrets.token_hex(8)
    structlog.contextvars.bind_contextvars(request_id=request_id)
    return request_id


def install(redactor: Redactor, *, as_json: bool, level: str, stream: TextIO | None = None) -> None:
    """Take over the logging of this process; again after whoever configured it in between.

    `level` is a name such as `info`; an unknown one counts as `info`. Without `stream` it is standard error.
    """
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(_formatter(redactor, as_json=as_json))
    logging.setLogRecordFactory(_factory(redactor))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.getLevelNamesMapping().get(level.upper(), logging.INFO))
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for logger in [*root.manager.loggerDict.values()]:
        if isinstance(logger, logging.Logger):
            logger.handlers, logger.propagate = [], True
    # Whoever uses structlog itself comes the same way as everybody else.
    structlog.configure(
        processors=[structlog.stdlib.render_to_log_kwargs],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False
    _take_over_hooks()


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, _record: logging.LogRecord) -> None:  # noqa: N802 - the name is logging's
        """A line that cannot be written is lost; the library's own report would print what it holds."""


def _factory(redactor: Redactor) -> Callable[..., logging.LogRecord]:
    def make(  # noqa: PLR0913, PLR0917 - the signature is logging's
        name: Any,  # noqa: ANN401
        level: int,
        path: str,
        line: int,
        msg: object,
        args: Any,  # noqa: ANN401
        exc_info: Any,  # noqa: ANN401
        func: str | None = None,
        _stack: str | None = None,
        **more: Any,  # noqa: ANN401
    ) -> logging.LogRecord:
        record = logging.LogRecord(name, level, path, line, msg, args, None, func, None, **more)
        if isinstance(name, str):  # a copy of a record begins without a name, and without a message
            record.msg, record.args = _message(redactor, record), ()
        broken = exc_info[1] if isinstance(exc_info, tuple) else None
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
        given = vars(record).items() if _is_under(record.name, (OURS,)) else ()
        more = {key: redactor.value(key, raw) for key, raw in given if key not in EXTRA and key != FAULT}
        fault: Mapping[str, Any] = getattr(record, FAULT, {})
        return {**more, **event, **fault}

    def event_again(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
        # A record of another factory (unpickled, or made by hand) comes here as it is.
        event["event"] = redactor.text(event["event"])
        return event

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            extras,
        ],
        processors=[
            event_again,
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
    """Faults that nobody caught are lines, too, instead of a stack with its texts on standard error."""

    def uncaught(kind: type[BaseException], broken: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, broken, trace)
        else:
            log.critical("a fault nobody caught", exc_info=broken)

    def in_thread(args: threading.ExceptHookArgs) -> None:
        log.error("a thread failed", exc_info=args.exc_value)

    def unraisable(args: "sys.UnraisableHookArgs") -> None:
        log.error("a fault that could not be raised", exc_info=args.exc_value)

    sys.excepthook, threading.excepthook, sys.unraisablehook = uncaught, in_thread, unraisable
