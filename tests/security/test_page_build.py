"""An npm package that turns hostile finds no secret while it builds the pages."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cers_app.serving import built_pages, process
from cers_app.settings import BUILDS_PAGES, Mode, Settings, settings
from tests.support.portal import ROOT
from tests.support.processes import members

KEY, PASSWORD, TOKEN = "canary-of-the-secret-key-0123456789", "canary-of-the-smtp-password", "canary-of-another-token"
LABEL = "Canary build"
SECRETS = {"CERS_SECRET_KEY": KEY, "CERS_SMTP_PASSWORD": PASSWORD, "SOME_CLOUD_TOKEN": TOKEN}
PRODUCTION = {
    "CERS_MODE": "production",
    "CERS_PUBLIC_URL": "https://portal.example.com",
    "CERS_SMTP_HOST": "mail.example.com",
    "CERS_TRUSTED_HOPS": "1",
    "CERS_PORTAL_LABEL": LABEL,
    "CERS_RESET_LINK_MINUTES": "20.3",
    "CERS_DEMO_NOTICE": "false",
}


@pytest.fixture
def config(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a portal in production, which has secrets."""
    for name in [name for name in os.environ if name.startswith("CERS_")]:
        monkeypatch.delenv(name)
    for name, value in (SECRETS | PRODUCTION).items():
        monkeypatch.setenv(name, value)
    return Settings(_env_file=None)


def environments_during(build: subprocess.Popen[bytes]) -> dict[str, str]:
    """The environment of each program that ran until the build was done, except for the command itself."""
    found: dict[str, str] = {}
    while build.poll() is None:
        for each in set(members(build.pid)) - {build.pid}:
            try:
                program = Path(f"/proc/{each}/exe").readlink()
                environment = Path(f"/proc/{each}/environ").read_text("utf-8", "replace")
            except OSError:  # it has just ended
                continue
            if environment:  # a program that just begins or ends has none
                found[f"{each} {program.name}"] = environment
        time.sleep(0.02)
    return found


def test_no_program_of_the_page_build_has_a_secret_in_its_environment(config: Settings) -> None:
    built = built_pages.folder(config)
    shutil.rmtree(built, ignore_errors=True)
    command = [sys.executable, "-m", "cers_app", "build"]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, start_new_session=True) as build:
        # The command itself holds the secrets. This also shows that the environment of a process can be read here.
        assert KEY in Path(f"/proc/{build.pid}/environ").read_text("utf-8")
        seen = environments_during(build)

    assert build.returncode == 0
    assert built_pages.is_built(built)
    assert LABEL in (built / "build" / "client" / "sign-in" / "index.html").read_text("utf-8")
    shutil.rmtree(built)
    assert {"node"} <= {program.split()[1] for program in seen}
    assert all(f"CERS_PORTAL_LABEL={LABEL}" in values for program, values in seen.items() if "node" in program)
    canaries = (KEY, PASSWORD, TOKEN, "SOME_CLOUD_TOKEN")
    assert [program for program, values in seen.items() if any(canary in values for canary in canaries)] == []


def test_the_page_build_has_every_setting_that_pages_show_and_reads_no_secret_from_a_file(
    config: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / ".env"
    file.write_text(f"CERS_SMTP_PASSWORD={PASSWORD}\n", "utf-8")
    monkeypatch.setattr("cers_app.settings.ENV_FILE", file)
    given = process.for_page_build(config)
    for name in SECRETS | PRODUCTION:
        monkeypatch.delenv(name)
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    settings.cache_clear()
    build = settings()
    monkeypatch.delenv(BUILDS_PAGES)
    settings.cache_clear()
    portal = settings()
    settings.cache_clear()

    assert portal.smtp_password.get_secret_value() == PASSWORD, "the portal itself reads the file"
    assert build.smtp_password.get_secret_value() == ""
    assert built_pages.fingerprint(build) == built_pages.fingerprint(config)
    assert (build.mode, build.demo_notice) == (Mode.PRODUCTION, False)


def test_the_install_script_of_a_package_does_not_run(config: Settings, tmp_path: Path) -> None:
    hostile = {
        "name": "hostile",
        "version": "1.0.0",
        "scripts": {"postinstall": "touch was-here", "build": "touch built"},
    }
    (tmp_path / "package.json").write_text(json.dumps(hostile), "utf-8")
    given = process.for_page_build(config)

    def npm(*words: str, **more: str) -> None:
        command = ["npm", *words, "--offline", "--no-audit", "--no-fund"]
        npm = shutil.which("npm", path=given["PATH"])
        assert npm
        subprocess.run([npm, *command[1:]], cwd=tmp_path, env=given | more, capture_output=True, check=True)

    npm("install")
    npm("run", "build")
    assert not (tmp_path / "was-here").exists()
    assert (tmp_path / "built").exists(), "the build itself runs"
    npm("install", NPM_CONFIG_IGNORE_SCRIPTS="false")
    assert (tmp_path / "was-here").exists()
