"""In development the portal prints the address of each request's page. Production has neither."""

import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cers_app.accounts.models import Account
from cers_app.composition.world import REAL
from cers_app.development import requests
from cers_app.reset_password.store import ResetStore
from cers_app.settings import Mode, Settings
from cers_app.sign_in.store import SignInStore
from cers_app.storage import audit
from cers_app.storage.database import Database
from cers_app.values import addresses
from cers_app.values.events import Event
from cers_app.values.reference import spelled
from tests.support import portal as portals
from tests.support.doubles import ANN, STRANGER
from tests.support.portal import ROOT, SECRET_KEY
from tests.support.wire import browse, request

LIST = "from cers_app.cers_app import ROUTES; print(*(route.path for route in ROUTES), sep='\\n')"
PRINTED = re.compile(r"^request ([0-9a-f]{16})  (http://localhost:\d+/dev/requests/\S+)$", re.MULTILINE)
SAFE = {
    "CERS_SECRET_KEY": SECRET_KEY,
    "CERS_PUBLIC_URL": "https://portal.example.com",
    "CERS_SMTP_HOST": "smtp.example.com",
    "CERS_TRUSTED_HOPS": "1",
}


@pytest.fixture(autouse=True)
def told(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """The log at the level at which the portal runs."""
    with caplog.at_level(logging.INFO, audit.log.name):
        yield


def printed_in(mode: Mode, capsys: pytest.CaptureFixture[str], resets: ResetStore, ann: Account) -> tuple[str, str]:
    """What a portal prints in a mode while somebody asks for a link; and the reference of the request."""
    with requests.printing(Settings.model_construct(mode=mode, port=3000)):
        reference = resets.ask(ann.username, ANN)
    return capsys.readouterr().out, reference


def test_only_in_development_the_portal_prints_an_address_per_request(
    capsys: pytest.CaptureFixture[str], resets: ResetStore, ann: Account
) -> None:
    for mode in (Mode.PRODUCTION, Mode.TEST):
        assert printed_in(mode, capsys, resets, ann)[0] == ""

    out, reference = printed_in(Mode.DEVELOPMENT, capsys, resets, ann)
    assert out == f"request {spelled(reference)}  http://localhost:3000/dev/requests/{reference}/\n"
    resets.ask(ann.username, ANN)
    assert capsys.readouterr().out == "", "it has stopped"


def test_a_request_has_one_line_and_what_no_browser_asked_has_none(
    capsys: pytest.CaptureFixture[str], database: Database, signing_in: SignInStore, ann: Account
) -> None:
    with requests.printing(Settings.model_construct(mode=Mode.DEVELOPMENT, port=3000)):
        for visitor in (ANN, STRANGER, ANN):
            signing_in.refuse(ann.username, signing_in.candidate(ann.username), visitor)
        with database.writing() as session:
            audit.record(session, Event.MAIL_SENT, at=REAL.now(), actor="worker", request_id="of the worker")
            audit.record(session, Event.ACCOUNT_SHOWN, at=REAL.now(), actor="cli:operator")

    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"request {visitor.request_id}  http://localhost:3000/dev/requests/{visitor.request_id}/"
        for visitor in (ANN, STRANGER)
    ]


@pytest.mark.parametrize(("mode", "has_them"), [(Mode.PRODUCTION, False), (Mode.DEVELOPMENT, True)])
def test_production_has_no_route_for_developers(mode: Mode, has_them: bool) -> None:  # noqa: FBT001 - a parameter
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CERS_", "REFLEX_"))}
    more = SAFE if mode is Mode.PRODUCTION else {}
    done = subprocess.run(
        [sys.executable, "-c", LIST],
        cwd=ROOT,
        env={**kept, **more, "CERS_MODE": mode},
        capture_output=True,
        text=True,
        check=True,
    )
    paths = done.stdout.splitlines()

    assert "/healthz" in paths
    assert ("/dev/requests/{name}/" in paths, "/dev/mailbox/" in paths) == (has_them, has_them)
    assert any(path.startswith("/dev") for path in paths) == has_them


def test_a_developer_follows_the_printed_address_of_a_sign_in(tmp_path: Path) -> None:
    with portals.running(tmp_path, CERS_MODE="development", CERS_QA_CHARACTERS="") as portal:
        form = {"username": "nobodyatall", "password": "of no account at all"}
        request(portal.url, "POST", addresses.SESSION, browse(portal.url), {"sec-fetch-site": "same-origin"}, form)
        ((name, address),) = PRINTED.findall(portal.log.read_text("utf-8"))

        page = request(portal.url, path=address.removeprefix(portal.url))

    assert address == f"{portal.url}/dev/requests/{name}/"
    assert page.status == 200
    assert "Failed sign-in (sign-in)" in page.body
    assert "cers_app.storage.audit: sign_in_refused" in page.body
