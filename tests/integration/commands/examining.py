"""Asking the doctor, with settings of a test's own."""

from pathlib import Path

import pytest

from tests.integration.commands.conftest import Desk, forget

NAMES = {
    "settings": "The settings",
    "hashing": "Password hashing",
    "database": "The database and its migrations",
    "files": "The permissions of the files with secrets",
    "port": "The port that the portal listens on",
    "mail": "The mail server, or the development mailbox",
    "chromium": "Chromium for the browser tests",
}


def given(monkeypatch: pytest.MonkeyPatch, **values: str | None) -> None:
    """Settings from now on; `None` takes one away."""
    for name, value in values.items():
        if value is None:
            monkeypatch.delenv(f"CERS_{name}")
        else:
            monkeypatch.setenv(f"CERS_{name}", value)
    forget()


def wrong(desk: Desk) -> dict[str, list[str]]:
    """What the doctor finds wrong, and its advice; a warning is left out."""
    result = desk.types("doctor")
    told: dict[str, list[str]] = {}
    for line in result.output.splitlines():
        if line.startswith("       "):
            told[list(told)[-1]].append(line.strip())
        else:
            told[line] = []
    found = {line.removeprefix("wrong  "): advice for line, advice in told.items() if line.startswith("wrong  ")}
    assert result.exit_code == (1 if found else 0)
    assert all(found.values()), "no advice"
    return found


def finding(desk: Desk, name: str) -> str:
    """The one thing that is wrong."""
    found = wrong(desk)
    assert list(found) == [NAMES[name]]
    (advice,) = found[NAMES[name]]
    return advice


def other_processors(folder: Path) -> None:
    """Bindings that end their process, as on a processor that lacks their instructions."""
    (folder / "_argon2_cffi_bindings").mkdir(parents=True)
    crash = "import os, signal\nos.kill(os.getpid(), signal.SIGILL)\n"
    (folder / "_argon2_cffi_bindings/__init__.py").write_text(crash, "utf-8")
