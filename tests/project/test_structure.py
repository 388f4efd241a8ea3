"""The rules of the house that no tool knows."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from cers_app import tables
from tests.portal import ROOT

LONGEST_FILE = 200
OUTSIDE = {"secrets", "random", "time", "uuid", "os"}
MARKS = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|pytest\.mark\.(skip|xfail)\b(?!.*reason=)")


def sources(*folders: str) -> list[Path]:
    """The Python files of folders."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts]
    assert found
    return found


def imports(path: Path) -> Iterator[str]:
    """The modules a file imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_every_page_module_is_imported_by_the_app() -> None:
    imported = set(imports(ROOT / "cers_app/cers_app.py"))
    pages = [path for path in sources("cers_app") if path.name == "pages.py"]

    assert len(pages) >= 3
    for path in pages:
        assert ".".join(path.relative_to(ROOT).with_suffix("").parts) in imported


def test_every_table_is_known_to_the_migrations() -> None:
    defined = {table.__tablename__ for table in SQLModel.__subclasses__() if hasattr(table, "__table__")}

    assert defined == {table.__tablename__ for table in tables.TABLES} == set(tables.METADATA.tables)
    text = "".join(path.read_text("utf-8") for path in sources("cers_app"))
    assert len(re.findall(r"\(SQLModel, table=True\)", text)) == len(tables.TABLES)


def test_flows_get_the_outside_world_handed_in() -> None:
    flows = [path for path in sources("cers_app") if path.name == "flow.py"]

    assert len(flows) >= 2
    for path in flows:
        assert not OUTSIDE & set(imports(path)), path
        assert "datetime.now" not in path.read_text("utf-8"), path


def test_only_the_smtp_module_knows_yagmail() -> None:
    assert [path.name for path in sources("cers_app") if "yagmail" in set(imports(path))] == ["smtp.py"]


def test_files_are_short() -> None:
    long = {str(path): path.read_text("utf-8").count("\n") for path in sources("cers_app", "tests")}

    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


@pytest.mark.parametrize(
    ("line", "found"), [("# TO" + "DO: later", True), ("@pytest.mark.sk" + "ip", True), ("x = 1", False)]
)
def test_the_look_for_unfinished_work_finds_it(line: str, found: bool) -> None:  # noqa: FBT001 - a parameter
    assert bool(MARKS.search(line)) == found


def test_nothing_unfinished_is_committed() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    texts = [ROOT / name for name in tracked.splitlines() if name.endswith((".py", ".css", ".md", ".html", ".txt"))]

    assert texts
    assert [str(path) for path in texts if path.exists() and MARKS.search(path.read_text("utf-8"))] == []
