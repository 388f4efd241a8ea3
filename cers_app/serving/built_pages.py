"""The built pages: where they lie, and whether they still are what the sources and settings would give.

The folder is named by a digest of everything that goes into the pages, so nothing is built twice, and two portals
with other settings never share a folder. The pages know no port: the same ones serve every portal.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cers_app.settings import LOCAL, ROOT, Settings

SHOWN = (
    "demo_notice",
    "limit_mail_per_link",
    "mail_from",
    "password_min",
    "portal_label",
    "public_url",
    "reset_link_minutes",
    "support_email",
)
"""The settings that pages show; a test compares them with what the pages ask for."""
SOURCES = ("cers_app", "assets", "reflex.lock", "rxconfig.py", "requirements.txt")
KEPT = 8
"""Built folders; older ones are deleted when a new one comes, unless a portal uses them."""
DONE, PAGES = "done", "pages"
LINES_OF_FAILURE = 40


class NotBuilt(Exception):  # noqa: N818 - named as the fact it is
    """The pages could not be built; the words are the last lines of the builder."""


def folder(config: Settings, local: Path = LOCAL) -> Path:
    """Where the pages for these settings lie, built or not."""
    return local / PAGES / fingerprint(config)


def fingerprint(config: Settings, root: Path = ROOT) -> str:
    """A digest of everything that goes into the pages."""
    digest = hashlib.sha256(json.dumps({name: getattr(config, name) for name in SHOWN}, sort_keys=True).encode())
    for path in _sources(root):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root)} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def _sources(root: Path) -> Iterator[Path]:
    for name in SOURCES:
        found = root / name
        yield from [found] if found.is_file() else sorted(path for path in found.rglob("*") if _counts(path))


def _counts(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts


def is_built(built: Path) -> bool:
    """Whether the pages are all there."""
    return (built / DONE).exists()


def build(
    config: Settings, environment: dict[str, str], local: Path = LOCAL, builder: Callable[..., None] | None = None
) -> Path:
    """Build the pages unless they are there; where they are. Raises `NotBuilt`.

    `environment` is the builder's, with Node.js on its path; `builder` is Reflex. Two builds at once take turns.
    """
    (local / PAGES).mkdir(parents=True, exist_ok=True)
    with _turn(local) as turn:
        # Reflex itself writes its lock file when a package was added: then the second time is the last.
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
    msg = "The sources go on changing. Start again."
    raise NotBuilt(msg)


@contextmanager
def _turn(local: Path) -> Iterator[int]:
    with (local / "web-build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def _run_reflex(work: Path, environment: dict[str, str], turn: int) -> None:
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    more = {"REFLEX_WEB_WORKDIR": str(work), "PYTHONUNBUFFERED": "1"}
    done = subprocess.run(  # noqa: S603 - no shell, and no word of it comes from outside
        command,
        cwd=ROOT,
        env={**environment, **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # A builder whose starter was killed keeps the turn until it is done.
        pass_fds=(turn,),
        check=False,
    )
    if done.returncode or not (work / "build" / "client").is_dir():
        lines = done.stdout.decode("utf-8", "replace").splitlines()
        raise NotBuilt("\n".join(lines[-LINES_OF_FAILURE:]))


def _keep(work: Path, built: Path) -> None:
    shutil.rmtree(built, ignore_errors=True)
    shutil.copytree(work / "build" / "client", built / "build" / "client")
    # Which pages have a State: Reflex asks for it at the start.
    shutil.copytree(work / "backend", built / "backend")
    # What the mark vouches for is on the disk before the mark.
    os.sync()
    (built / DONE).touch()


def hold(built: Path) -> int:
    """Keep the pages from being deleted for as long as the file descriptor that comes back is open."""
    marker = os.open(built / DONE, os.O_RDONLY)
    fcntl.flock(marker, fcntl.LOCK_SH)
    with suppress(PermissionError):  # somebody else built them
        os.utime(built / DONE)
    os.set_inheritable(marker, True)  # noqa: FBT003 - the name of the argument is the function's
    return marker


def forget_old(pages: Path) -> None:
    """Delete what was never finished, and the oldest folders, but for those that are held."""
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
