"""What a line of the log looks like, and that nothing forges one."""

import asyncio
import io
import logging
import re
from collections.abc import Iterator

import pytest
from starlette.requests import Request

from cers_app.logs import processes, records
from cers_app.logs.redaction import GONE
from cers_app.settings import Settings
from cers_app.web.visit import Visit
from tests.unit.installed_log import Install, installing, lines

PASSWORD = "Unforgettable: 'canary' in \"the\" mine"
FORGED = "2026-11-24T08:00:00.000000Z info     cers_app.web: admin signed in"


@pytest.fixture
def install() -> Iterator[Install]:
    with installing() as one:
        yield one


@pytest.mark.usefixtures("serve")
def test_a_line_has_time_level_logger_event_and_the_id_of_its_request(install: Install) -> None:
    stream = install()
    logging.getLogger("cers_app.mail").warning("mail %s was not sent", 7, extra={"attempts": 3, "password": PASSWORD})
    request_id = Visit.of_request(Request({"type": "http", "headers": [], "client": ("127.0.0.1", 1)})).request_id
    logging.getLogger("cers_app.web").info("asked")

    first, second = lines(stream)
    assert list(first)[:4] == ["timestamp", "level", "logger", "event"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", first.pop("timestamp"))
    assert first == {
        "level": "warning", "logger": "cers_app.mail", "event": "mail 7 was not sent", "attempts": 3, "password": GONE
    }  # fmt: skip
    assert second["request_id"] == request_id
    assert re.fullmatch(r"[0-9a-f]{16}", request_id)


@pytest.mark.usefixtures("serve")
def test_the_lines_of_a_request_carry_the_id_of_its_audit_rows(install: Install) -> None:
    stream = install()
    log = logging.getLogger("cers_app.web")

    async def asked() -> str:
        request = Request({"type": "http", "headers": [], "client": ("127.0.0.1", 1)})
        visitor = Visit.of_request(request)
        await asyncio.to_thread(log.info, "in a thread")
        log.info("in the handler")
        return visitor.request_id

    first, second = asyncio.run(asked()), asyncio.run(asked())
    log.info("of no request")

    assert first != second
    assert [line.get("request_id") for line in lines(stream)] == [first, first, second, second, None]


def test_a_planted_password_is_gone_and_the_scan_would_find_it(install: Install) -> None:
    stream, plain = install("debug"), io.StringIO()
    for write in (logging.getLogger("cers_app.x").debug, plain.write):
        write(f"password={PASSWORD}")

    assert "canary" not in stream.getvalue()
    assert lines(stream)[0]["event"] == f"password= {GONE}"
    assert "canary" in plain.getvalue()


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("name", ["cers_app.web", "reflex.app", "uvicorn.error", "py.warnings"])
def test_nobody_forges_a_line(install: Install, name: str, *, as_json: bool) -> None:
    stream = install(as_json=as_json)
    for brk in ("\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x1b[2K"):
        logging.getLogger(name).warning(f"x{brk}{FORGED}")  # noqa: G004 - as Reflex does it
        logging.getLogger(name).warning("x%s", f"{brk}{FORGED}", extra={"why": f"{brk}{FORGED}"})

    written = stream.getvalue()
    assert len(written.splitlines()) == 20 == written.count("\n")
    assert not [line for line in written.splitlines() if line.startswith(FORGED) or not line.isprintable()]


@pytest.mark.parametrize("size", [3_000, 1_000_000])
@pytest.mark.parametrize("unit", ["x", "é", "\\", "\n", "試 "])
def test_a_line_has_an_end(install: Install, unit: str, size: int) -> None:
    for as_json in (True, False):
        stream = install(as_json=as_json)
        logging.getLogger("cers_app").info(unit * size, extra={f"a{n}": unit * size for n in range(20)})

        (line,) = stream.getvalue().splitlines()
        assert len(line.encode()) < records.LONGEST_LINE


def test_the_portal_knows_its_own_secrets_and_tells_messages_in_development_alone() -> None:
    config = Settings(mode="test", qa_characters="QQQQQQ", smtp_password="swordfish", secret_key="k" * 40)

    told = processes.redactor(config).text(f"QQQQQQ swordfish {'k' * 40}")
    assert told == " ".join([GONE] * 3)
    assert processes.redactor(config).foreign("x: y") == "x [cut]"
    assert processes.redactor(Settings(mode="development")).foreign("x: y") == "x: y"
