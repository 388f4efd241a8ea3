"""In development the portal prints the address of each request's page. Production has neither."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cers_app.accounts.models import Account
from cers_app.composition.world import REAL
from cers_app.development import requests, tools
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
from tests.support.wire import browse, request

ADDRESS = "http://localhost:3000"
PRINTED = re.compile(r"^request ([0-9a-f]{16})  (http://localhost:\d+/dev/requests/\S+)$", re.MULTILINE)


@pytest.fixture(autouse=True)
def told(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """The log at the level at which the portal runs."""
    with caplog.at_level(logging.INFO, audit.log.name):
        yield


@pytest.mark.parametrize("mode", Mode)
def test_only_development_prints(mode: Mode) -> None:
    lifespans = tools.lifespans(Settings.model_construct(mode=mode))

    assert (requests.lifespan in lifespans) is (mode is Mode.DEVELOPMENT)


def test_a_request_has_a_line_with_its_reference_while_the_portal_runs(
    capsys: pytest.CaptureFixture[str], resets: ResetStore, ann: Account
) -> None:
    with requests.printing(ADDRESS):
        reference = resets.ask(ann.username, ANN)
    assert capsys.readouterr().out == f"request {spelled(reference)}  {ADDRESS}/dev/requests/{reference}/\n"

    resets.ask(ann.username, ANN)
    assert capsys.readouterr().out == ""


def test_a_request_has_one_line_and_what_no_browser_asked_has_none(
    capsys: pytest.CaptureFixture[str], database: Database, signing_in: SignInStore, ann: Account
) -> None:
    with requests.printing(ADDRESS):
        for visitor in (ANN, STRANGER, ANN):
            signing_in.refuse(ann.username, signing_in.candidate(ann.username), visitor)
        with database.writing() as session:
            audit.record(session, Event.MAIL_SENT, at=REAL.now(), actor="worker", request_id="of the worker")
            audit.record(session, Event.ACCOUNT_SHOWN, at=REAL.now(), actor="cli:operator")

    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"request {visitor.request_id}  {ADDRESS}/dev/requests/{visitor.request_id}/" for visitor in (ANN, STRANGER)
    ]


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
