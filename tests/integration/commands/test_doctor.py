"""The doctor finds what is wrong, and says the one thing to do."""

import re
import socket
import sys
from importlib import metadata
from pathlib import Path

import pytest

from cers_app import __version__
from cers_app.commands import bindings, chromium
from cers_app.commands.doctor import slow_cookies, slow_hashes
from tests.integration.commands.conftest import Desk
from tests.integration.commands.examining import NAMES, finding, given, other_processors, wrong
from tests.support.portal import SECRET_KEY
from tests.support.ports import free_port

PRODUCTION = {"MODE": "production", "PUBLIC_URL": "https://portal.example.com", "TRUSTED_HOPS": "1"}


@pytest.fixture(autouse=True)
def port(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> int:
    """The port of a portal that has all it needs."""
    number = free_port()
    given(monkeypatch, PORT=str(number))
    assert desk.types("db", "upgrade").exit_code == 0
    return number


def test_with_everything_there_nothing_is_wrong(desk: Desk) -> None:
    assert wrong(desk) == {}
    said = desk.says("doctor")
    assert said.startswith(f"CERS Business Portal {__version__}\n")
    assert [name for name in NAMES.values() if f"ok     {name}" not in said and f"warn   {name}: " not in said] == []


@pytest.mark.parametrize(
    ("python", "newer"),
    [
        ((3, 11, 9), "3.11.10"),
        ((3, 12, 5), "3.12.6"),
        ((3, 11, 10), ""),
        ((3, 11, 14), ""),
        ((3, 12, 6), ""),
        ((3, 13, 0), ""),
    ],
)
def test_a_python_that_reads_cookies_slowly_is_warned_about(python: tuple[int, int, int], newer: str) -> None:
    told = " ".join(slow_cookies(python))

    assert (f"Update to Python {newer} or newer" in told) == bool(newer)
    assert bool(told) == bool(newer)


def test_a_warning_alone_keeps_no_portal_from_starting(desk: Desk) -> None:
    said = desk.says("doctor")
    mark = "warn " if list(slow_cookies(sys.version_info[:3])) else "ok   "

    assert f"{mark}  Python's own cookie parser\n" in said
    assert wrong(desk) == {}


def test_the_bindings_that_hash_are_named_with_their_rate(desk: Desk) -> None:
    line = r"(ok|warn) +Password hashing: argon2 \((.+)\), (\d+\.\d) hashes per second on each core\n"
    ((mark, kind, rate),) = re.findall(line, desk.says("doctor"))
    wheel = metadata.distribution(bindings.NAME).read_text("WHEEL") or ""

    # No index takes a wheel for `linux`: it may need anything of the machine that built it.
    expected = ("ok", "built for this processor") if "-linux_" in wheel else ("warn", "the wheel")
    assert (mark, kind) == expected
    assert float(rate) > 0


def test_the_wheel_is_warned_about_with_what_a_build_lacks() -> None:
    assert [*slow_hashes("a C compiler", has_failed=True)][1:] == ["Install a C compiler, then run: make install"]
    assert str(bindings.LOG) in [*slow_hashes("", has_failed=True)][1]
    assert [*slow_hashes("", has_failed=False)][1:] == ["Run: make install"]


def test_bindings_for_another_processor_are_told_and_do_not_end_the_doctor(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other_processors(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    assert "does not run on this processor" in finding(desk, "hashing")


@pytest.mark.parametrize(
    ("bounce", "mark"),
    [
        ("", "ok   "),
        ("cers-bounces@mail.example.com", "ok   "),
        ("cers-bounces@EXAMPLE.com", "ok   "),
        ("cers@example.org", "warn "),
        ("cers@notexample.com", "warn "),
    ],
)
def test_the_domain_that_spf_is_checked_for_is_named_and_an_unrelated_one_is_warned_about(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, bounce: str, mark: str
) -> None:
    given(monkeypatch, MAIL_FROM="cers@example.com", MAIL_BOUNCE=bounce)
    said = desk.says("doctor")

    domain = (bounce or "cers@example.com").partition("@")[2]
    assert f"{mark}  The domain for which mail servers check SPF: {domain}\n" in said
    assert ("DKIM for example.com" in said) == (mark == "warn ")


def test_a_port_that_somebody_has_is_named_with_another(desk: Desk, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        assert finding(desk, "port") == (
            f"Port {port} is taken. Stop what uses it, or choose another: CERS_PORT={port + 10} …"
        )


def test_an_address_of_another_machine_is_not_called_a_taken_port(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, **PRODUCTION, BIND="192.0.2.1")

    advice = finding(desk, "port")
    assert "taken" not in advice
    assert "Correct CERS_BIND or CERS_PORT." in advice


def test_a_database_that_is_not_there_is_told_and_not_made(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given(monkeypatch, DATABASE_URL=f"sqlite:///{tmp_path / 'none.db'}")

    told = f"There is no database at {tmp_path / 'none.db'} yet. Run: python -m cers_app db upgrade"
    assert finding(desk, "database") == told
    assert desk.refuses("accounts", "show", "anngause") == told
    assert not (tmp_path / "none.db").exists()


def test_a_database_that_is_behind_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "behind.db").touch(0o600)
    given(monkeypatch, DATABASE_URL=f"sqlite:///{tmp_path / 'behind.db'}")

    told = "The database is behind its migrations. Run: python -m cers_app db upgrade"
    assert finding(desk, "database") == told
    assert desk.refuses("accounts", "show", "anngause") == told


def test_a_database_that_does_not_open_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "letter.db").touch(0o600)
    (tmp_path / "letter.db").write_text("Dear Ann, this is no database." * 100, "utf-8")
    given(monkeypatch, DATABASE_URL=f"sqlite:///{tmp_path / 'letter.db'}")

    told = "The database cannot be opened (file is not a database). Check CERS_DATABASE_URL and who can write there."
    assert finding(desk, "database") == told
    assert desk.refuses("accounts", "show", "anngause") == told
    assert "was not upgraded: file is not a database" in desk.refuses("db", "upgrade")


def test_a_missing_secret_is_told_with_a_new_one_and_the_rest_is_looked_at_nevertheless(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, port: int
) -> None:
    given(monkeypatch, **PRODUCTION, SECRET_KEY=None)
    with socket.create_server(("127.0.0.1", port)):
        found = wrong(desk)

    assert list(found) == [NAMES["settings"], NAMES["port"]]
    (advice,) = found[NAMES["settings"]]
    assert advice.startswith("CERS_SECRET_KEY is missing")
    assert "secrets.token_urlsafe(32)" in advice
    given(monkeypatch, SECRET_KEY=SECRET_KEY)
    assert wrong(desk) == {}


def test_each_wrong_setting_is_named_and_no_value_is_shown(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, MODE="production", SECRET_KEY="hunter2", PORT="many", PROT="3000", SMTP_PASSWORD="hunter2")
    given(monkeypatch, MAIL_FROM="hunter2", RESET_LINK_MINUTES="hunter2")
    found = wrong(desk)[NAMES["settings"]]

    assert found[0] == "unknown setting CERS_PROT: correct the name, or remove it from the environment and from .env"
    assert {line.partition(" ")[0] for line in found[1:]} == {
        "CERS_PORT:",
        "CERS_MAIL_FROM:",
        "CERS_RESET_LINK_MINUTES:",
        "CERS_SECRET_KEY",
        "CERS_PUBLIC_URL",
        "CERS_TRUSTED_HOPS",
    }
    assert "hunter2" not in desk.types("doctor").output


def test_a_mode_that_is_none_is_told_and_nothing_is_made_up_about_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, MODE="staging")

    (advice,) = wrong(desk)[NAMES["settings"]]
    assert advice.startswith("CERS_MODE: ")


@pytest.fixture
def browsers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Playwright's folder on a machine without a Chromium of its own."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    return tmp_path / "browsers"


def test_a_missing_chromium_is_told_to_developers_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, browsers: Path
) -> None:
    assert not browsers.exists()
    assert finding(desk, "chromium") == "Run: make test (installs Chromium or names the command that does)"

    given(monkeypatch, **PRODUCTION)
    assert wrong(desk) == {}
    assert "Chromium" not in desk.says("doctor")


def test_a_chromium_of_another_playwright_does_not_count_but_its_own_does(desk: Desk, browsers: Path) -> None:
    for stale in ("chromium-1", "chromium_headless_shell-1"):
        (browsers / stale).mkdir(parents=True)
        (browsers / stale / chromium.COMPLETE).touch()
    assert "make test" in finding(desk, "chromium")

    for folder in chromium.playwrights_folders():
        assert folder.parent == browsers
        folder.mkdir()
    assert "make test" in finding(desk, "chromium"), "half unpacked"

    for folder in chromium.playwrights_folders():
        (folder / chromium.COMPLETE).touch()
    assert wrong(desk) == {}
