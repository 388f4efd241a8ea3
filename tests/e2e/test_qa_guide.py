"""`make qa` and its guide: what the guide shows is what runs, from a folder of its own."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import pytest

from cers_app.storage.database import Database
from cers_app.values import addresses
from cers_app.verification.models import Challenge
from tests.support import portal as portals
from tests.support.bare_browsers import SAME_ORIGIN
from tests.support.journeys import picture_of
from tests.support.looking import rows
from tests.support.portal import ROOT
from tests.support.ports import free_port
from tests.support.processes import gone
from tests.support.waiting import PATIENCE_SECONDS, eventually
from tests.support.wire import Answer, browse, request

GUIDE = (ROOT / "docs/qa.md").read_text("utf-8")
FILE = re.compile(r"`(\w+\.(?:py|ini))`:\n\n```\w+\n(.*?)```", re.DOTALL)
SHELL = re.compile(r"```sh\n(.*?)\n```", re.DOTALL)
PORT = "3100"


@dataclass(frozen=True, slots=True)
class Started:
    """What `make qa` started."""

    url: str
    database: Database


@pytest.fixture(scope="module")
def qa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """`make qa` as a person types it, with a port and a database of its own."""
    port, folder = free_port(), tmp_path_factory.mktemp("qa")
    database_url, log = f"sqlite:///{folder / 'portal.db'}", folder / "log"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CERS_", "MAKE", "MFLAGS"))}
    env = {**kept, "CERS_PORT": str(port), "CERS_DATABASE_URL": database_url}
    with log.open("wb") as output:
        making = subprocess.Popen(
            ["make", "qa"], cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    database = Database(database_url)
    try:
        eventually(lambda: making.poll() is not None or is_ready(port), lambda: log.read_text("utf-8"))
        assert making.poll() is None, log.read_text("utf-8")
        yield Started(f"http://localhost:{port}", database)
    finally:
        database.close()
        os.killpg(making.pid, signal.SIGINT)
        making.wait(PATIENCE_SECONDS)
        gone(making.pid)


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return True
    except OSError:
        return False


def followed(folder: Path, url: str, *changes: tuple[str, str]) -> subprocess.CompletedProcess[str]:
    """Write the guide's files into a folder and type what it says there."""
    changes = ((f"http://localhost:{PORT}", url), *changes)
    for name, content in FILE.findall(GUIDE):
        (folder / name).write_text(reduce(lambda text, change: text.replace(*change), changes, content), "utf-8")
    _make_qa, *typed, _accounts = SHELL.findall(GUIDE)
    lines = "\n".join(typed).replace("~/cers-portal", str(ROOT)).replace("python", sys.executable)
    return subprocess.run(["sh", "-ec", lines], cwd=folder, capture_output=True, text=True, timeout=300, check=False)


def test_the_guide_is_followed_word_by_word_from_another_folder(
    qa: Started, tmp_path: Path, say: Callable[[str], None]
) -> None:
    done = followed(tmp_path, qa.url)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
    say(f"the tests of docs/qa.md: {done.stdout.splitlines()[-1].strip('= ')}")


def test_a_failed_test_leaves_its_trace_its_picture_and_its_mails(qa: Started, tmp_path: Path) -> None:
    # By now the demo accounts have had their mails, so this one asks for another kind.
    asks = ('reset.ask("anngause@example.com"', 'reset.ask("newcomer@example.com"')
    waits = ('mailbox.wait("anngause@example.com")', 'mailbox.wait("newcomer@example.com")')
    masked = ("an****se@example.com", "ne****er@example.com")

    done = followed(tmp_path, qa.url, asks, waits, masked, ("def test_everything", "def not_a_test"))

    assert "1 failed" in done.stdout, done.stdout + done.stderr
    kept = {file.name for file in tmp_path.glob("test-results/*/*")}
    assert kept >= {"trace.zip", "test-failed-1.png", "mail-1.eml"}
    (mail,) = tmp_path.glob("test-results/*/mail-1.eml")
    assert "newcomer@example.com" in mail.read_text("utf-8")


