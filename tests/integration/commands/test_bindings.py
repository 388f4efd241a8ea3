"""`make install` builds argon2 for the processor if it can, and leaves the wheel otherwise.

Each test has a virtual environment of its own, where pip is a script that only writes down what it is asked for.
"""

import subprocess
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.commands.examining import other_processors
from tests.support.portal import ROOT
from tests.support.ports import free_port

PIP = """
import os, pathlib, sys
words = sys.argv[2:]
home = pathlib.Path(os.environ["HOME"])
with (home / "asked").open("a") as asked:
    print(*words, os.environ.get("CFLAGS"), file=asked)
if "--wheel-dir" in words:
    pathlib.Path(words[words.index("--wheel-dir") + 1], "argon2.whl").touch()
if words[-1].endswith("argon2.whl") and (home / "crashing").exists():
    (home / "crashing").rename(words[words.index("--target") + 1])
sys.exit(words[0] in os.environ.get("FAILS", ""))
"""
WHEEL = "argon2_cffi_bindings-1.dist-info"
WHEEL_STAYS = "argon2's wheel stays and hashes more slowly, because "


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine on which somebody types `make install`."""

    home: Path

    def installs(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """What follows the installation of the wheel."""
        return self.runs("cers_app.commands.bindings", **environment)

    def runs(self, *module: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a module with this machine's Python."""
        command = [str(self.home / ".venv/bin/python"), "-m", *module]
        env = {"PATH": str(self.home / "bin"), "HOME": str(self.home), "PYTHONDONTWRITEBYTECODE": "1", **environment}
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    def gets_a_compiler(self) -> None:
        """From now on there is one on the PATH."""
        (self.home / "bin/cc").touch(0o755)

    def has_a_build(self) -> None:
        """The bindings were built before."""
        (self.site / WHEEL / "direct_url.json").touch()

    @property
    def site(self) -> Path:
        """The packages that come before those of the tests."""
        return self.home / "site"

    @property
    def asked(self) -> list[str]:
        """What pip was asked for."""
        file = self.home / "asked"
        return file.read_text("utf-8").splitlines() if file.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with argon2's wheel, Python's header files and no compiler."""
    venv.create(tmp_path / ".venv", symlinks=True)
    machine = Machine(tmp_path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "include").mkdir()
    (tmp_path / "include/Python.h").touch()
    for package in ("pip", WHEEL):
        (machine.site / package).mkdir(parents=True)
    (machine.site / "pip/__init__.py").touch()
    (machine.site / "pip/__main__.py").write_text(PIP, "utf-8")
    (machine.site / WHEEL / "METADATA").write_text("Name: argon2-cffi-bindings\nVersion: 1\n", "utf-8")
    (packages,) = (tmp_path / ".venv/lib").glob("python*/site-packages")
    headers = f"import sysconfig; sysconfig.get_path = lambda name: {str(tmp_path / 'include')!r}"
    lines = (str(machine.site), sysconfig.get_path("purelib"), headers)
    (packages / "machine.pth").write_text("\n".join(lines), "utf-8")
    return machine


def test_without_a_compiler_the_wheel_stays_and_one_sentence_says_so(machine: Machine) -> None:
    done = machine.installs()

    assert (done.returncode, done.stdout) == (0, f"{WHEEL_STAYS}this machine lacks a C compiler.\n")
    assert machine.installs().stdout == "", "said once"
    assert machine.asked == []


def test_without_pythons_header_files_the_wheel_stays(machine: Machine) -> None:
    machine.gets_a_compiler()
    (machine.home / "include/Python.h").unlink()

    assert machine.installs().stdout == f"{WHEEL_STAYS}this machine lacks Python's header files.\n"
    assert machine.asked == []


def test_a_build_is_tried_and_then_replaces_the_wheel_once(machine: Machine) -> None:
    machine.installs()
    machine.gets_a_compiler()
    done = machine.installs()
    tools, wheel, trial, install = machine.asked

    assert "argon2 is now built for this processor: " in done.stdout
    assert "--require-hashes" in tools
    assert tools.endswith("-r requirements-build.txt None")
    assert "--no-build-isolation --no-binary argon2-cffi-bindings" in wheel
    assert "--require-hashes" in wheel
    assert wheel.endswith("lock.txt -march=native")
    assert "--target" in trial
    assert "--force-reinstall" in install
    assert machine.installs().stdout == "", "built once"
    assert len(machine.asked) == 4
    assert {path.name for path in (machine.home / ".venv").glob("tmp*")} == set()


@pytest.mark.parametrize("step", ["install", "wheel"])
def test_a_build_that_fails_leaves_the_wheel_and_says_where_to_look(machine: Machine, step: str) -> None:
    machine.gets_a_compiler()
    done = machine.installs(FAILS=step)
    log = machine.home / ".venv/bindings.log"

    assert done.returncode == 0
    assert done.stdout.endswith(f"{WHEEL_STAYS}the build failed ({log} says how).\n")
    assert log.exists()
    assert "--force-reinstall" not in " ".join(machine.asked)
    assert machine.installs().stdout == "", "not tried again each time"


def test_a_build_that_crashes_is_never_installed(machine: Machine) -> None:
    machine.gets_a_compiler()
    other_processors(machine.home / "crashing")
    done = machine.installs()

    assert done.stdout.endswith(f"{WHEEL_STAYS}the build does not work here.\n")
    assert "--force-reinstall" not in " ".join(machine.asked)


def test_bindings_for_another_processor_give_way_to_the_wheel(machine: Machine) -> None:
    machine.has_a_build()
    other_processors(machine.site)
    done = machine.installs()

    assert done.stdout == f"{WHEEL_STAYS}this machine lacks a C compiler.\n"
    (asked,) = machine.asked
    assert "--force-reinstall --only-binary argon2-cffi-bindings --no-deps --require-hashes" in asked


def test_bindings_for_another_processor_are_an_error_where_the_wheel_cannot_be_had(machine: Machine) -> None:
    machine.has_a_build()
    other_processors(machine.site)

    for _ in range(2):
        done = machine.installs(FAILS="install")
        assert done.returncode == 1
        assert done.stderr.startswith("argon2 does not run on this processor, and its wheel cannot be installed: ")


def test_bindings_that_still_work_stay_where_no_compiler_is_left(machine: Machine) -> None:
    machine.has_a_build()

    done = machine.installs()
    assert done.stdout == "argon2 stays as it was built before, because this machine lacks a C compiler.\n"
    assert machine.asked == []


def test_the_portal_does_not_start_with_bindings_for_another_processor_and_says_what_to_do(machine: Machine) -> None:
    settings = {"CERS_MODE": "test", "CERS_PORT": str(free_port())}
    settings["CERS_DATABASE_URL"] = f"sqlite:///{machine.home / 'none.db'}"
    other_processors(machine.site)
    assert "There is no database" in machine.runs("cers_app", "serve", **settings).stderr

    machine.has_a_build()
    done = machine.runs("cers_app", "serve", **settings)
    assert (done.returncode, done.stderr) == (1, "Error: argon2 was built for another processor. Run: make install\n")
