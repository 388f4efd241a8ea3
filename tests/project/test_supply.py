"""What is installed is pinned, hashed and light, and no file says where it was downloaded."""

import json
import os
import re
from importlib import metadata

import pytest
from packaging.requirements import Requirement

from tests.project.test_structure import tracked_texts
from tests.support.portal import ROOT

HOSTS = re.compile(
    r"pypi\."
    r"org|files\.python"
    r"hosted|registry\.np"
    r"mjs|npm"
    r"mirror|deb\.deb"
    r"ian|--(extra-)?index"
    r"-url"
)


def test_the_front_end_has_no_radix_and_no_download_addresses() -> None:
    lock = (ROOT / "reflex.lock/package-lock.json").read_text("utf-8")
    packages = json.loads(lock)["packages"]

    assert "node_modules/react" in packages
    assert "@radix-ui" not in lock + (ROOT / "reflex.lock/package.json").read_text("utf-8")
    assert not [name for name, facts in packages.items() if "resolved" in facts]


def test_no_file_names_a_registry() -> None:
    assert [str(path) for path in tracked_texts() if HOSTS.search(path.read_text("utf-8"))] == []
    assert HOSTS.search("pip install --index" + "-url x")


@pytest.mark.parametrize(("name", "least"), [("requirements", 51), ("requirements-dev", 51), ("requirements-build", 4)])
def test_every_requirement_is_pinned_and_hashed(name: str, least: int) -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / f"{name}.txt").read_text("utf-8"), flags=re.IGNORECASE)
    asked = [block for block in blocks if not block.startswith("#")]
    pinned = {re.split(r"==|\[", block)[0].strip().lower(): block for block in asked if "==" in block.split("\n")[0]}

    assert [block for block in asked if "==" not in block.split("\n")[0]] == []
    assert not re.search(r"^-", "\n".join(blocks), re.MULTILINE)
    assert len(pinned) >= least
    assert [package for package, block in pinned.items() if "--hash=sha256:" not in block] == []
    wanted = (ROOT / f"{name}.in").read_text("utf-8").split()
    for line in wanted:
        package = line.split("==")[0].lower()
        assert package in pinned or package in {"-r", "requirements.in"}


def test_an_extra_that_a_package_asks_for_is_pinned_with_it() -> None:
    """The pip of a new Python 3.11 refuses `coverage[toml]` where only `coverage` is pinned and a newer one is out."""
    lock = (ROOT / "requirements-dev.txt").read_text("utf-8").lower()
    asked = [Requirement(line) for each in metadata.distributions() for line in each.requires or []]
    needed = {
        f"{one.name}[{','.join(sorted(one.extras))}]".lower()
        for one in asked
        if one.extras and (one.marker is None or one.marker.evaluate({"extra": ""}))
    }

    assert "coverage[toml]" in needed
    assert sorted(name for name in needed if f"\n{name}==" not in lock) == []


def test_ci_runs_the_quick_checks_and_then_the_tests() -> None:
    lines = [line for line in (ROOT / ".ci/run").read_text("utf-8").splitlines() if line and not line.startswith("#")]

    assert lines == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "make check", "make test"]
    assert os.access(ROOT / ".ci/run", os.X_OK)
