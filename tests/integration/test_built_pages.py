"""The built pages: built once, by what goes into them; never taken from under a portal that serves them."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from reflex_base.environment import environment as reflex_environment

from cers_app.serving import built_pages, process, watched
from cers_app.settings import Mode, Settings
from tests.project.test_structure import sources
from tests.support.portal import ROOT

PAGE_MODULES = ("ui", "help", "pages.py", "view.py", "states.py", "plugin.py")


def config(**more: Any) -> Settings:
    return Settings(mode=Mode.TEST, _env_file=None, **more)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A few sources."""
    root = tmp_path / "sources"
    for name in ("rxconfig.py", "requirements.txt"):
        root.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, root)
    shutil.copytree(ROOT / "assets", root / "assets")
    shutil.copytree(ROOT / "cers_app" / "ui", root / "cers_app" / "ui")
    return root


def asked_for(path: Path) -> Iterator[str]:
    """The settings a module asks for, as `settings().name` or `config.name`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in {"settings()", "config"}:
            yield node.attr


def given_whole(path: Path) -> Iterator[str]:
    """The functions to which a module gives all settings."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and any(ast.unparse(each) in {"settings()", "config"} for each in node.args):
            yield ast.unparse(node.func)


def test_every_setting_that_a_page_asks_for_is_part_of_the_fingerprint() -> None:
    pages = [path for path in sources("cers_app") if set(PAGE_MODULES) & set(path.parts)]
    asked = {name for path in pages for name in asked_for(path)}
    whole = {name for path in pages for name in given_whole(path)}

    # Hot reload alone asks for the address to listen on.
    assert asked - {"bind"} == built_pages.SHOWN
    # The letterhead's address is replaced; what else it holds is asked for elsewhere, too. No stage is built.
    assert whole == {"_head", "Letterhead.of", "examples.username_mail", "examples.link_mail", "stages.all_of"}


@pytest.mark.parametrize(
    "more",
    [
        {"portal_label": "Training"},
        {"continue_url": "https://cers.example.com/"},
        {"support_email": "help@example.com"},
        {"support_phone": "916-555-0100"},
        {"support_hours": "Monday to Friday"},
        {"regulator_url": "https://www.example.gov/regulators/"},
        {"privacy_url": "https://www.example.gov/privacy/"},
        {"terms_url": "https://www.example.gov/terms/"},
        {"mail_from": "cers@example.com"},
        {"password_min": 20},
        {"public_url": "http://localhost:4000"},
        {"CERS_RESET_LINK_MINUTES": 30},
    ],
    ids=str,
)
def test_other_words_are_other_pages(more: dict[str, object]) -> None:
    assert built_pages.fingerprint(config(**more)) != built_pages.fingerprint(config())


def test_a_port_a_limit_or_a_database_asks_for_no_new_build() -> None:
    other = config(port=4000, limit_sockets=10, database_url="sqlite:////tmp/other.db", smtp_host="127.0.0.1")

    assert built_pages.fingerprint(other) == built_pages.fingerprint(config())


def test_a_changed_new_or_missing_source_does(copy: Path) -> None:
    seen = {built_pages.fingerprint(config(), copy)}
    for change in (
        lambda: (copy / "rxconfig.py").write_text("# changed\n", "utf-8"),
        (copy / "assets" / "new.txt").touch,
        (copy / "cers_app" / "ui" / "theme.py").unlink,
    ):
        change()
        seen.add(built_pages.fingerprint(config(), copy))
    assert len(seen) == 4

    (copy / "cers_app" / "__pycache__").mkdir()
    (copy / "cers_app" / "__pycache__" / "x.pyc").touch()
    assert built_pages.fingerprint(config(), copy) in seen


def test_a_build_that_fails_tells_why_and_leaves_nothing_that_looks_built(tmp_path: Path) -> None:
    broken = {"PATH": os.defpath, "REFLEX_USE_NPM": "1", "CERS_MODE": "test", "REFLEX_TELEMETRY_ENABLED": "false"}

    with pytest.raises(built_pages.NotBuilt) as failed:
        built_pages.build(config(), {**broken, "CERS_PASSWORD_MIN": "none"}, tmp_path)

    assert "password_min" in str(failed.value)
    assert not built_pages.is_built(built_pages.folder(config(), tmp_path))


def test_a_source_that_changes_during_a_build_leaves_nothing_that_looks_built_under_its_old_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    builds: list[Path] = []

    def builder(work: Path, *_: object) -> None:
        builds.append(work)
        (work / "build" / "client").mkdir(parents=True, exist_ok=True)
        (work / "backend").mkdir(exist_ok=True)

    restless = iter("abcdefgh")
    monkeypatch.setattr(built_pages, "fingerprint", lambda _config: next(restless))
    with pytest.raises(built_pages.NotBuilt, match="keep changing"):
        built_pages.build(config(), {}, tmp_path, builder)
    assert list((tmp_path / "pages").iterdir()) == []

    once = iter(["before", *["after"] * 4])
    monkeypatch.setattr(built_pages, "fingerprint", lambda _config: next(once))
    assert built_pages.build(config(), {}, tmp_path, builder).name == "after"
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ["after"]
    assert len(builds) == 4


def test_what_was_never_finished_goes_too(tmp_path: Path) -> None:
    for name in ("finished", "unfinished"):
        (tmp_path / name / "build").mkdir(parents=True)
    (tmp_path / "finished" / "done").touch()

    built_pages.forget_old(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["finished"]


def test_a_process_that_is_started_again_serves_no_pages_of_other_sources(tmp_path: Path) -> None:
    ours = built_pages.folder(config())
    watched.refuse_other_pages(str(ours), config())
    watched.refuse_other_pages(str(tmp_path / ".web"), config())  # hot reload

    with pytest.raises(watched.PagesChanged):
        watched.refuse_other_pages(str(ours.with_name("0123456789abcdef")), config())


def test_old_pages_go_but_never_those_a_portal_serves(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    for age in range(built_pages.KEPT + 3):
        (pages / str(age)).mkdir(parents=True)
        (pages / str(age) / "done").touch()
        os.utime(pages / str(age) / "done", (1_000_000 - age, 1_000_000 - age))
    served = built_pages.hold(pages / "9")
    os.utime(pages / "9" / "done", (1, 1))
    try:
        built_pages.forget_old(pages)
    finally:
        os.close(served)

    assert {path.name for path in pages.iterdir()} == {"0", "1", "2", "3", "4", "5", "6", "7", "9"}


def test_the_framework_still_calls_its_switches_so() -> None:
    names = (reflex_environment.REFLEX_SKIP_COMPILE, reflex_environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP)

    assert {each.name for each in names} <= set(process.SERVES_BUILT_PAGES)
    assert reflex_environment.REFLEX_ENV_MODE.name in process.SERVES_BUILT_PAGES


READ_ONLY = """mount --bind {folder} {folder} && mount -o remount,ro,bind {folder} && exec {python} -c '
from pathlib import Path
from cers_app.serving import built_pages
Path("{folder}/made").open("w") if {control} else built_pages.hold(Path("{folder}"))'
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder read-only for itself, as systemd does")
@pytest.mark.parametrize("control", [False, True])
def test_a_service_that_may_not_write_beside_its_pages_serves_them(tmp_path: Path, control: bool) -> None:  # noqa: FBT001 - a parameter
    (tmp_path / built_pages.DONE).touch()
    script = READ_ONLY.format(folder=tmp_path, python=sys.executable, control=control)
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode == 0) is not control, done.stderr
    assert ("Read-only file system" in done.stderr) is control
