"""What a browser can call is a committed list; a new entry is a decision."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.portal import ROOT
from tests.project.test_structure import sources

COMMITTED = Path(__file__).with_name("event_handlers.txt")
EXAMPLE = """
class Careless(rx.State):
    @rx.event
    def load(self): ...
    @rx.event(background=True)
    async def poll(self): ...
    def helper(self): ...
"""


def listed() -> list[str]:
    """Every handler a browser can call, as the framework registered it."""
    command = [sys.executable, "-m", "tests.project.list_handlers"]
    env = {**os.environ, "CERS_MODE": "test"}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout.splitlines()


def declared(module: str, source: str) -> Iterator[str]:
    """The methods a module decorates as events, by the last two parts of the names a browser calls."""
    for state in [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]:
        for method in state.body:
            if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and any(map(is_event, method.decorator_list)):
                snake = re.sub(r"(?<!^)(?=[A-Z])", "_", state.name).lower()
                yield f"{module.replace('.', '___')}____{snake}.{method.name}"


def is_event(decorator: ast.expr) -> bool:
    """Whether a decorator is `rx.event`, with arguments or without."""
    return ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator) == "rx.event"


def test_the_callable_handlers_are_the_committed_ones() -> None:
    found = listed()

    assert any(name.endswith("sign_in_state.submit") for name in found)
    assert found == COMMITTED.read_text("utf-8").splitlines()


def test_no_state_has_a_public_method_that_is_not_an_event() -> None:
    # The framework makes a handler of every public method and leaves no trace of a missing decorator.
    ends = {".".join(name.split(".")[-2:]) for name in listed() if not name.endswith(".setvar")}
    ours = {end for end in ends if end.startswith("cers_app___")}

    assert len(ours) >= 10
    assert ours == {
        name
        for path in sources("cers_app")
        for name in declared(".".join(path.relative_to(ROOT).with_suffix("").parts), path.read_text("utf-8"))
    }


def test_a_method_without_the_decorator_is_not_taken_for_a_declared_event() -> None:
    assert list(declared("cers_app.x", EXAMPLE)) == ["cers_app___x____careless.load", "cers_app___x____careless.poll"]
