"""What must hold for security, and the tests that show it: `tests/security/coverage.toml`, and a page made of it.

`.venv/bin/python -m tests.project.coverage_map > tests/security/COVERAGE.md`
"""

import ast
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
MAP = TESTS / "security" / "coverage.toml"
PAGE = MAP.with_name("COVERAGE.md")
POLICY = ROOT / "SECURITY.md"
NUMBERS = {"A": 18, "B": 10, "C": 14, "D": 11, "E": 16, "F": 10, "G": 15, "H": 16, "I": 10, "J": 7}
ROWS = tuple(f"{area}{number}" for area, last in NUMBERS.items() for number in range(1, last + 1))
FLAWS = 29
"""Flaws of other products, one line each; some lines stand for several of one kind."""
AREAS = {
    "A": "Reset links",
    "B": "Uniform answers",
    "C": "Limits",
    "D": "Verification characters",
    "E": "Passwords",
    "F": "Sessions and cookies",
    "G": "Transport, headers, sockets",
    "H": "Mail",
    "I": "Data, injection, failure",
    "J": "Logs, secrets, supply",
}
LEFT_HEADING = "## What is left"
HEAD = """# What must hold, and the tests that show it

Made by `.venv/bin/python -m tests.project.coverage_map > tests/security/COVERAGE.md` from `coverage.toml` beside
it. A row marked **left** does not hold in full, or not here; `SECURITY.md` says why under "What is left".
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that must hold."""

    name: str
    must: str
    tests: tuple[str, ...]
    left: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """The whole map."""

    rows: tuple[Row, ...]
    flaws: tuple[Row, ...]

    @classmethod
    def read(cls, text: str) -> "Coverage":
        """From the map's text."""
        found = tomllib.loads(text)
        return cls(tuple(_rows(found["rows"])), tuple(_rows(found["flaws"])))


def _rows(section: Mapping[str, Mapping[str, object]]) -> Iterator[Row]:
    for name, facts in section.items():
        tests = facts["tests"]
        assert isinstance(tests, list), name
        yield Row(name, str(facts["must"]), tuple(map(str, tests)), bool(facts.get("left")))


@cache
def tests_in(file: str) -> frozenset[str]:
    """The tests of a file below `tests/`, named without its suffix; none when it is not there."""
    path = TESTS / f"{file}.py"
    nodes = ast.parse(path.read_text("utf-8")).body if path.is_file() else []
    named = [node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return frozenset(name for name in named if name.startswith("test_"))


def gaps(coverage: Coverage, policy: str) -> list[str]:
    """What the map lacks: a row, a test that is there, or the reason for what is left."""
    names = [row.name for row in coverage.rows]
    reasons = reasons_in(policy)
    found = [f"{name}: no row" for name in ROWS if name not in names]
    found += [f"{name}: no such row" for name in names if name not in ROWS]
    if len(coverage.flaws) != FLAWS:
        found.append(f"{len(coverage.flaws)} flaws of others instead of {FLAWS}")
    for row in (*coverage.rows, *coverage.flaws):
        found += [f"{row.name}: no test {test}" for test in row.tests if not is_there(test)]
        if not row.tests and not row.left:
            found.append(f"{row.name}: neither a test nor left")
    left = {row.name for row in coverage.rows if row.left}
    found += [f"{name}: SECURITY.md does not say why it is left" for name in sorted(left - reasons)]
    found += [f"{name}: SECURITY.md calls it left, the map does not" for name in sorted(reasons - left)]
    return found


def is_there(test: str) -> bool:
    """Whether a test, such as `unit/test_masking::test_no_mask`, is in its file."""
    file, _, name = test.partition("::")
    return name in tests_in(file)


def reasons_in(policy: str) -> frozenset[str]:
    """The rows that the table under "What is left" gives a reason for."""
    table = policy.partition(LEFT_HEADING)[2].partition("\n## ")[0]
    cells = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| ")]
    return frozenset(
        name.strip() for ids, *why in cells if why and why[0].strip() for name in ids.split(",") if name.strip() in ROWS
    )


def page(coverage: Coverage) -> str:
    """The map as a page."""
    parts = [HEAD]
    for area, heading in AREAS.items():
        parts.append(_table(f"{area}. {heading}", "row", (row for row in coverage.rows if row.name[0] == area)))
    parts.append(_table("Flaws of other products", "flaw", coverage.flaws))
    return "\n".join(parts)


def _table(heading: str, first: str, rows: Iterator[Row] | tuple[Row, ...]) -> str:
    lines = [f"## {heading}", "", f"| {first} | what must hold | tests |", "|---|---|---|"]
    for row in rows:
        left = "**left**" if row.left else ""
        tests = "<br>".join(f"`{test}`" for test in row.tests)
        lines.append(f"| {row.name} | {' '.join(filter(None, (row.must, left)))} | {tests or 'none'} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.stdout.write(page(Coverage.read(MAP.read_text("utf-8"))))
