"""Whoever logs, and however: it comes through the one handler without its values."""

import asyncio
import io
import logging
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest
import structlog
from engineio import AsyncServer
from sqlalchemy import create_engine, text

from cers_app.logs import records
from cers_app.logs.redaction import Redactor
from tests.unit.installed_log import Install, installing, lines

PASSWORD = "Unforgettable: 'canary' in \"the\" mine"


@pytest.fixture
def install() -> Iterator[Install]:
    with installing() as one:
        yield one


def test_statements_and_socket_messages_do_not_show_their_values(install: Install) -> None:
    stream = install("debug")
    engine = create_engine("sqlite://", echo="debug")
    with engine.connect() as connection:
        connection.execute(text("SELECT :password"), {"password": PASSWORD}).all()
    for name in ("engineio.server", "socketio.server"):
        logging.getLogger(name).setLevel(logging.DEBUG)
        logging.getLogger(name).info("%s: Received packet %s data %s", "sid", "MESSAGE", PASSWORD)
    engine.dispose()

    told = stream.getvalue()
    assert "SELECT ?" in told
    assert "Received packet %s data %s" in told
    assert "canary" not in told


def test_a_handler_that_comes_later_writes_nothing_that_ours_would_not(install: Install) -> None:
    install("debug")
    late = io.StringIO()
    logging.getLogger("reflex.app").addHandler(logging.StreamHandler(late))
    try:
        raise ValueError(PASSWORD)  # noqa: TRY301 - the stack is wanted
    except ValueError:
        logging.getLogger("reflex.app").exception("Failed with %s", PASSWORD, stack_info=True)
    logging.getLogger("reflex.app").warning("%d wrong arguments", PASSWORD)

    assert late.getvalue().splitlines() == ["Failed with %s", "%d wrong arguments"]


def test_a_server_that_is_made_later_gives_itself_no_handler(install: Install) -> None:
    stream = install("debug")
    AsyncServer(async_mode="asgi").logger.info("%s: Received packet %s data %s", "sid", "MESSAGE", PASSWORD)

    assert logging.getLogger("engineio.server").handlers == []
    assert stream.getvalue() == ""


def test_what_nobody_caught_is_a_line_without_its_words(install: Install) -> None:
    stream = install()
    thread = threading.Thread(target=lambda: int(PASSWORD))
    thread.start()
    thread.join()
    sys.excepthook(ValueError, ValueError(PASSWORD), None)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(PASSWORD, stacklevel=1)
    loop = asyncio.new_event_loop()
    loop.call_exception_handler({"message": "A task failed", "exception": ValueError(PASSWORD), "form": PASSWORD})
    loop.close()
    structlog.get_logger("elsewhere").warning("native", password=PASSWORD)

    assert [line.get("fault") for line in lines(stream)] == ["ValueError", "ValueError", None, "ValueError", None]
    assert "canary" not in stream.getvalue()


class Unwritable(io.StringIO):
    def write(self, _text: str) -> int:
        raise OSError(PASSWORD)


def test_a_line_that_cannot_be_written_prints_nothing_instead(
    install: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    install()
    records.install(Redactor(), as_json=True, level="no level", stream=Unwritable())
    logging.getLogger("cers_app").error("an event failed")
    logging.getLogger("cers_app").addHandler(logging.StreamHandler(Unwritable()))
    logging.getLogger("cers_app").error("another event failed")

    assert capsys.readouterr() == ("", "")
    assert logging.getLogger().level == logging.INFO
