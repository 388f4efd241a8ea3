"""How a missing Chromium is got."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import install_programs
from tests.install_programs import DEBIAN, PLAYWRIGHT, Machine, plans
from tests.portal import ROOT


def test_where_a_chromium_is_nothing_is_installed() -> None:
    assert plans(Machine(has_chromium=True, is_root=True, has_apt=True)) == ()


def test_debians_is_preferred_where_it_may_be_installed() -> None:
    assert plans(Machine(has_chromium=False, is_root=True, has_apt=True)) == (DEBIAN, PLAYWRIGHT)


def test_elsewhere_it_is_playwrights_own() -> None:
    assert plans(Machine(has_chromium=False, is_root=False, has_apt=True)) == (PLAYWRIGHT,)
    assert plans(Machine(has_chromium=False, is_root=True, has_apt=False)) == (PLAYWRIGHT,)


def test_one_that_another_playwright_left_behind_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    (tmp_path / "chromium-1").mkdir()
    (tmp_path / "chromium-1" / "INSTALLATION_COMPLETE").touch()

    assert not install_programs.look().has_chromium


def test_make_starts_it_as_a_script(tmp_path: Path) -> None:
    (tmp_path / "chromium").touch(0o755)
    env = {"PATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}

    done = subprocess.run(
        [sys.executable, "tests/install_programs.py"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
