"""`make next-reflex` changes only its copy, lists every text that is gone, and says plainly what it could not try."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.version import Version

from tests.project import first_failure, next_reflex, unstopped
from tests.project.next_reflex import BROKEN, HOLDS, INTERRUPTED, NOT_TRIED, NotTriedError
from tests.project.patches import TABLE, Patch, Tried, read
from tests.support.portal import ROOT
from tests.support.processes import left_of
from tests.support.waiting import eventually
from tests.unit.test_frontend_changes import FILES, LOOKED_FOR

LOCKED = next_reflex.ASKED.findall((ROOT / "requirements.in").read_text("utf-8"))[0]
UNTOUCHED = ("requirements.in", *next_reflex.LOCKS, next_reflex.NODE_LOCK, "cers_app/frontend/portal.vite.js")
VITE = """
import portal from "FILE";
const plugins = portal({ words: {}, routes: {}, cookie: {} });
const one = (code, id, each) => each.transform?.(code, id)?.code ?? code;
const after = Object.entries(FILES).map(([id, code]) => plugins.reduce((code, each) => one(code, id, each), code));
plugins.forEach((each) => each.generateBundle?.());
console.log(JSON.stringify(after));
"""
PAGE = """
from cers_app.frontend import after_paint, plugin
texts = ["nothing", plugin.PLUGINS]
print([plugin.listed(text) == text for text in texts], after_paint.rewritten("nothing", "", str))
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the sources that asks for another release."""
    copy = tmp_path / "copy"
    next_reflex.copy_sources(copy, Version("99.1"))
    return copy


def built(copy: Path, files: dict[str, str]) -> list[str]:
    """What Vite's plugins of the copy make of generated files."""
    script = VITE.replace("FILES", json.dumps(files)).replace("FILE", str(copy / "cers_app/frontend/portal.vite.js"))
    node = Path(sys.executable).parent / "node"
    done = subprocess.run([node, "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    texts: list[str] = json.loads(done.stdout)
    return texts


def test_the_copy_asks_for_the_release_and_leaves_only_its_packages_open(copy: Path) -> None:
    locked, left = next_reflex.python_versions(ROOT), next_reflex.python_versions(copy)

    assert "reflex==99.1\n" in (copy / "requirements.in").read_text("utf-8")
    assert set(locked) - set(left) == {name for name in locked if name.startswith("reflex")} != set()
    assert set(left.items()) < set(locked.items())
    assert not (copy / "reflex.lock").exists()
    assert not (copy / ".venv").exists()
    assert (copy / "cers_app/frontend/PATCHES.md").exists()


def test_the_checkout_stays_as_it_was(tmp_path: Path) -> None:
    before = {name: (ROOT / name).read_bytes() for name in UNTOUCHED}

    next_reflex.copy_sources(tmp_path / "copy", Version("99.1"))
    unstopped.unstop(tmp_path / "copy")

    assert {name: (ROOT / name).read_bytes() for name in UNTOUCHED} == before
    assert (tmp_path / "copy" / "requirements.in").read_bytes() != before["requirements.in"]


def test_resolving_in_the_copy_installs_nothing_in_the_checkout(copy: Path) -> None:
    command = ["make", "--no-print-directory", "--dry-run", "compile", "UV=/its/uv"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=True)

    steps = done.stdout.replace("\\\n", "").splitlines()
    assert [step.split()[:3] for step in steps] == [["/its/uv", "pip", "compile"]] * 2
    assert [step.split()[-1] for step in steps] == [*next_reflex.LOCKS]


def test_every_text_that_is_gone_is_listed_and_the_other_changes_are_made(copy: Path) -> None:
    unstopped.unstop(copy)
    whole = built(copy, FILES)
    assert unstopped.gone_in(copy) == {}

    gone = [(path, text) for path, text in LOOKED_FOR if text in {"import * as", "reconnection: false,"}]
    assert len(gone) == 2
    broken = built(copy, FILES | {path: FILES[path].replace(text, "else") for path, text in gone})

    found = unstopped.gone_in(copy)
    assert set(found) == {"no-eval", "connection"}
    assert found["connection"] == ("the generated /utils/state.js no longer contains reconnection: false,",)
    assert [message for message in found["no-eval"] if "/app/root.jsx no longer contains /^import" in message]
    state, root = (list(FILES).index(f"/w/{name}") for name in ("utils/state.js", "app/root.jsx"))
    assert broken[state] == whole[state].replace("reconnection: false, timeout: 3000,", "else")
    assert broken[root].endswith(whole[root])


def test_a_file_that_is_gone_is_listed(copy: Path) -> None:
    unstopped.unstop(copy)
    built(copy, {path: code for path, code in FILES.items() if not path.endswith("_document.js")})

    missing = ("the generated front end no longer has /app/_document.js",)
    assert unstopped.gone_in(copy) == {"style-sheet": missing, "no-color-script": missing}


def test_a_text_that_python_changes_stays_as_it_is_and_is_listed(copy: Path) -> None:
    unstopped.unstop(copy)
    environment = {**os.environ, "CERS_MODE": "test"}
    command = [sys.executable, "-c", PAGE]
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=True)

    assert done.stdout == "[True, False] nothing\n"
    assert unstopped.gone_in(copy) == {
        "plugin.py": ("the generated vite.config.js no longer contains '  plugins: [\\n'",),
        "after_paint.py": ("a built page no longer loads its scripts in the known way",),
    }


@pytest.mark.parametrize("arguments", [["next"], ["1.0", "1.1"], ["0." * 20 + "1"], [""], ["--help"], ["0.10;id"]])
def test_what_is_no_release_is_refused(arguments: list[str]) -> None:
    with pytest.raises(NotTriedError, match="Name one release of Reflex"):
        next_reflex.wanted(arguments, lambda: Version("99.1"))


def test_the_newest_release_is_tried_unless_another_is_named_or_it_is_locked_already() -> None:
    assert next_reflex.wanted([], lambda: Version("99.1")) == Version("99.1")
    assert next_reflex.wanted(["0.9.13"], lambda: Version("99.1")) == Version("0.9.13")
    assert next_reflex.wanted([LOCKED], lambda: Version(LOCKED)) == Version(LOCKED)
    with pytest.raises(NotTriedError, match=f"No release of Reflex is newer than {LOCKED}"):
        next_reflex.wanted([], lambda: Version(LOCKED))
    with pytest.raises(NotTriedError, match="pip finds 0"):
        next_reflex.wanted([], lambda: Version("0.9.13"))


def test_early_releases_are_allowed_only_where_one_is_named() -> None:
    assert "UV_PRERELEASE" not in next_reflex.environment(Version("99.1"))
    assert next_reflex.environment(Version("99.1a2"))["UV_PRERELEASE"] == "allow"


def test_no_setting_of_the_developer_reaches_the_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CERS_PORTAL_LABEL", "REFLEX_LOGLEVEL", "MAKEFLAGS", "VIRTUAL_ENV"):
        monkeypatch.setenv(name, "x")
    found = next_reflex.environment(Version("99.1"))

    assert not {"CERS_PORTAL_LABEL", "REFLEX_LOGLEVEL", "MAKEFLAGS", "VIRTUAL_ENV"} & set(found)
    assert found["CERS_MODE"] == "test"
    assert found["HOME"] == os.environ["HOME"]


def test_other_versions_are_named(tmp_path: Path) -> None:
    assert next_reflex.changed({"a": "1", "b": "1", "c": "1"}, {"a": "1", "b": "2", "d": "3"}) == (
        "b 1 to 2, c 1 to none, d none to 3"
    )
    assert next_reflex.changed({"a": "1"}, {"a": "1"}) == "none"
    assert next_reflex.python_versions(ROOT)["reflex"] == LOCKED
    (tmp_path / "requirements-dev.txt").write_text("a==1 ; x < '3'\na==2 ; x > '3'\nb==4 \\\n    --hash\n", "utf-8")
    assert next_reflex.python_versions(tmp_path) == {"a": "1/2", "b": "4"}
    assert next_reflex.node_versions(ROOT)["react-router"]


RESULTS = """<testsuites><testsuite>
<testcase classname="tests.unit.test_a" name="test_one[x]"/>
<testcase classname="tests.unit.test_a" name="test_one[y]"><failure message="no&#10;more">…</failure></testcase>
<testcase classname="tests.unit.test_a" name="test_two"><skipped message="another"/></testcase>
<testcase classname="tests.unit.test_b" name="test_one"/>
<testcase classname="" name="tests.unit.test_c"><error message="collection failure">…
E   No module named 'x'</error></testcase>
</testsuite></testsuites>"""


def test_each_file_of_tests_passed_failed_or_did_not_run(tmp_path: Path) -> None:
    (tmp_path / "results.xml").write_text(RESULTS, "utf-8")
    a, b, c, d = (f"tests/unit/test_{name}.py" for name in "abcd")

    assert dict(next_reflex.results(tmp_path / "results.xml", [a, b, c, d])) == {
        a: (f"{a}::test_one[y]: no more",),
        b: (),
        c: (f"{c}::tests.unit.test_c: E No module named 'x'",),
    }
    assert dict(next_reflex.results(tmp_path / "nothing.xml", [a, b])) == {}


def test_after_a_failure_the_rest_of_its_file_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text("def test_1(): pass\ndef test_2(): assert 0\ndef test_3(): pass\n", "utf-8")
    (tmp_path / "test_b.py").write_text("def test_1(): pass\n", "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", f"--rootdir={tmp_path}", "-c", os.devnull, "-p"]
    done = subprocess.run(
        [*command, first_failure.__name__, tmp_path], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.stdout.splitlines()[-1].startswith("1 failed, 2 passed, 1 skipped"), done.stdout


def test_the_verdict_names_every_row_and_decides_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    table = [Patch(("a", "b"), "loudly", ()), Patch(("c",), "silently", ("t",))]

    assert next_reflex.report(Version("99.1"), table, Tried({}, "", {"t": ()})) == HOLDS
    assert next_reflex.report(Version("99.1"), table, Tried({"b": ("no B",)}, "", {"t": ("t: no",)})) == BROKEN
    assert next_reflex.report(Version("99.1"), table, Tried({}, "", {})) == BROKEN
    assert capsys.readouterr().out.splitlines() == [
        "holds        a, b",
        "holds        c",
        "Reflex 99.1: 2 of 2 rows of PATCHES.md hold.",
        "gone         a, b",
        "             - no B",
        "failed       c",
        "             - t: no",
        "Reflex 99.1: 0 of 2 rows of PATCHES.md hold, 1 gone, 1 failed.",
        "holds        a, b",
        "not checked  c",
        "             - no result of t",
        "Reflex 99.1: 1 of 2 rows of PATCHES.md hold, 1 not checked.",
    ]


def test_a_step_that_fails_tells_its_last_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    failing = ["sh", "-c", "seq 40; echo no such package >&2; exit 1"]

    lines = (next_reflex.step("Installing", failing, tmp_path, {}) or "").splitlines()
    assert (len(lines), lines[0], lines[-1]) == (15, "27", "no such package")
    assert next_reflex.step("Installing", ["false"], tmp_path, {}) == "It ended with 1 and said nothing."
    assert next_reflex.step("Installing", ["true"], tmp_path, {}) is None
    assert capsys.readouterr().out == "Installing … 0 s\n" * 3


def test_what_could_not_be_tried_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert next_reflex.main(["next"]) == NOT_TRIED
    assert capsys.readouterr().out.startswith("Not tried. Name one release of Reflex")


def stand_in(copy: Path, script: str) -> None:
    """Put a script in the place of the copy's Python."""
    python = copy / next_reflex.PYTHON
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    python.chmod(0o755)


def test_a_front_end_that_npm_cannot_get_is_not_tried(copy: Path) -> None:
    stand_in(copy, "echo npm error network; exit 1")

    with pytest.raises(NotTriedError, match="npm error network"):
        next_reflex.try_out(copy, read(TABLE.read_text("utf-8")), {})


def test_pages_that_cannot_be_built_leave_out_the_tests_of_pages_alone(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in(copy, 'echo "$@" >> asked; echo ImportError; exit 1')

    tried = next_reflex.try_out(copy, table := read(TABLE.read_text("utf-8")), {})

    building, testing = (copy / "asked").read_text("utf-8").splitlines()
    assert building == "-m cers_app build"
    assert "tests/unit/test_tabs.py" in testing
    assert "tests/e2e/" not in testing
    assert "tests/security/" not in testing
    assert tried == Tried({}, "the pages could not be built", {})
    assert next_reflex.report(Version("99.1"), table, tried) == BROKEN
    rows = len(table)
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"Reflex 99.1: 0 of {rows} rows of PATCHES.md hold, {rows} not checked."


SLOW = """
import signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)
print("begun", flush=True)
try:
    time.sleep(600)
except KeyboardInterrupt:
    time.sleep(1)
    print("ended", flush=True)
"""
STEP = """
import signal, sys
from pathlib import Path
from tests.project import next_reflex
# A shell has its background jobs ignore interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)
copy, slow = Path(sys.argv[1]), [sys.executable, "-c", sys.argv[2]]
next_reflex.wanted = lambda _: next_reflex.step("Waiting", slow, copy, {})
sys.exit(next_reflex.main([]))
"""


def test_one_interrupt_lets_the_running_step_end_and_leaves_nothing_running(tmp_path: Path) -> None:
    log = tmp_path / "last_step.txt"
    command = [sys.executable, "-c", STEP, str(tmp_path), SLOW]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
    eventually(lambda: log.exists() and log.read_text("utf-8"), "the step does not begin")

    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=30)

    assert log.read_text("utf-8") == "begun\nended\n"
    assert left_of(process.pid) == []
    assert (process.returncode, said) == (INTERRUPTED, "Waiting … Stopped.\n")
