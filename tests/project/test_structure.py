"""The rules of the house that no tool knows."""

import ast
import re
import statistics
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from cers_app.upkeep import tables
from tests.project import import_graph
from tests.project.branch_coverage import MODULES
from tests.support.portal import ROOT

BINARY = (".png", ".woff2", ".ico", ".pem")
OUTSIDE = {"secrets", "random", "time", "uuid", "os"}
CLOCKS = re.compile(r"\b(datetime|date)\.(now|utcnow|today)\b")
MARKS = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|pytest\.mark\.(skip|xfail)\b(?!.*reason=)")


def sources(*folders: str) -> list[Path]:
    """The Python files of folders."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts]
    assert found
    return found


def tracked_texts() -> list[Path]:
    """The text files of the repository."""
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listing.splitlines() if (ROOT / name).is_file() and not name.endswith(BINARY)]


def imports(path: Path) -> Iterator[str]:
    """The modules a file imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_page_module_is_imported_by_the_app() -> None:
    imported = set(imports(ROOT / "cers_app/cers_app.py"))
    pages = [path for path in sources("cers_app") if path.name == "pages.py"]

    assert len(pages) >= 3
    for path in pages:
        assert ".".join(path.relative_to(ROOT).with_suffix("").parts) in imported


def tables_in(source: str) -> Iterator[str]:
    """The classes a file declares as tables, whatever they inherit from."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and any(keyword.arg == "table" for keyword in node.keywords):
            yield node.name


def test_every_table_is_known_to_the_migrations() -> None:
    declared = [name for path in sources("cers_app") for name in tables_in(path.read_text("utf-8"))]

    assert sorted(declared) == sorted(table.__name__ for table in tables.TABLES)
    assert {table.__tablename__ for table in tables.TABLES} == set(tables.METADATA.tables)
    assert list(tables_in("class A(Base): ...\nclass B(Base, table=True): ...")) == ["B"]


def test_flows_get_the_outside_world_handed_in() -> None:
    flows = [path for path in sources("cers_app") if path.name == "flow.py"]

    assert len(flows) >= 2
    for path in flows:
        assert not OUTSIDE & {module.partition(".")[0] for module in imports(path)}, path
        assert not CLOCKS.search(path.read_text("utf-8")), path


def test_every_flow_is_held_to_full_branch_coverage() -> None:
    modules = {str(path.relative_to(ROOT / "cers_app").with_suffix("")) for path in sources("cers_app")}

    assert {name for name in modules if name.endswith("/flow")} <= set(MODULES) <= modules


def test_only_the_smtp_module_knows_yagmail() -> None:
    assert [path.name for path in sources("cers_app") if "yagmail" in set(imports(path))] == ["smtp.py"]


def test_make_test_runs_every_folder_of_tests() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["ini_options"]
    folders = {str(path.parent.relative_to(ROOT)) for path in sources("tests") if path.name.startswith("test_")}

    assert {folder for folder in folders if not folder.startswith(tuple(settings["testpaths"]))} == set()


@pytest.mark.parametrize(("folder", "median"), [("cers_app", 100), ("tests", 120)])
def test_files_are_short(folder: str, median: int) -> None:
    lines = sorted(path.read_text("utf-8").count("\n") for path in sources(folder))

    assert statistics.median(lines) < median
    assert lines[len(lines) * 9 // 10] <= 200


@pytest.mark.parametrize(
    ("line", "found"), [("# TO" + "DO: later", True), ("@pytest.mark.sk" + "ip", True), ("x = 1", False)]
)
def test_the_look_for_unfinished_work_finds_it(line: str, found: bool) -> None:  # noqa: FBT001 - a parameter
    assert bool(MARKS.search(line)) == found


def test_nothing_unfinished_is_committed() -> None:
    texts = tracked_texts()

    assert ROOT / "Makefile" in texts
    assert [str(path) for path in texts if MARKS.search(path.read_text("utf-8"))] == []


def test_the_rooms_form_no_circle_and_every_arrow_leads_down() -> None:
    assert import_graph.main() == 0


def test_a_circle_of_rooms_is_found() -> None:
    modules = {"cers_app.a.x": {"cers_app.b.y"}, "cers_app.b.z": {"cers_app.c.x"}, "cers_app.c.y": {"cers_app.a.z"}}
    rooms = import_graph.rooms_of(modules)

    assert set(import_graph.circle(rooms)) == {"a", "b", "c"}
    assert import_graph.circle(import_graph.rooms_of({**modules, "cers_app.c.y": set()})) == []
