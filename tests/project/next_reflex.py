"""`make next-reflex`: tries another Reflex in a copy, and says which rows of `PATCHES.md` still hold.

`python -m tests.project.next_reflex [VERSION]`, by default the newest release. Everything happens in
`.local/next-reflex`, which stays until the next run. Exits with 0 if every row holds, 1 if one doesn't, and 2 if the
release could not be tried.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree as ET

from packaging.version import InvalidVersion, Version

from tests.project import first_failure, patches, unstopped
from tests.project.patches import Held, Patch, Tried
from tests.project.sbom import PINNED
from tests.support.nginx import UNPACKED
from tests.support.portal import ROOT

COPY = ROOT / ".local/next-reflex"
PYTHON = ".venv/bin/python"
LOCKS = ("requirements.txt", "requirements-dev.txt")
NODE_LOCK = "reflex.lock/package-lock.json"
RESULTS = "results.xml"
ASKED = re.compile(r"^reflex==(\S+)$", re.MULTILINE)
LOCKED_REFLEX = re.compile(r"^reflex.*\n(?: .*\n)*", re.MULTILINE)
NEED_PAGES = ("tests/e2e/", "tests/security/")
UNBUILT = "the pages could not be built"
LONGEST_VERSION, LONGEST_WHY = 40, 160
LAST_LINES = 15
HOLDS, BROKEN, NOT_TRIED, INTERRUPTED = 0, 1, 2, 130
"""Exit codes."""


class NotTriedError(Exception):
    """The release could not be tried."""


def newest() -> Version:
    """The newest release that pip finds. Raises `NotTriedError`."""
    command = [sys.executable, "-m", "pip", "index", "versions", "reflex", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotTriedError(f"pip finds no release of Reflex:\n{_last_lines(done.stderr)}")
    return Version(json.loads(done.stdout)["latest"])


def wanted(arguments: list[str], newest: Callable[[], Version] = newest) -> Version:
    """The release to try. Raises `NotTriedError` for bad arguments, and when there is no newer release."""
    if arguments:
        return _version(arguments)
    locked, found = Version(ASKED.findall((ROOT / "requirements.in").read_text("utf-8"))[0]), newest()
    if found <= locked:
        why = f"No release of Reflex is newer than {locked} (pip finds {found})."
        raise NotTriedError(f"{why} Name a release to try it all the same: make next-reflex REFLEX={locked}")
    return found


def _version(arguments: list[str]) -> Version:
    with suppress(InvalidVersion):
        if len(arguments) == 1 and len(arguments[0]) <= LONGEST_VERSION:
            return Version(arguments[0])
    raise NotTriedError("Name one release of Reflex, such as 0.10.1, or none for the newest.")


def copy_sources(copy: Path, version: Version) -> None:
    """Copy what git doesn't ignore. The copy asks for `version`, and its lock files leave Reflex's packages open."""
    shutil.rmtree(copy, ignore_errors=True)
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listing.split("\0")):
        # Reflex refuses a front end that another release has locked.
        if (ROOT / name).is_file() and not name.startswith("reflex.lock/"):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    _edit(copy / "requirements.in", ASKED, f"reflex=={version}")
    for lock in LOCKS:
        _edit(copy / lock, LOCKED_REFLEX, "")


def _edit(file: Path, old: re.Pattern[str], new: str) -> None:
    file.write_text(old.sub(new, file.read_text("utf-8")), "utf-8")


def environment(version: Version) -> dict[str, str]:
    """The environment of every step: nothing of the developer's settings, of the calling `make` or of its `.venv`."""
    left_out = ("CERS_", "REFLEX_", "MAKE", "MFLAGS", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    path = os.pathsep.join([kept.get("PATH", ""), str(UNPACKED / "usr/sbin")])
    early = {"UV_PRERELEASE": "allow"} if version.is_prerelease else {}
    return {**kept, **early, "PATH": path, "CERS_MODE": "test", "PYTHONUNBUFFERED": "1"}


def step(words: str, command: list[str], copy: Path, env: dict[str, str]) -> str | None:
    """Run a command in the copy. Return `None`, or the last lines of its output if it failed."""
    sys.stdout.write(f"{words} … ")
    sys.stdout.flush()
    began, log = time.monotonic(), copy / "last_step.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=copy, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            process.wait()
        except KeyboardInterrupt:
            # The terminal interrupts the command as well. The command then ends what it has started.
            process.wait()
            raise
    sys.stdout.write(f"{time.monotonic() - began:.0f} s\n")
    if process.returncode == 0:
        return None
    return _last_lines(log.read_text("utf-8", "replace")) or f"It ended with {process.returncode} and said nothing."


def _last_lines(output: str) -> str:
    return "\n".join(output.splitlines()[-LAST_LINES:])


def changed(before: dict[str, str], after: dict[str, str]) -> str:
    """The packages whose version differs."""
    pairs = [(name, before.get(name, "none"), after.get(name, "none")) for name in sorted({*before, *after})]
    return ", ".join(f"{name} {old} to {new}" for name, old, new in pairs if old != new) or "none"


def python_versions(folder: Path) -> dict[str, str]:
    """The locked Python packages. Some have another version for another Python."""
    pins = PINNED.findall((folder / LOCKS[1]).read_text("utf-8"))
    return {name: "/".join(version for each, version in pins if each == name) for name, _ in pins}


def node_versions(folder: Path) -> dict[str, str]:
    """The locked packages that the front end itself asks for."""
    packages = json.loads((folder / NODE_LOCK).read_text("utf-8"))["packages"]
    asked = {**packages[""].get("dependencies", {}), **packages[""].get("devDependencies", {})}
    return {name: packages[f"node_modules/{name}"]["version"] for name in asked}


def install(copy: Path, version: Version, env: dict[str, str]) -> None:
    """Resolve and install in the copy. Raises `NotTriedError`."""
    # The copy's own `.venv` doesn't exist yet. It shall have nothing but what the new release needs.
    for words, command in (
        (f"Resolving with Reflex {version}", ["make", "compile", f"UV={Path(sys.executable).with_name('uv')}"]),
        ("Installing", ["make", "install-dev", f"PYTHON={sys.executable}"]),
    ):
        if why := step(words, command, copy, env):
            raise NotTriedError(why)
    sys.stdout.write(f"  Other versions: {changed(python_versions(ROOT), python_versions(copy))}\n")


def try_out(copy: Path, table: list[Patch], env: dict[str, str]) -> Tried:
    """Build the pages in the copy, then run the tests that the table names. Raises `NotTriedError`."""
    unstopped.unstop(copy)
    unbuilt = step("Building the pages", [PYTHON, "-m", "cers_app", "build"], copy, env)
    if unbuilt and "npm error" in unbuilt and not (copy / NODE_LOCK).exists():
        raise NotTriedError(unbuilt)
    if (copy / NODE_LOCK).exists():
        sys.stdout.write(f"  Other versions in the front end: {changed(node_versions(ROOT), node_versions(copy))}\n")
    if unbuilt:
        sys.stdout.write(f"{unbuilt}\n")
    gone = unstopped.gone_in(copy)
    tests = sorted({test for patch in table for test in patch.tests if not (unbuilt and test.startswith(NEED_PAGES))})
    options = ["-n", "3", "--dist", "loadfile", "-p", first_failure.__name__, "--continue-on-collection-errors"]
    command = [PYTHON, "-m", "pytest", *options, f"--junit-xml={RESULTS}", *tests]
    failure = step("Running the tests of the rows", command, copy, env)
    if failure and not (copy / RESULTS).exists():
        sys.stdout.write(f"{failure}\n")
    return Tried(gone, UNBUILT if unbuilt else "", dict(results(copy / RESULTS, tests)))


def results(report: Path, files: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each file of tests that ran, with what failed in it and why. A file that could not be read failed as a whole."""
    cases = [*ET.parse(report).iter("testcase")] if report.exists() else []  # noqa: S314 - pytest has just written it
    for file in files:
        module = file.removesuffix(".py").replace("/", ".")
        ran = [case for case in cases if module in {case.get("classname"), case.get("name")}]
        if ran:
            yield file, tuple(f"{file}::{case.get('name')}: {why}" for case in ran if (why := _why(case)))


def _why(case: ET.Element) -> str:
    """The beginning of what a test failed with, or nothing if it didn't fail."""
    broken = next((part for part in case if part.tag in {"failure", "error"}), None)
    if broken is None:
        return ""
    # For a file that could not be read, the last line says why.
    words = broken.get("message", "") if case.get("classname") else (broken.text or "").rpartition("\n")[2]
    return " ".join(words.split())[:LONGEST_WHY] or "failed"


def report(version: Version, table: list[Patch], tried: Tried) -> int:
    """Print what became of each row, and the verdict. Return the exit code."""
    verdicts = [patches.verdict(patch, tried) for patch in table]
    for patch, verdict in zip(table, verdicts, strict=True):
        sys.stdout.write(f"{verdict.held:<13}{', '.join(patch.names)}\n")
        sys.stdout.writelines(f"{'':<13}- {why}\n" for why in verdict.why)
    counts = Counter(verdict.held for verdict in verdicts)
    others = "".join(f", {counts[held]} {held}" for held in Held if held is not Held.HOLDS and counts[held])
    sys.stdout.write(f"Reflex {version}: {counts[Held.HOLDS]} of {len(table)} rows of PATCHES.md hold{others}.\n")
    return HOLDS if counts[Held.HOLDS] == len(table) else BROKEN


def main(arguments: list[str]) -> int:
    """Try a release."""
    try:
        version = wanted(arguments)
        table = patches.read(patches.TABLE.read_text("utf-8"))
        copy_sources(COPY, version)
        env = environment(version)
        install(COPY, version, env)
        return report(version, table, try_out(COPY, table, env))
    except NotTriedError as error:
        sys.stdout.write(f"Not tried. {error}\n")
        return NOT_TRIED
    except KeyboardInterrupt:
        sys.stdout.write("Stopped.\n")
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
