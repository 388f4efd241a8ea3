"""What the sources and the built pages may not hold: statements put together from texts, and secrets."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cers_app.values import addresses
from tests.project.test_structure import sources
from tests.support.portal import ROOT, SECRET_KEY, Portal, built
from tests.support.wire import request

BUILD = built()
STATEMENTS = {"text", "execute", "exec_driver_sql", "exec", "scalars", "scalar", "executescript", "executemany"}
CONSTANT = [("cers_app/storage/database.py", "connection.execute(f'PRAGMA {pragma}')")]
"""A pragma takes no parameters; the names and values stand in that file."""
PLANTED = [
    'session.execute(text(f"SELECT * FROM account WHERE username = {name!r}"))',
    'connection.exec_driver_sql("DELETE FROM account WHERE id = %s" % number)',
    "session.execute(text(\"SELECT 1 FROM account WHERE key = '{}'\".format(key)))",
    'session.exec("SELECT * FROM account WHERE id = " + number)',
]


def statements_from_texts(source: str) -> Iterator[str]:
    """The statements of a module that are put together from texts; parameters are the way for values."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call) or not call.args:
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in STATEMENTS and is_put_together(call.args[0]):
            yield ast.unparse(call)


def is_put_together(value: ast.expr) -> bool:
    """Whether a text is made of parts: an f-string with a value, `%`, `+` or `format`."""
    if isinstance(value, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in value.values)
    if isinstance(value, ast.BinOp):
        return any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in (value.left, value.right))
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "format"


def test_no_statement_is_put_together_from_texts() -> None:
    files = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in sources("cers_app")}

    assert [(name, found) for name, source in files.items() for found in statements_from_texts(source)] == CONSTANT
    assert sum("execute(" in source for source in files.values()) > 3
    assert [len(list(statements_from_texts(line))) > 0 for line in PLANTED] == [True] * len(PLANTED)


def holding(folder: Path, words: str) -> list[str]:
    """The files below a folder that hold some words, but for what was installed there."""
    files = [path for path in folder.rglob("*") if path.is_file() and "node_modules" not in path.parts]
    return [str(path.relative_to(folder)) for path in files if words.encode() in path.read_bytes()]


def test_no_secret_is_built_into_the_pages(portal: Portal, tmp_path: Path) -> None:
    assert len(holding(BUILD, "CERS Business Portal")) > 5, "what is there is found"
    for secret in (SECRET_KEY, f"sqlite:///{portal.folder}", str(portal.folder), str(portal.inbox.port)):
        assert [name for name in holding(BUILD / "build", secret) if not name.endswith((".br", ".gz"))] == []
    assert holding(BUILD, SECRET_KEY) == []

    (tmp_path / "planted.js").write_text(f"const key = '{SECRET_KEY}';")
    assert holding(tmp_path, SECRET_KEY) == ["planted.js"]


def test_no_secret_is_told_in_an_answer_the_log_or_the_list_of_processes(portal: Portal) -> None:
    told = [
        request(portal.url, path=path)
        for path in ("/nowhere/", "/healthz", "/readyz", addresses.SIGN_IN, "/%00", "/_health")
    ]
    rows = subprocess.run(["ps", "-eo", "pgid=,args="], capture_output=True, text=True, check=True).stdout.splitlines()
    processes = [row for row in rows if row.split(maxsplit=1)[0] == str(portal.pid)]

    assert processes
    places = [portal.log.read_text("utf-8"), *processes, *(f"{answer.headers}{answer.body}" for answer in told)]
    assert [place for place in places if SECRET_KEY in place or "portal.db" in place] == []


def is_affected(pinned: str, name: str, fixed: tuple[int, ...]) -> bool:
    """Whether a list of requirements pins a library below the release that mended a flaw."""
    found = re.findall(rf"^{re.escape(name)}==([0-9.]+)", pinned, re.MULTILINE)
    return not found or any(tuple(map(int, release.split("."))) < fixed for release in found)


@pytest.mark.parametrize(
    ("name", "fixed"),
    [("python-engineio", (4, 13, 2)), ("reflex", (0, 8, 15))],
    ids=["CVE-2026-48802", "CVE-2025-62379"],
)
def test_no_release_with_a_known_flaw_is_pinned(name: str, fixed: tuple[int, ...]) -> None:
    assert not is_affected((ROOT / "requirements.txt").read_text("utf-8"), name, fixed)
    assert is_affected(f"{name}==0.8.14 \\\n", name, fixed)
    assert is_affected("", name, fixed)


def test_the_built_pages_know_no_address_of_a_portal(portal: Portal) -> None:
    """They are built once and serve every portal; the help page shows how a genuine mail looks."""
    assert request(portal.url, path=addresses.HELP).status == 200
    pages = {path: path.read_text("utf-8") for path in (BUILD / "build" / "client").rglob("*.html")}

    assert "https://portal.example.com/sign-in/" in pages[BUILD / "build" / "client" / "help" / "index.html"]
    assert [str(path) for path, text in pages.items() if "localhost" in text or "127.0.0.1" in text] == []
