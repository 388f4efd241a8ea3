"""What a browser can call is a committed list; a new entry is a decision."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from cers_app.values import addresses
from tests.project.test_structure import sources
from tests.support.portal import ROOT

COMMITTED = Path(__file__).with_name("event_handlers.txt")
EXAMPLE = """
class Careless(rx.State):
    @rx.event
    def load(self): ...
    @rx.event(background=True)
    async def poll(self): ...
    def helper(self): ...
class Shared(rx.State, mixin=True):
    @rx.event
    def ask(self): ...
    def forgotten(self): ...
class SharedToo(Shared, rx.State, mixin=True):
    @rx.event
    def again(self): ...
class MadeOfIt(SharedToo, rx.State):
    @rx.event
    def load(self): ...
"""


PAGES = """
import json
from cers_app.cers_app import PAGES
print(json.dumps([[page.address, page.load is not None] for page in PAGES]))
"""


@cache
def listed() -> list[str]:
    """Every handler a browser can call, as the framework registered it."""
    command = [sys.executable, "-m", "tests.project.list_handlers"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()


def declared(module: str, source: str, shared: dict[str, list[str]]) -> Iterator[str]:
    """The methods a module decorates as events, by the last two parts of the names a browser calls.

    `shared` holds those of the mixins, which every State made of one has.
    """
    for state in [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]:
        if state.name in shared:
            continue
        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", state.name).lower()
        inherited = [method for base in state.bases for method in shared.get(ast.unparse(base), [])]
        for method in [*inherited, *events(state)]:
            yield f"{module.replace('.', '___')}____{snake}.{method}"


def events(state: ast.ClassDef) -> list[str]:
    """The methods a class decorates as events."""
    methods = [node for node in state.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [method.name for method in methods if any(map(is_event, method.decorator_list))]


def mixins(*sources: str) -> dict[str, list[str]]:
    """The mixins of some modules, and what they and the mixins they are made of decorate as events."""
    classes = [node for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]
    found = {state.name: state for state in classes if any(word.arg == "mixin" for word in state.keywords)}

    def all_of(state: ast.ClassDef) -> list[str]:
        bases = [found[name] for name in map(ast.unparse, state.bases) if name in found]
        return [method for base in bases for method in all_of(base)] + events(state)

    return {name: all_of(state) for name, state in found.items()}


def is_event(decorator: ast.expr) -> bool:
    """Whether a decorator is `rx.event`, with arguments or without."""
    return ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator) == "rx.event"


def test_the_callable_handlers_are_the_committed_ones() -> None:
    found = listed()

    assert any(name.endswith("sign_in_state.submit") for name in found)
    assert found == COMMITTED.read_text("utf-8").splitlines()


def test_no_state_has_a_public_method_that_is_not_an_event() -> None:
    # The framework makes a handler of every public method and leaves no trace of a missing decorator.
    ends = {".".join(name.split(".")[-2:]) for name in listed()}
    ours = {end for end in ends if end.startswith("cers_app___")}

    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts): path.read_text() for path in sources("cers_app")}
    shared = mixins(*modules.values())

    assert len(ours) >= 10
    assert ours == {name for module, source in modules.items() for name in declared(module, source, shared)}


def test_a_method_without_the_decorator_is_not_taken_for_a_declared_event() -> None:
    found = list(declared("cers_app.x", EXAMPLE, mixins(EXAMPLE)))

    assert found == [
        "cers_app___x____careless.load",
        "cers_app___x____careless.poll",
        "cers_app___x____made_of_it.ask",
        "cers_app___x____made_of_it.again",
        "cers_app___x____made_of_it.load",
    ]


def test_every_page_of_an_account_has_a_load() -> None:
    command = [sys.executable, "-c", PAGES]
    env = {**os.environ, "CERS_MODE": "test"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    loads = {address: loads for address, loads in json.loads(done.stdout) if address.startswith(addresses.ACCOUNT)}

    # A link inside the portal does not pass `PageAccess`, so the State asks for the session.
    assert len(loads) >= 2
    assert all(loads.values()), loads
