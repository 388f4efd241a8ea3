"""Builds argon2's bindings for the processor of this machine. Needs only pip and click.

`make install` runs this file after it installed the wheel. The wheel must run on every processor, so it leaves out the
newer vector instructions, which save a third of a hash's time. If the build fails, the wheel stays.
"""

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory

import click

ROOT = Path(__file__).resolve().parents[2]
NAME = "argon2-cffi-bindings"
LOCKED = re.compile(rf"^{NAME}==.*\n(?: .*\n)*", re.MULTILINE)
PROCESSOR = re.compile(r"^(?:model name|flags|Features)\s*:.*$", re.MULTILINE)
COMPILERS = ("cc", "gcc", "clang")
STAMP, LOG = Path(sys.prefix) / "bin" / ".bindings", Path(sys.prefix) / "bindings.log"
FAILED = f"the build failed ({LOG} says how)"


class NotBuiltError(Exception):
    """Says why there are no bindings for this processor."""


def is_built() -> bool:
    """Whether the installed bindings were built here. pip records the origin of a package that no index gave it."""
    # A start of the portal rarely needs to know, and importing this takes 20 ms.
    from importlib import metadata

    return metadata.distribution(NAME).read_text("direct_url.json") is not None


def lacking() -> str:
    """What a build needs and this machine lacks. Empty if it lacks nothing."""
    if not any(map(shutil.which, COMPILERS)):
        return "a C compiler"
    return "" if Path(sysconfig.get_path("include"), "Python.h").exists() else "Python's header files"


def rate(**environment: str) -> float | None:
    """How many hashes a core computes per second. `None` if the bindings crash or compute wrong hashes."""
    done = _python("cers_app.commands.hash_rate", environment=environment)
    return None if done.returncode else float(done.stdout)


def was_tried() -> bool:
    """Whether a build was tried with this version, processor and compiler."""
    return _stamped() == _stamp()


def check() -> None:
    """Raises `click.ClickException` if the bindings were built for another processor and do not run on this one."""
    if _here() not in _stamped() and is_built() and rate() is None:
        raise click.ClickException("argon2 was built for another processor. Run: make install")


def main() -> None:
    """Build the bindings, unless that was tried before with the same version, processor and compiler."""
    if was_tried() or not os.access(sys.prefix, os.W_OK):
        return
    LOG.unlink(missing_ok=True)
    try:
        words = _words()
    except NotBuiltError as why:
        sys.exit(f"argon2 does not run on this processor, and its wheel cannot be installed: {why}.")
    STAMP.write_text(_stamp(), "utf-8")
    click.echo(words)


def _words() -> str:
    try:
        return f"argon2 is now built for this processor: {_built()} hashes per second on each core."
    except (NotBuiltError, OSError) as why:
        return _kept(str(why))


def _stamped() -> str:
    return STAMP.read_text("utf-8") if STAMP.exists() else ""


def _stamp() -> str:
    return f"{_here()} {lacking()}"


def _here() -> str:
    """A digest of what was to be built, and of the processor."""
    known = Path("/proc/cpuinfo")
    processor = sorted(set(PROCESSOR.findall(known.read_text("utf-8")))) if known.exists() else platform.machine()
    return hashlib.sha256(repr((_locked(), processor)).encode()).hexdigest()


def _locked() -> str:
    """The lines of the lock file, whose hashes hold for the wheel and for the sources."""
    return "".join(LOCKED.findall((ROOT / "requirements.txt").read_text("utf-8")))


def _built() -> float:
    """Build, try and install the bindings. Returns their rate. Raises `NotBuiltError`."""
    if lacking():
        raise NotBuiltError(f"this machine lacks {lacking()}")
    click.echo("Building argon2 for this processor …")
    with _folder() as folder:
        tools, tried = f"{folder}/tools", f"{folder}/tried"
        # A tool without a wheel would be built by other tools, whose hashes nobody has locked.
        _pip("install", "--require-hashes", "--only-binary", ":all:", "--target", tools, "-r", "requirements-build.txt")
        # pip's cache would hand this wheel to other processors.
        options = ("--no-cache-dir", "--no-build-isolation", "--no-binary", NAME, "--wheel-dir", folder)
        native = {"CFLAGS": "-march=native", "PYTHONPATH": tools}
        _pip("wheel", *options, *_only_locked(folder), environment=native)
        (wheel,) = map(str, Path(folder).glob("*.whl"))
        _pip("install", "--no-deps", "--no-index", "--target", tried, wheel)
        found = rate(PYTHONPATH=tried)
        if found is None:
            raise NotBuiltError("the build does not work here")
        _pip("install", "--no-deps", "--no-index", "--force-reinstall", wheel)
    return found


def _kept(why: str) -> str:
    """What hashes if nothing can be built. The wheel replaces bindings that were built for another processor."""
    if is_built() and rate() is not None:
        return f"argon2 stays as it was built before, because {why}."
    if is_built():
        with _folder() as folder:
            _pip("install", "--force-reinstall", "--only-binary", NAME, *_only_locked(folder))
    return f"argon2's wheel stays and hashes more slowly, because {why}."


def _folder() -> TemporaryDirectory[str]:
    """A folder for a while. It is not in /tmp, where some machines refuse to run programs."""
    return TemporaryDirectory(dir=sys.prefix)


def _only_locked(folder: str) -> tuple[str, ...]:
    lock = Path(folder, "lock.txt")
    lock.write_text(_locked(), "utf-8")
    return "--no-deps", "--require-hashes", "-r", str(lock)


def _pip(*arguments: str, environment: dict[str, str] | None = None) -> None:
    done = _python("pip", "--disable-pip-version-check", *arguments, environment=environment or {})
    with LOG.open("a", encoding="utf-8") as log:
        log.write(done.stdout + done.stderr)
    if done.returncode:
        raise NotBuiltError(FAILED)


def _python(*module: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - nothing typed in it
        [sys.executable, "-m", *module],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


if __name__ == "__main__":
    main()
