"""What a browser can call is a committed list; a new entry is a decision."""

import inspect
import os
import subprocess
import sys
from pathlib import Path

from tests.portal import ROOT

COMMITTED = Path(__file__).with_name("event_handlers.txt")
PUBLIC = """
import inspect, reflex as rx
from tests.project.list_handlers import handlers, states
handlers()
ours = [s for s in states(rx.State) if s.__module__.startswith("cers_app.")]
assert len(ours) >= 4, ours
for state in ours:
    for name, member in vars(state).items():
        if inspect.isfunction(member) and not name.startswith("_"):
            print(state.__name__, name)
"""


def listed(*command: str) -> str:
    """What a command of ours prints in test mode."""
    env = {**os.environ, "CERS_MODE": "test"}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    ).stdout


def test_the_callable_handlers_are_the_committed_ones() -> None:
    found = listed("-m", "tests.project.list_handlers").splitlines()

    assert any(name.endswith("sign_in_state.submit") for name in found)
    assert found == COMMITTED.read_text("utf-8").splitlines()


def test_no_state_has_a_public_method_that_is_not_an_event() -> None:
    assert listed("-c", PUBLIC) == ""


def test_the_look_for_public_methods_finds_one() -> None:
    class Careless:
        def helper(self) -> None: ...

    assert [name for name, member in vars(Careless).items() if inspect.isfunction(member)] == ["helper"]
