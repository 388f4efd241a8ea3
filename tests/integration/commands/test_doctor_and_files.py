"""The doctor finds files with secrets that other users of the machine can get at."""

import os
import pwd
from pathlib import Path

import pytest

from cers_app.commands import private_files
from tests.integration.commands.conftest import Desk
from tests.integration.commands.examining import NAMES, given, wrong
from tests.support.ports import free_port


@pytest.fixture(autouse=True)
def _port(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """All else is well."""
    given(monkeypatch, PORT=str(free_port()))
    assert wrong(desk) == {}


@pytest.mark.parametrize("mode", ["644", "640", "660", "602"])
def test_a_database_that_other_users_can_get_at_is_told_until_it_is_mended(desk: Desk, mode: str) -> None:
    file = Path(desk.database.url.removeprefix("sqlite:///"))
    file.chmod(int(mode, 8))
    advice = f"Other users of this machine can access {file} (mode {mode}). Run: chmod 600 {file}"
    assert advice in wrong(desk)[NAMES["files"]]

    for one in file.parent.glob("portal.db*"):
        one.chmod(0o600)
    assert wrong(desk) == {}


def test_a_file_of_another_user_is_told_with_both_names(tmp_path: Path) -> None:
    file = tmp_path / "portal.db"
    file.touch(0o600)
    me = os.geteuid()

    (advice,) = private_files.problems([file, tmp_path / "none"], me + 100_000)
    assert advice == (
        f"{file} belongs to {pwd.getpwuid(me).pw_name}. Run commands as that user, or run: chown {me + 100_000} {file}"
    )
    assert list(private_files.problems([file], me)) == []


def test_a_file_with_a_secret_that_everybody_can_read_is_told_until_it_is_mended(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "password"
    file.write_text("hunter2\n", "utf-8")
    file.chmod(0o644)
    given(monkeypatch, SMTP_PASSWORD_FILE=str(file))
    assert f"Every user of this machine can access {file}. Run: chmod o= {file}" in wrong(desk)[NAMES["files"]]

    for mode in (0o400, 0o440, 0o640):
        file.chmod(mode)
        assert wrong(desk) == {}, "a service manager or a group may own the file"


def test_a_secret_file_that_is_not_there_is_told_and_the_rest_is_looked_at_nevertheless(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CERS_SECRET_KEY", raising=False)
    given(monkeypatch, SECRET_KEY_FILE=str(tmp_path / "none"))
    advice = "CERS_SECRET_KEY_FILE: the file cannot be read (No such file or directory)"
    assert wrong(desk) == {NAMES["settings"]: [advice]}

    (tmp_path / "none").write_text("a-key-for-tests-alone-of-more-than-32-characters\n", "utf-8")
    (tmp_path / "none").chmod(0o600)
    assert wrong(desk) == {}
    given(monkeypatch, SECRET_KEY="another-key-of-more-than-32-characters")
    assert wrong(desk)[NAMES["settings"]] == ["CERS_SECRET_KEY: must not be set together with CERS_SECRET_KEY_FILE"]
