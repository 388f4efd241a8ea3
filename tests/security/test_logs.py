"""At its most talkative the log holds no secret, no whole address, and no line that a visitor wrote."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.security.log_drive import CANARIES, FORGED, Driven, drive
from tests.support.portal import ROOT, SECRET_KEY, running

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z (debug|info|success|warning|error|critical) +[\w.]+: \S")
LONGEST_LINE = 4096


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory) -> Driven:
    """A portal at DEBUG after all the hostile things a visitor can do; it has ended."""
    with running(
        tmp_path_factory.mktemp("logs"),
        REFLEX_LOGLEVEL="debug",
        PYTHONASYNCIODEBUG="1",
    ) as portal:
        done = drive(portal)
    return done.finished()


def found(secrets: list[str], text: str) -> list[str]:
    """Which of the secrets stand in a text."""
    return [secret for secret in secrets if secret in text]


def test_nothing_a_visitor_typed_or_carries_is_in_the_log(driven: Driven, tmp_path: Path) -> None:
    assert len(driven.secrets) > len(CANARIES)
    assert found([*driven.secrets, SECRET_KEY], driven.text) == []

    planted = tmp_path / "portal.log"
    planted.write_text(f"{driven.text}debug: password={CANARIES[0]}\n", "utf-8")
    assert CANARIES[0] in found(driven.secrets, planted.read_text("utf-8"))


def test_every_hostile_event_reached_the_place_that_would_have_logged_it(driven: Driven) -> None:
    for words in (
        "Received event from session",
        "engineio.server: message async handler error",
        "an event failed",
        "a page failed in a browser",
    ):
        assert words in driven.served, words
    assert "Error processing event queue entry" not in driven.served, "an event with an unknown name writes no line"


def test_production_writes_json_on_standard_error_and_its_own_secrets_never(tmp_path: Path) -> None:
    code = """import logging
from cers_app.logs import processes
processes.claim()
logging.getLogger("cers_app.x").warning("sent\\nwith %s by %s", "sword-fish", "owner@example.com")
logging.getLogger("reflex.app").error("Event data: sword-fish")
raise ValueError("sword-fish")"""
    production = {
        "CERS_MODE": "production",
        "CERS_SECRET_KEY": SECRET_KEY,
        "CERS_PUBLIC_URL": "https://portal.example.com",
        "CERS_SMTP_HOST": "smtp.example.com",
        "CERS_SMTP_PASSWORD": "sword-fish",
        "CERS_TRUSTED_HOPS": "1",
        "CERS_DATABASE_URL": f"sqlite:///{tmp_path / 'portal.db'}",
        "PATH": os.environ["PATH"],
    }
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=production, capture_output=True, text=True, check=False
    )

    assert [line for line in done.stderr.splitlines() if not line.startswith("{")] == [], "every line is JSON"
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert (done.returncode, done.stdout) == (1, "")
    assert [line["event"] for line in lines] == [
        r"sent\x0awith [redacted] by ow*er@example.com", "Event data [cut]", "an uncaught exception"
    ]  # fmt: skip
    assert lines[2]["fault"] == "ValueError"
    assert "sword-fish" not in done.stderr


def test_no_visitor_writes_a_line(driven: Driven) -> None:
    lines = driven.served.splitlines()

    assert len(lines) > 20
    assert [line for line in lines if not LINE.match(line)] == []
    assert [line for line in lines if line.startswith(FORGED)] == []
    assert [line for line in lines if not line.isprintable()] == []
    assert [line for line in lines if len(line.encode()) >= LONGEST_LINE] == []
    assert not LINE.match(f"an event failed\n{FORGED}")
    assert LINE.match(FORGED), "the forged line would pass for one of ours"


def test_no_line_shows_a_stack_or_what_an_exception_says(driven: Driven) -> None:
    assert "Traceback" not in driven.served
    assert " says=" not in driven.served
    assert 'fault="' in driven.served
