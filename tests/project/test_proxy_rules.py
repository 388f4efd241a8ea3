"""With hot reload Vite serves the pages and must pass on every other address of the server."""

import json
import os
import re
import subprocess
import sys

import pytest

from cers_app.frontend.vite import PATTERNS, POSTED
from tests.portal import ROOT

LIST = """
import json
from cers_app.cers_app import ROUTES
print(json.dumps([(route.path, sorted(route.methods)) for route in ROUTES]))
"""
PARAMETER = re.compile(r"\{\w+(:\w+)?\}")


@pytest.fixture(scope="module")
def routes() -> list[tuple[str, list[str]]]:
    """The server's own routes, an example address and the methods of each; importing the app builds all of it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CERS_")}
    environment = {**kept, "CERS_MODE": "test", "CERS_SECRET_KEY": "x" * 40}
    command = [sys.executable, "-c", LIST]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return [(PARAMETER.sub("anything", path), methods) for path, methods in json.loads(done.stdout.splitlines()[-1])]


def is_passed_on(path: str, methods: list[str]) -> bool:
    """Whether a developer's browser reaches a route."""
    rules = [*PATTERNS, POSTED] if methods == ["POST"] else PATTERNS
    return any(re.search(rule, path) for rule in rules)


def test_a_developer_reaches_every_route_of_the_server(routes: list[tuple[str, list[str]]]) -> None:
    assert len(routes) > 20
    assert [path for path, methods in routes if not is_passed_on(path, methods)] == []
    assert not is_passed_on("/sign-in/nowhere", ["GET"]), "the comparison sees what is missing"


@pytest.mark.parametrize("page", ["/sign-in/", "/reset-password/", "/reset-password/new/", "/account/", "/help/"])
def test_a_developer_gets_the_pages_from_vite(page: str) -> None:
    assert not is_passed_on(page, ["GET"])
