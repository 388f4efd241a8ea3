"""What is for developers and QA alone exists for them alone, as the app itself tells."""

import json
import os
import subprocess
import sys
from functools import cache

import pytest

from cers_app.settings import Mode
from tests.support.portal import ROOT, SECRET_KEY

LIST = """
import json, sys
from cers_app.cers_app import ROUTES
print(json.dumps(sorted({route.path.rstrip("/") for route in ROUTES if route.path.startswith("/dev")})))
"""
PRODUCTION = {
    "CERS_SECRET_KEY": SECRET_KEY,
    "CERS_PUBLIC_URL": "https://portal.test",
    "CERS_SMTP_HOST": "127.0.0.1",
    "CERS_SMTP_SECURITY": "plain",
    "CERS_TRUSTED_HOPS": "1",
}


@cache
def routes(mode: Mode) -> list[str]:
    """The addresses below `/dev` that a portal in this mode answers."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CERS_")}
    env = {**kept, "CERS_MODE": mode, **(PRODUCTION if mode is Mode.PRODUCTION else {})}
    told = subprocess.run([sys.executable, "-c", LIST], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    return list(json.loads(told.stdout.splitlines()[-1]))


def test_production_has_nothing_for_developers_and_the_other_modes_have() -> None:
    assert routes(Mode.PRODUCTION) == []
    assert "/dev/mailbox" in routes(Mode.DEVELOPMENT)
    assert "/dev/mailbox" in routes(Mode.TEST)


@pytest.mark.parametrize("mode", Mode)
def test_only_test_mode_has_a_clock_that_moves(mode: Mode) -> None:
    assert ("/dev/clock" in routes(mode)) is (mode is Mode.TEST)
