"""What an operator copies from `deploy/` fits the portal, and systemd reads it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from cers_app.__main__ import commands
from cers_app.commands.private_files import open_to_everybody
from cers_app.settings import Mode, Settings
from tests.support import units
from tests.support.units import DEPLOY, ROOT, SETTINGS, UNITS

SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
MOST_EXPOSED = 20
"""Tenths, as systemd counts them. A service without any protection has 96."""
RULES = DEPLOY / "prometheus-rules.yml"
METRICS = ("cers_app/values/metrics.py", "cers_app/upkeep/metrics_server.py")
SCRIPTS = ["cers", "build-pages"]


def analyzed(*arguments: str) -> tuple[int, str]:
    """What `systemd-analyze` says."""
    done = subprocess.run(
        ["systemd-analyze", "--no-pager", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The units with this machine's Python, because systemd looks whether a program is there."""
    for path in UNITS.iterdir():
        text = path.read_text("utf-8").replace(units.PYTHON, sys.executable)
        (tmp_path / path.name).write_text(text, "utf-8")
    return tmp_path


def test_systemd_understands_every_unit(copied: Path) -> None:
    files = [str(path) for path in sorted(copied.iterdir())]
    assert len(files) > 3
    assert analyzed("verify", *files) == (0, "")

    control = copied / "cers.service"
    control.write_text(control.read_text("utf-8").replace("ProtectSystem=strict", "ProtectSystem=sometimes"), "utf-8")
    assert "protect system value" in analyzed("verify", str(control))[1]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_that_is_broken_into_reaches_little(service: str, tmp_path: Path) -> None:
    code, told = analyzed("security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(UNITS / service))
    assert code == 0, told

    (tmp_path / service).write_text("[Service]\nExecStart=/bin/true\n", "utf-8")
    assert analyzed("security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(tmp_path / service))[0] != 0


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_runs_a_command_that_exists(service: str) -> None:
    started = " ".join(units.command(service))
    words = re.search(r"-m cers_app ([a-z ]+)", started)
    assert words
    found: click.Command = commands
    for word in words[1].split():
        assert isinstance(found, click.Group)
        found = found.get_command(click.Context(found), word) or found
    assert not isinstance(found, click.Group), "a command, and not a group of them"
    assert units.values(service, "EnvironmentFile") == ["/etc/cers/portal.env"]


def test_the_portal_starts_with_the_settings_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("CERS_")]:
        monkeypatch.delenv(name)
    given = units.settings()
    for name in ("CERS_SECRET_KEY_FILE", "CERS_SMTP_PASSWORD_FILE"):
        secret = tmp_path / name
        secret.write_text("k" * 48, "utf-8")
        secret.chmod(0o640)
        given[name] = str(secret)
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    config = Settings(_env_file=None)

    assert config.mode is Mode.PRODUCTION
    assert config.trusted_hops == 1
    assert not config.mail_worker, "a service of its own sends the mails"
    assert not list(open_to_everybody(config.secret_files))
    assert "SECRET_KEY=" not in SETTINGS.read_text("utf-8"), "no secret in a file that many people read"


def test_every_alert_watches_a_metric_of_the_portal() -> None:
    sources = "".join((ROOT / source).read_text("utf-8") for source in METRICS)
    metrics = set(re.findall(r'"(cers_\w+)"', sources))
    watched = set(re.findall(r"\b(cers_[a-z_]+?)(?:_total|_bucket|_count)?\b", RULES.read_text("utf-8")))

    assert len(watched) > 5
    assert watched <= metrics


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_is_one_that_every_shell_reads(script: str) -> None:
    file = DEPLOY / script
    assert os.access(file, os.X_OK)
    shell = shutil.which("dash") or shutil.which("sh")
    assert shell
    assert subprocess.run([shell, "-n", str(file)], check=False).returncode == 0
