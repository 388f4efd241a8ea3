"""The table of `PATCHES.md` names every change, and each row has a check that can fail."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cers_app.frontend.plugin import PLACES
from tests.project import coverage_map, unstopped
from tests.project.patches import (
    FRONTEND,
    LOUDLY,
    NEEDLESS,
    NO_PATCH,
    SILENTLY,
    TABLE,
    Held,
    Patch,
    Tried,
    read,
    verdict,
)
from tests.support.portal import ROOT

TEXT = TABLE.read_text("utf-8")
NODE = Path(sys.executable).parent / "node"
NAMES = """
import portal from "FILE";
console.log(JSON.stringify(portal({ words: {}, routes: {}, cookie: {} }).map(({ name }) => name)));
""".replace("FILE", str(FRONTEND / "portal.vite.js"))
EMPTY = """
import portal from "FILE";
for (const plugin of portal({ words: {}, routes: {}, cookie: {} })) {
  if (plugin.apply !== "serve") plugin.config?.({});
  plugin.generateBundle?.();
}
"""
PRIVATE = ("# noqa: SLF001", '"__REFLEX', "type(app).__call__ =")


def files() -> Iterator[str]:
    """The files that a row must name: all of the room, our own components, and every user of a private name."""
    own = {path.name for path in FRONTEND.iterdir() if path.is_file()} - {"__init__.py", TABLE.name, "portal.vite.js"}
    components = {place.removeprefix("frontend/") for place in PLACES} - {"portal.vite.js"}
    sources = (path for path in (ROOT / "cers_app").rglob("*.py") if "__pycache__" not in path.parts)
    users = [path for path in sources if any(mark in path.read_text("utf-8") for mark in PRIVATE)]
    yield from sorted(own | components | {str(path.relative_to(ROOT / "cers_app")) for path in users})


def vite_plugins() -> list[str]:
    """The names of our Vite plugins."""
    done = subprocess.run([NODE, "--input-type=module", "-e", NAMES], capture_output=True, text=True, check=True)
    found: list[str] = json.loads(done.stdout)
    return found


def gaps(table: list[Patch]) -> list[str]:
    """What the table lacks."""
    named = [name for patch in table for name in patch.names]
    wanted = [*files(), *vite_plugins()]
    found = [f"no row names {name}" for name in wanted if named.count(name) != 1]
    found += [f"nothing has the name {name}" for name in named if name not in wanted]
    for patch in table:
        if not patch.names:
            found.append("a row names nothing")
        if not patch.fails.startswith((LOUDLY, SILENTLY, NO_PATCH)):
            found.append(f"{patch.names}: neither loudly, silently nor no patch")
        if not patch.tests and not patch.stops_the_build:
            found.append(f"{patch.names}: no check")
        for test in patch.tests:
            if not coverage_map.tests_in(test.removeprefix("tests/").removesuffix(".py")):
                found.append(f"{patch.names}: no test {test}")
    return found


def test_every_change_has_a_row_and_every_row_a_check() -> None:
    table = read(TEXT)

    assert gaps(table) == []
    assert {"connection", "web/tabs.py", "serving/process.py", "cers_app.py"} <= {
        name for patch in table for name in patch.names
    }


@pytest.mark.parametrize(
    ("whole", "broken", "gap"),
    [
        ("| `early_socket.js` |", "| `later_socket.js` |", "no row names early_socket.js"),
        ("| `early_socket.js` |", "| `later_socket.js` |", "nothing has the name later_socket.js"),
        ("`plain-jsx`, ", "", "no row names plain-jsx"),
        ("| `plugin.py` |", "| `plugin.py`, `connection` |", "no row names connection"),
        ("| `foreign.js` |", "| foreign.js |", "a row names nothing"),
        ("| no patch, only two", "| perhaps, only two", "('foreign.js',): neither loudly"),
        ("| loudly | |", "| silently | |", "('plugin.py',): no check"),
        ("tests/e2e/test_trouble.py", "tests/e2e/test_nowhere.py", "('error-boundary',): no test"),
    ],
)
def test_a_planted_gap_is_found(whole: str, broken: str, gap: str) -> None:
    assert whole in TEXT

    found = gaps(read(TEXT.replace(whole, broken, 1)))
    assert any(words.startswith(gap) for words in found), found


@pytest.mark.parametrize("text", ["", TEXT.replace("| tests |", "| checks |"), f"{TEXT}| `a` | b | loudly | c |\n"])
def test_another_table_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no such table|not enough values"):
        read(text)


def test_exactly_the_rows_that_say_loudly_complain_of_a_front_end_that_has_nothing(tmp_path: Path) -> None:
    frontend = tmp_path / "cers_app/frontend"
    frontend.mkdir(parents=True)
    for name in ("portal.vite.js", "hot_reload.vite.js", *unstopped.CHANGES):
        (frontend / name).write_text((FRONTEND / name).read_text("utf-8"), "utf-8")
    unstopped.unstop(tmp_path)
    script = EMPTY.replace("FILE", str(frontend / "portal.vite.js"))
    subprocess.run([NODE, "--input-type=module", "-e", script], check=True)

    loud = {name for patch in read(TEXT) if patch.stops_the_build for name in patch.names if not name.endswith(".js")}
    assert {*unstopped.gone_in(tmp_path), *unstopped.CHANGES} == loud


LOUD = Patch(("a", "b"), "loudly", ("tests/e2e/test_x.py",))
SILENT = Patch(("c",), "silently", ("tests/unit/test_y.py", "tests/e2e/test_z.py"))
PASSED: dict[str, tuple[str, ...]] = dict.fromkeys((*LOUD.tests, *SILENT.tests), ())
TESTLESS = Patch(("a",), "loudly", ())
FAILED = "tests/e2e/test_x.py::test_v: no"


@pytest.mark.parametrize(
    ("patch", "tried", "held", "why"),
    [
        (LOUD, Tried({"c": ("no C",)}, "", PASSED), Held.HOLDS, []),
        (LOUD, Tried({"b": ("no B",)}, "", {LOUD.tests[0]: (FAILED,)}), Held.GONE, ["no B", FAILED]),
        (LOUD, Tried({"a": ("no A",), "b": ("no B",)}, "unbuilt", {}), Held.GONE, ["no A", "no B"]),
        (LOUD, Tried({"b": ("no B",)}, "", PASSED), Held.GONE, ["no B", NEEDLESS]),
        (TESTLESS, Tried({"a": ("no A",)}, "", {}), Held.GONE, ["no A"]),
        (LOUD, Tried({}, "", {LOUD.tests[0]: (FAILED,)}), Held.FAILED, [FAILED]),
        (LOUD, Tried({}, "unbuilt", {}), Held.NOT_CHECKED, ["unbuilt"]),
        (LOUD, Tried({}, "", {}), Held.NOT_CHECKED, ["no result of tests/e2e/test_x.py"]),
        (TESTLESS, Tried({}, "unbuilt", PASSED), Held.NOT_CHECKED, ["unbuilt"]),
        (SILENT, Tried({}, "", PASSED), Held.HOLDS, []),
        (SILENT, Tried({}, "unbuilt", {SILENT.tests[0]: ()}), Held.NOT_CHECKED, ["unbuilt"]),
        (SILENT, Tried({}, "", {**PASSED, SILENT.tests[0]: ("x", "y")}), Held.FAILED, ["x", "y"]),
    ],
)
def test_a_row_holds_only_if_its_texts_are_there_and_its_tests_pass(
    patch: Patch, tried: Tried, held: Held, why: list[str]
) -> None:
    found = verdict(patch, tried)

    assert (found.held, list(found.why)) == (held, why)
