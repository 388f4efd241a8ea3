"""With hot reload Vite serves the pages and passes on every other address of the server. Node.js reads the rules."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cers_app.values import addresses
from tests.support.portal import ROOT

LIST = """
import json
from cers_app.cers_app import PAGES, ROUTES
from cers_app.frontend.plugin import values
routes = [(route.path, method) for route in ROUTES for method in sorted(route.methods) if method != "HEAD"]
print(json.dumps([routes, [page.address for page in PAGES], values(ROUTES, 1)]))
"""
ASK = """
import portal from "FILE";
const { proxy } = portal(VALUES).find(({ name }) => name === "hot-reload").config().server;
const passes = ([path, method]) => Object.entries(proxy).some(([pattern, rule]) =>
    new RegExp(pattern).test(path) && rule.bypass({ method, url: path }) === undefined);
console.log(JSON.stringify(ASKED.map(passes)));
""".replace("FILE", str(ROOT / "cers_app/frontend/portal.vite.js"))
PARAMETER = re.compile(r"\{\w+(:\w+)?\}")
Asked = list[tuple[str, str]]


@pytest.fixture(scope="module")
def app() -> tuple[Asked, list[str], Any]:
    """An example of each route, the pages, and what Vite is told; importing the app builds all of it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CERS_")}
    environment = {**kept, "CERS_MODE": "test", "CERS_SECRET_KEY": "x" * 40}
    command = [sys.executable, "-c", LIST]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    routes, pages, values = json.loads(done.stdout.splitlines()[-1])
    return [(PARAMETER.sub("anything", path), method) for path, method in routes], pages, values


@pytest.fixture
def passed_on(app: tuple[Asked, list[str], Any]) -> Callable[[Asked], list[bool]]:
    """Whether Vite passes requests on."""
    _, _, values = app

    def ask(asked: Asked) -> list[bool]:
        script = ASK.replace("VALUES", json.dumps(values)).replace("ASKED", json.dumps(asked))
        node = Path(sys.executable).parent / "node"
        done = subprocess.run([node, "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
        found: list[bool] = json.loads(done.stdout)
        return found

    return ask


def test_a_developer_reaches_every_route_of_the_server(
    app: tuple[Asked, list[str], Any], passed_on: Callable[[Asked], list[bool]]
) -> None:
    routes, _, _ = app

    assert len(routes) > 20
    assert [route for route, passes in zip(routes, passed_on(routes), strict=True) if not passes] == []
    with_query = [(f"{path}?at=/a.wav", method) for path, method in routes]
    assert [route for route, passes in zip(routes, passed_on(with_query), strict=True) if not passes] == []
    assert passed_on([("/sign-in/nowhere", "GET"), (addresses.SESSION, "DELETE")]) == [False, False], (
        "it sees what is missing"
    )


def test_a_developer_gets_the_pages_from_vite(
    app: tuple[Asked, list[str], Any], passed_on: Callable[[Asked], list[bool]]
) -> None:
    _, pages, _ = app

    assert len(pages) > 10
    assert not any(passed_on([(page + query, "GET") for page in pages for query in ("", "?stage=a.wav")]))
