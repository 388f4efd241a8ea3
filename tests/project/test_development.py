"""What is for developers and QA alone exists for them alone, as the app itself tells."""

import json
import os
import subprocess
import sys
from functools import cache

import pytest

from cers_app.settings import Mode
from tests.project.list_handlers import PRODUCTION
from tests.support.portal import ROOT

LIST = """
import json, sys
from cers_app.cers_app import ROUTES
from cers_app.web.tabs import public_handlers
print(json.dumps({
    "routes": sorted({route.path.rstrip("/") for route in ROUTES if route.path.startswith("/dev")}),
    "modules": sorted(name for name in sys.modules if name.startswith("cers_app.development")),
    "handlers": sorted(public_handlers()),
}))
"""


@cache
def told(mode: Mode) -> dict[str, list[str]]:
    """The addresses below `/dev` that a portal in this mode answers, what it imports for them, and its handlers."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CERS_")}
    env = {**kept, "CERS_MODE": mode, **(PRODUCTION if mode is Mode.PRODUCTION else {})}
    done = subprocess.run([sys.executable, "-c", LIST], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_production_has_nothing_for_developers_and_the_other_modes_have() -> None:
    assert told(Mode.PRODUCTION)["routes"] == []
    for mode in (Mode.DEVELOPMENT, Mode.TEST):
        assert {"/dev/mailbox", "/dev/pages", "/dev/requests/{name}"} <= set(told(mode)["routes"])


@pytest.mark.parametrize("mode", Mode)
def test_only_test_mode_has_a_clock_that_moves(mode: Mode) -> None:
    assert ("/dev/clock" in told(mode)["routes"]) is (mode is Mode.TEST)


def test_production_imports_nothing_of_it_and_no_mode_has_a_handler_that_takes_facts() -> None:
    production, test = told(Mode.PRODUCTION), told(Mode.TEST)

    assert production["modules"] == []
    assert {f"cers_app.development.{name}" for name in ("clock", "facts", "pages", "stages")} <= set(test["modules"])
    assert any(handler.endswith("sign_in_state.load") for handler in test["handlers"])
    assert production["handlers"] == test["handlers"]
