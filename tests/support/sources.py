"""A copy of the portal's sources, so that tests and benches may change them."""

import shutil
from pathlib import Path

from tests.support.portal import ROOT

KEPT_OUT = (".git", ".venv", ".local", ".web", "test-results", "__pycache__", ".*_cache")


def copied(folder: Path) -> Path:
    """Copy the sources into a new folder, without what was installed or built."""
    copy = folder / "portal"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*KEPT_OUT))
    return copy


def line_of(file: Path, text: str) -> int:
    """The number of the line in which a text begins."""
    return file.read_text("utf-8").partition(text)[0].count("\n") + 1


def replace(file: Path, old: str, new: str) -> None:
    """Save a file with one text in place of another, as a developer does. The file must hold the old text once."""
    text = file.read_text("utf-8")
    assert text.count(old) == 1, f"{file} holds {text.count(old)} times: {old}"
    file.write_text(text.replace(old, new), "utf-8")
