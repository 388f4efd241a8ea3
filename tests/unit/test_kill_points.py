"""The points at which tests stop the process: real ones, each passed in the code, and only where a test asks."""

import ast
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from cers_app.settings import Mode, Settings
from cers_app.storage import kill_points
from cers_app.storage.kill_points import is_wanted, kill_point
from tests.project.test_structure import sources
from tests.support.kill_points import POINTS
from tests.support.portal import SECRET_KEY

REAL: dict[str, Any] = {
    "public_url": "https://portal.example.com",
    "secret_key": SECRET_KEY,
    "smtp_host": "mail.example.com",
    "trusted_hops": 1,
}


def test_every_point_stands_in_the_code_once() -> None:
    passed = [
        ast.literal_eval(call.args[0])
        for path in sources("cers_app")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "kill_point"
    ]
    assert sorted(map(str, passed)) == sorted(POINTS)


def test_only_the_named_point_is_wanted_and_only_once(tmp_path: Path) -> None:
    file = tmp_path / "kill-at"
    assert not is_wanted(file, "mail.leased")

    file.write_text("mail.leased", "ascii")
    assert not is_wanted(file, "mail.written")
    assert is_wanted(file, "mail.leased")
    assert not is_wanted(file, "mail.leased")


@pytest.mark.parametrize("mode", [Mode.PRODUCTION, Mode.DEVELOPMENT])
def test_no_other_mode_takes_the_setting(mode: Mode) -> None:
    real: dict[str, Any] = REAL if mode is Mode.PRODUCTION else {}
    assert Settings(mode=mode, _env_file=None, **real)
    with pytest.raises(ValidationError, match="CERS_QA_KILL_FILE"):
        Settings(mode=mode, _env_file=None, qa_kill_file="kill-at", **real)


def test_even_settings_that_nothing_checked_arm_no_production() -> None:
    kill_points.arm(Settings.model_construct(mode=Mode.PRODUCTION, qa_kill_file="kill-at"))
    assert kill_points._files == []  # noqa: SLF001 - an armed point would end this process

    kill_points.arm(Settings.model_construct(mode=Mode.TEST, qa_kill_file="kill-at"))
    assert kill_points._files == [Path("kill-at")]  # noqa: SLF001
    kill_points.arm(Settings.model_construct(mode=Mode.TEST, qa_kill_file=""))
    assert kill_points._files == []  # noqa: SLF001 - an armed point would end this process


def test_without_the_setting_a_point_does_nothing(tmp_path: Path) -> None:
    (tmp_path / "kill-at").write_text("mail.leased", "ascii")
    kill_points.arm(Settings(mode=Mode.TEST, _env_file=None))

    kill_point("mail.leased")

    assert (tmp_path / "kill-at").exists()
