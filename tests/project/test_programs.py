"""How the programs which the tests start are got where they are missing."""

import subprocess
import sys
from pathlib import Path

import pytest

from cers_app.commands import chromium
from tests.install_programs import DEBIAN, PLAYWRIGHT, SHELL, UPDATE, Machine, Program, for_chromium, for_nginx
from tests.support.portal import ROOT

ROOT_ON_DEBIAN = Machine(is_root=True, has_apt=True)


def test_a_program_that_is_there_is_not_installed_and_one_that_is_missing_is(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    made = tmp_path / "made"
    program = Program("Chromium", SHELL, made.exists, lambda _machine: iter([[("false",)], [("touch", str(made))]]))

    assert program.get(ROOT_ON_DEBIAN)
    assert program.get(ROOT_ON_DEBIAN)
    assert capfd.readouterr().out.count("Getting Chromium") == 2, "the first way failed; then nothing was to be done"


def test_where_no_way_works_the_one_command_to_type_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    assert not Program("nginx", "nginx", lambda: False, for_nginx).get(Machine(is_root=False, has_apt=False))

    assert capfd.readouterr().out == "nginx is missing. Run this again, or type: sudo apt-get install nginx\n"


def test_debians_is_preferred_where_it_may_be_installed() -> None:
    assert list(for_chromium(ROOT_ON_DEBIAN)) == [DEBIAN, PLAYWRIGHT]


def test_elsewhere_it_is_playwrights_own() -> None:
    assert list(for_chromium(Machine(is_root=False, has_apt=True))) == [PLAYWRIGHT]
    assert list(for_chromium(Machine(is_root=True, has_apt=False))) == [PLAYWRIGHT]


def test_nginx_is_unpacked_and_never_installed_where_it_would_start() -> None:
    for machine in (ROOT_ON_DEBIAN, Machine(is_root=False, has_apt=True)):
        (plan,) = for_nginx(machine)
        assert (UPDATE in plan) == machine.is_root
        assert "apt-get -qq download nginx" in plan[-1][-1]
        assert "install" not in str(plan)


def test_one_that_another_playwright_left_behind_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    (tmp_path / "chromium-1").mkdir()
    (tmp_path / "chromium-1" / "INSTALLATION_COMPLETE").touch()

    assert not chromium.is_there()


def test_make_starts_it_as_a_script(tmp_path: Path) -> None:
    for name in ("chromium", "nginx", "systemd-analyze"):
        (tmp_path / name).touch(0o755)
    env = {"PATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}

    done = subprocess.run(
        [sys.executable, "tests/install_programs.py"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
