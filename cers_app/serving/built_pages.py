"""Builds the pages and keeps them. A digest of everything that goes into the pages names their folder.

So the portal never builds the same pages twice, and portals with different settings never share a folder. The pages
contain no port, so one build serves on any port.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from cers_app.settings import LOCAL, ROOT, Settings

SHOWN = {
    "continue_url",
    "demo_notice",
    "mail_from",
    "password_min",
    "portal_label",
    "privacy_url",
    "public_url",
    "regulator_url",
    "reset_link",
    "support_email",
    "support_hours",
    "support_phone",
    "terms_url",
}
"""The settings that pages show. A test compares this list with the settings that the pages read."""
SOURCES = ("cers_app", "assets", "reflex.lock", "rxconfig.py", "requirements.txt")
KEPT = 8
"""How many built folders stay. A new build deletes older folders unless a portal uses them."""
DONE, PAGES = "done", "pages"
LINES_OF_FAILURE = 40


class NotBuilt(click.ClickException):
    """The build failed. The message ends with the last lines of the builder's output."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The pages could not be built:\n{why}")


def folder(config: Settings, local: Path = LOCAL) -> Path:
    """The folder of the pages for these settings, built or not."""
    return local / PAGES / fingerprint(config)


def fingerprint(config: Settings, root: Path = ROOT) -> str:
    """A digest of everything that goes into the pages."""
    digest = hashlib.sha256(config.model_dump_json(include=SHOWN).encode())
    for path in _sources(root):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root)} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def _sources(root: Path) -> Iterator[Path]:
    for name in SOURCES:
        found = root / name
        inside = (path for path in found.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        yield from [found] if found.is_file() else sorted(inside)


def is_built(built: Path) -> bool:
    """Whether the folder has all its pages."""
    return (built / DONE).exists()


def build(
    config: Settings, environment: dict[str, str], local: Path = LOCAL, builder: Callable[..., None] | None = None
) -> Path:
    """Build the pages unless they are built already, and return their folder. Raises `NotBuilt`.

    The builder runs in `environment`, which has Node.js on its path and no secrets. Reflex builds unless a test passes
    a `builder`. Simultaneous builds take turns.
    """
    (local / PAGES).mkdir(parents=True, exist_ok=True)
    with _turn(local) as turn:
        # Reflex writes its lock file, one of the sources, when a package was added. The second build then matches.
        for _ in range(2):
            built = folder(config, local)
            if is_built(built):
                return built
            work = local / "web-build"
            (builder or _run_reflex)(work, environment, turn)
            if folder(config, local) == built:
                _keep(work, built)
                forget_old(built.parent)
                return built
    raise NotBuilt("The sources keep changing. Start again.")


@contextmanager
def _turn(local: Path) -> Iterator[int]:
    with (local / "web-build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def _run_reflex(work: Path, environment: dict[str, str], turn: int) -> None:
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    more = {"REFLEX_WEB_WORKDIR": str(work), "PYTHONUNBUFFERED": "1"}
    done = subprocess.run(  # noqa: S603 - no shell, and no argument comes from outside
        command,
        cwd=ROOT,
        env={**environment, **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # If this process is killed, the builder keeps the turn until the build is done.
        pass_fds=(turn,),
        check=False,
    )
    if done.returncode or not (work / "build" / "client").is_dir():
        lines = done.stdout.decode("utf-8", "replace").splitlines()
        raise NotBuilt("\n".join(lines[-LINES_OF_FAILURE:]))


def _keep(work: Path, built: Path) -> None:
    shutil.rmtree(built, ignore_errors=True)
    shutil.copytree(work / "build" / "client", built / "build" / "client")
    # Reflex reads which pages have a State when the server starts.
    shutil.copytree(work / "backend", built / "backend")
    # The mark says that the pages are complete, so the pages reach the disk before the mark.
    os.sync()
    (built / DONE).touch()


def hold(built: Path) -> int:
    """Keep the pages from being deleted while the returned file descriptor is open."""
    marker = os.open(built / DONE, os.O_RDONLY)
    fcntl.flock(marker, fcntl.LOCK_SH)
    with suppress(OSError):  # another user built the pages, or the service may write nothing here
        os.utime(built / DONE)
    os.set_inheritable(marker, True)  # noqa: FBT003 - the function's name says what True means
    return marker


def forget_old(pages: Path) -> None:
    """Delete unfinished folders, and the oldest folders that no portal holds."""
    for left in pages.iterdir():
        if not is_built(left):
            shutil.rmtree(left, ignore_errors=True)
    by_age = sorted(pages.glob(f"*/{DONE}"), key=lambda path: path.stat().st_mtime, reverse=True)
    for marker in by_age[KEPT:]:
        with marker.open("rb") as opened:
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(marker.parent, ignore_errors=True)
