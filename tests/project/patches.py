"""The table of `cers_app/frontend/PATCHES.md`, and which of its rows hold with another release of the framework."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tests.support.portal import ROOT

FRONTEND = ROOT / "cers_app/frontend"
TABLE = FRONTEND / "PATCHES.md"
HEAD = "| change | what it is for | if the framework changes | tests | how to drop it |\n|---|---|---|---|---|\n"
QUOTED = re.compile(r"`([^`]+)`")
NEEDLESS = "not needed any more? Its tests pass without it"
LOUDLY, SILENTLY, NO_PATCH = "loudly", "silently", "no patch"


@dataclass(frozen=True, slots=True)
class Patch:
    """A row. Its names are those of Vite plugins and of files."""

    names: tuple[str, ...]
    fails: str
    tests: tuple[str, ...]

    @property
    def stops_the_build(self) -> bool:
        """Whether the build stops when the framework has changed."""
        return self.fails.startswith(LOUDLY)


class Held(StrEnum):
    """What became of a row."""

    HOLDS = "holds"
    GONE = "gone"
    FAILED = "failed"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a row, and why."""

    held: Held
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """What the build and the tests showed.

    `gone` has the messages of changes whose text is gone, by the name of the change. `unbuilt` says why the pages could
    not be built, or is empty. `results` has what failed in each file of tests that ran.
    """

    gone: Mapping[str, tuple[str, ...]]
    unbuilt: str
    results: Mapping[str, tuple[str, ...]]


def read(text: str) -> list[Patch]:
    """The rows of the table. Raises `ValueError` for another table, or for a row with another number of cells."""
    _, head, rows = text.partition(HEAD)
    if not head:
        raise ValueError("PATCHES.md has no such table")
    return [_patch(line) for line in rows.splitlines() if line.startswith("|")]


def _patch(line: str) -> Patch:
    names, _, fails, tests, _ = (cell.strip() for cell in line.strip("|").split("|"))
    return Patch(tuple(QUOTED.findall(names)), fails, tuple(QUOTED.findall(tests)))


def verdict(patch: Patch, tried: Tried) -> Verdict:
    """What became of a row."""
    gone = [text for name in patch.names for text in tried.gone.get(name, ())]
    failed = [name for test in patch.tests for name in tried.results.get(test, ())]
    unrun = [test for test in patch.tests if test not in tried.results]
    if gone:
        is_needless = patch.tests and not failed and not unrun
        return Verdict(Held.GONE, (*gone, *failed, *([NEEDLESS] if is_needless else [])))
    if failed:
        return Verdict(Held.FAILED, tuple(failed))
    if unrun or (patch.stops_the_build and tried.unbuilt):
        return Verdict(Held.NOT_CHECKED, (tried.unbuilt or f"no result of {', '.join(unrun)}",))
    return Verdict(Held.HOLDS)
