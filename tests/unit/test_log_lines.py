"""The lines that the log writes can be read back in both formats, and no line passes for another request's."""

import io
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from cers_app.logs import kept, records
from cers_app.logs.lines import Line, lines_of
from cers_app.logs.redaction import Redactor
from tests.unit.installed_log import Install, installing

MINE, OTHERS, MAIL = "5f0c9b1e7a3d4c62", "5f0c9b1e7a3d4c63", "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
TOKEN = "x" * 43
AT, WRONG = "2026-11-24T08:50:49.826093Z", "2026-13-24T08:50:49.826093Z"
BEFORE = {
    "nothing": "",
    "journald": "Nov 24 08:50:49 host python[12]: ",
    "a container": "2026-11-24T08:50:49.826Z ",
}


@pytest.fixture
def install() -> Iterator[Install]:
    with installing() as one:
        yield one


def read(text: str, *ids: str) -> list[Line]:
    """The lines of some requests and mails."""
    return list(lines_of(io.BytesIO(text.encode()), ids, Redactor()))


def log_as(request_id: str, *, logger: str = "cers_app.web", event: str = "asked", **more: object) -> None:
    """Log a line in a request."""
    with structlog.contextvars.bound_contextvars(request_id=request_id):
        logging.getLogger(logger).warning(event, extra=more)


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
@pytest.mark.parametrize("as_json", [True, False])
def test_a_line_is_read_as_it_was_written(install: Install, before: str, *, as_json: bool) -> None:
    stream = install(as_json=as_json)
    log_as(MINE, event='mail "7" a=1 was not sent', account=3, detail='sign-in: "x" b=2', places=["a", {"b": None}])
    log_as(OTHERS)

    (line,) = read("".join(f"{before}{each}\n" for each in stream.getvalue().splitlines()), MINE)

    assert line.words == (
        'warning cers_app.web: mail "7" a=1 was not sent account=3 detail="sign-in: \\"x\\" b=2"'
        ' places=["a", {"b": null}]'
    )
    assert line.whose == MINE
    assert abs(line.at - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("as_json", [True, False])
def test_a_line_that_only_names_a_request_is_not_its_line(install: Install, *, as_json: bool) -> None:
    stream = install(as_json=as_json)
    named = (
        MINE,
        f'GET request_id="{MINE}"',
        f'{{"timestamp": "{AT}", "request_id": "{MINE}"}}',
    )
    for event in named:
        log_as(OTHERS, event=event, detail=f'" request_id="{MINE}"')

    assert stream.getvalue().count(MINE) == 6
    assert read(stream.getvalue(), MINE) == []
    assert len(read(stream.getvalue(), OTHERS)) == 3


@pytest.mark.parametrize("as_json", [True, False])
def test_the_lines_of_a_mail_that_support_sent_have_the_id_of_the_mail(install: Install, *, as_json: bool) -> None:
    stream = install(as_json=as_json)
    for request_id in ("", MINE):
        logging.getLogger("cers_app.mail.worker").warning(
            "mail %s (reset_link) was not sent: 451", MAIL, extra={"request_id": request_id}
        )

    assert [line.whose for line in read(stream.getvalue(), MAIL)] == [MAIL]
    assert [line.whose for line in read(stream.getvalue(), MAIL, MINE)] == [MAIL, MINE]


def test_what_another_program_let_through_is_redacted_when_it_is_read() -> None:
    said = f'{{"timestamp": "{AT}", "level": "info", "logger": "x", "request_id": "{MINE}",'
    (line,) = read(f'{said} "event": "see /r/{TOKEN} of ann@example.com", "password": "swordfish"}}\n', MINE)

    assert line.words == 'info x: see /r/... of a**@example.com password="[redacted]"'


@pytest.mark.parametrize(
    "said",
    [
        "",
        "\n",
        MINE,
        f"{{ {MINE}",
        f'{{"timestamp": "{AT}", "request_id": "{MINE}"}}',
        f'{{"timestamp": "{WRONG}", "level": "i", "logger": "l", "event": "", "request_id": "{MINE}"}}',
        f'{{"timestamp": "{AT}", "level": 1, "logger": 2, "event": 3, "request_id": "{MINE}"}}',
        f'{{"timestamp": "{AT}", "request_id": "{MINE}", "x": {"[" * 4000}',
        f'{AT} info cers_app.x: y z={"[" * 4000} request_id="{MINE}',
        f"\ud800{MINE}",
        f"{MINE}{'x' * 100_000}",
    ],
)
def test_what_the_portal_did_not_write_is_passed_over(said: str) -> None:
    genuine = f'{AT} info     cers_app.x: y request_id="{MINE}"'
    given = f"{said}\n{genuine}\n".encode("utf-8", "surrogatepass")

    assert [line.words for line in lines_of(io.BytesIO(given), [MINE], Redactor())] == ["info cers_app.x: y"]


def test_the_kept_file_has_every_line_even_after_it_grew_too_long(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install()
    monkeypatch.setattr(kept, "LONGEST_FILE", 1_000)
    path = tmp_path / "portal.db.log"
    records.install(Redactor(), as_json=False, level="info", stream=io.StringIO(), kept=kept.handler(path))
    for number in range(8):
        log_as(MINE, event=f"line {number}")
    log_as(OTHERS)

    assert sorted(each.name for each in tmp_path.iterdir()) == ["portal.db.log", "portal.db.log.1"]
    assert {each.stat().st_mode & 0o777 for each in tmp_path.iterdir()} == {0o600}
    found = [line.words.rpartition(" ")[2] for line in kept.lines(path, [MINE], Redactor())]
    in_both = sum(each.read_text("utf-8").count(MINE) for each in tmp_path.iterdir())
    assert found == [str(number) for number in range(8)][-in_both:]
    assert path.read_text("utf-8").count(MINE) < in_both, "the older file has some of them"
    assert list(kept.lines(tmp_path / "missing", [MINE], Redactor())) == []


def test_a_file_that_cannot_be_written_costs_no_line_and_a_link_is_not_followed(
    install: Install, tmp_path: Path
) -> None:
    install()
    elsewhere, planted = tmp_path / "elsewhere", tmp_path / "portal.db.log"
    planted.symlink_to(elsewhere)
    for place in (planted, tmp_path / "missing" / "portal.db.log"):
        stream = io.StringIO()
        records.install(Redactor(), as_json=False, level="info", stream=stream, kept=kept.handler(place))
        log_as(MINE)
        assert MINE in stream.getvalue()

    assert not elsewhere.exists()
    assert list(tmp_path.iterdir()) == [planted]