def test_tests_that_move_the_clock_refuse_a_portal_in_another_mode(tmp_path: Path, portal_in_development: str) -> None:
    done = followed(tmp_path, portal_in_development, ("def test_somebody", "def not_a_test"))

    assert "NotInTestModeError" in done.stdout, done.stdout + done.stderr
    assert f"The portal at {portal_in_development} is not in test mode." in done.stdout
    assert "1 error" in done.stdout
    assert "passed" not in done.stdout


@pytest.fixture
def portal_in_development(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a portal that people develop with."""
    folder = tmp_path_factory.mktemp("development")
    with portals.running(folder, CERS_MODE="development", CERS_QA_CHARACTERS="") as running:
        yield running.url


def move(qa: Started, form: dict[str, str], headers: dict[str, str] = SAME_ORIGIN) -> Answer:
    """Ask for another time."""
    return request(qa.url, "POST", "/dev/clock", headers=headers, form=form)


def advance(qa: Started, by: str) -> float:
    """Let time pass; how many seconds the portal is ahead then."""
    answer = move(qa, {"advance": by})
    assert answer.status == 200, answer.body
    return float(json.loads(answer.body)["ahead_seconds"])


@pytest.fixture
def today(qa: Started) -> Iterator[None]:
    """The clock is right at the start, and again at the end."""
    assert json.loads(move(qa, {"reset": "1"}).body)["ahead_seconds"] == 0
    yield
    assert json.loads(move(qa, {"reset": "1"}).body)["ahead_seconds"] == 0


@pytest.mark.usefixtures("today")
def test_the_clock_moves_by_every_unit_and_adds_up(qa: Started) -> None:
    assert [advance(qa, by) for by in ("90s", "61m", "2h", "3d")] == [90, 3750, 10_950, 270_150]


BAD: list[dict[str, str]] = [
    {},
    *[
        {"advance": by}
        for by in ("", "61", "m", "61x", "-61m", "6.1h", "61m ", "\u0666\u0661m", "12345678s", "3651d", "1m2s")
    ],
    {"advance": "61m", "reset": "1"},
    {"reset": "yes"},
    {"advance": "1" * 40_000},
]


@pytest.mark.usefixtures("today")
@pytest.mark.parametrize("form", BAD)
def test_what_is_no_time_is_refused_in_words_and_moves_nothing(qa: Started, form: dict[str, str]) -> None:
    refused = move(qa, form)

    assert (refused.status, "advance=" in refused.body or "3650 days" in refused.body) == (400, True)
    assert advance(qa, "0s") == 0


@pytest.mark.usefixtures("today")
@pytest.mark.parametrize("headers", [{}, {"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_another_site_cannot_move_the_clock(qa: Started, headers: dict[str, str]) -> None:
    assert move(qa, {"advance": "61m"}, headers).status == 403
    assert advance(qa, "0s") == 0


@pytest.mark.usefixtures("today")
def test_an_hour_by_the_clock_is_an_hour_for_limits_and_for_housekeeping(qa: Started) -> None:
    jar = browse(qa.url, addresses.RESET_PASSWORD)
    request(qa.url, path=picture_of(addresses.RESET_PASSWORD), jar=jar)
    assert len(rows(qa.database, Challenge)) > 0
    form = {"username": "nobody", "password": "x"}

    def signs_in() -> str:
        return request(qa.url, "POST", addresses.SESSION, jar, SAME_ORIGIN, form).location.partition("#")[2]

    eventually(lambda: signs_in() == "too-many-attempts", "nobody was stopped")
    advance(qa, "61m")

    assert signs_in() == "not-recognized"
    assert rows(qa.database, Challenge) == []


@pytest.mark.usefixtures("today")
def test_the_portal_is_ready_at_every_time(qa: Started) -> None:
    for _ in range(3):
        advance(qa, "365d")
        assert request(qa.url, path="/readyz").body == "ok"
