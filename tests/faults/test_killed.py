"""The server dies at a named point: what was answered is kept, what was not is whole or has not happened.

The watching process starts another one, and people go on where they were.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from http.client import HTTPException
from pathlib import Path

import pytest
from websockets.exceptions import WebSocketException

from cers_app.storage.kill_points import POINTS
from cers_app.values import addresses
from tests.support import portal as portals
from tests.support.bare_browsers import claim_of, is_in, post, sign_in
from tests.support.inbox import Received
from tests.support.journeys import ask, change, mailed_link, new_password_socket, open_link
from tests.support.portal import PASSWORD, Portal
from tests.support.processes import members
from tests.support.waiting import eventually
from tests.support.wire import browse, request

NEW_PASSWORD = "a password nobody has seen yet"
DROPPED = (WebSocketException, HTTPException, OSError)
MAIL = [point for point in POINTS if point.startswith("mail.")]
KILL_FILE = "kill-at"
_BACK_AT: dict[int, float] = {}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Portal]]:
    """Two portals that die where a test says."""
    with ExitStack() as stack:
        yield [stack.enter_context(mortal(tmp_path_factory.mktemp("killed"))) for _ in range(2)]


def mortal(folder: Path) -> AbstractContextManager[Portal]:
    """A portal that dies where a file says."""
    return portals.running(folder, CERS_QA_KILL_FILE=str(folder / KILL_FILE), CERS_MAIL_LEASE_SECONDS="2")


@pytest.fixture
def portal(pair: list[Portal]) -> Portal:
    """The one of the two that has lived longer: whatever dies twice within 5.5 seconds is not started again."""
    pair.reverse()
    return pair[0]


@contextmanager
def dying_at(portal: Portal, point: str) -> Iterator[None]:
    """The server dies at a point within the block and is back after it."""
    assert point in POINTS
    eventually(lambda: time.monotonic() - _BACK_AT.get(portal.pid, 0) > 6, "that is the time")
    file, before = portal.folder / KILL_FILE, set(members(portal.pid))
    file.with_suffix(".new").write_text(point, "ascii")
    file.with_suffix(".new").rename(file)
    yield
    eventually(lambda: not file.exists(), "nobody passed that point")
    eventually(lambda: is_up(portal), "it did not come back")
    _BACK_AT[portal.pid] = time.monotonic()
    after = set(members(portal.pid))
    assert portal.pid in before & after
    assert not (before & after) - {portal.pid}, "the server that died is gone"


def is_up(portal: Portal) -> bool:
    """Whether the portal answers and its worker works."""
    try:
        return request(portal.url, path="/readyz").status == 200
    except DROPPED:
        return False


def count(portal: Portal, statement: str, *values: object) -> int:
    """The number a statement gives."""
    with closing(sqlite3.connect(portal.folder / "portal.db")) as connection:
        return int(connection.execute(statement, values).fetchone()[0])


def rows_for(portal: Portal, username: str, kind: str) -> int:
    """How many mails of a kind were asked for."""
    mails = "SELECT count(*) FROM outgoing_mail m JOIN account a ON a.id = m.account_id"
    return count(portal, f"{mails} WHERE a.username = ? AND m.kind = ?", username, kind)


def settled(portal: Portal, username: str, subject: str) -> list[Received]:
    """Every mail of a subject that somebody got once the queue is empty."""
    eventually(lambda: count(portal, "SELECT count(*) FROM outgoing_mail WHERE state = 'waiting'") == 0, "mail waits")
    mails = portal.inbox.to(f"{username}@example.com")
    return [mail for mail in mails if subject in str(mail.mail["Subject"])]


def test_a_request_that_was_not_kept_was_not_answered_and_asking_again_works(portal: Portal) -> None:
    portal.create_account("unkept")
    with dying_at(portal, "request.queued"):
        assert not any("sent_to" in message for message in ask(portal, "unkept"))
    assert rows_for(portal, "unkept", "reset_link") == 0

    assert any("sent_to" in message for message in ask(portal, "unkept"))
    portal.inbox.wait("unkept@example.com")


def test_a_request_that_was_kept_has_its_mail_though_nobody_was_told(portal: Portal) -> None:
    portal.create_account("keptone")
    with dying_at(portal, "request.kept"):
        assert not any("sent_to" in message for message in ask(portal, "keptone"))

    portal.inbox.wait("keptone@example.com")
    assert any("sent_to" in message for message in ask(portal, "keptone"))
    assert rows_for(portal, "keptone", "reset_link") == 1
    assert len(settled(portal, "keptone", "Password Reset")) == 1


@pytest.mark.parametrize("point", MAIL)
def test_an_answered_request_has_its_mail_under_one_message_id_and_its_link_works(portal: Portal, point: str) -> None:
    name = point.replace(".", "").replace("_", "")
    portal.create_account(name)
    with dying_at(portal, point):
        assert any("sent_to" in message for message in ask(portal, name))
        # The worker is alone in passing here: nobody else's mail waits.
    mails = settled(portal, name, "Password Reset")

    assert len({mail.mail["Message-ID"] for mail in mails}) == 1
    assert len(mails) == (2 if point == "mail.accepted" else 1), "once more only where nobody could know it was sent"
    for mail in mails:
        open_link(portal, mail.token)
    socket, shown = new_password_socket(portal, open_link(portal, mails[-1].token))
    with socket:
        assert change(socket, shown["link"], NEW_PASSWORD)["stage"] == "changed"


def test_a_sign_in_that_nobody_was_told_of_opens_nothing_and_signing_in_again_works(portal: Portal) -> None:
    portal.create_account("signerone")
    with dying_at(portal, "sign_in.kept"), pytest.raises(DROPPED):
        claim_of(portal, browse(portal.url), "signerone")
    assert count(portal, "SELECT count(*) FROM session") == 0

    assert is_in(portal, sign_in(portal, "signerone"))


def test_a_code_that_was_spent_as_the_server_died_stays_spent(portal: Portal) -> None:
    portal.create_account("signertwo")
    jar = browse(portal.url)
    claim = claim_of(portal, jar, "signertwo")
    with dying_at(portal, "session.kept"), pytest.raises(DROPPED):
        post(portal, addresses.SESSION, jar, {"claim": claim})

    assert post(portal, addresses.SESSION, jar, {"claim": claim}).location != addresses.ACCOUNT
    assert is_in(portal, sign_in(portal, "signertwo"))


@pytest.mark.parametrize("point", ["reset.used", "reset.replaced"])
def test_a_reset_that_was_not_kept_changed_nothing_and_its_link_still_works(portal: Portal, point: str) -> None:
    name = point.replace(".", "")
    portal.create_account(name)
    jar = open_link(portal, mailed_link(portal, name).token)
    socket, shown = new_password_socket(portal, jar)
    with dying_at(portal, point), pytest.raises(DROPPED):
        change(socket, shown["link"], NEW_PASSWORD)
    assert rows_for(portal, name, "password_changed") == 0
    assert is_in(portal, sign_in(portal, name, PASSWORD))

    socket, shown = new_password_socket(portal, jar)
    with socket:
        assert change(socket, shown["link"], NEW_PASSWORD)["stage"] == "changed"
    assert is_in(portal, sign_in(portal, name, NEW_PASSWORD))
    assert len(settled(portal, name, "Password Changed")) == 1


def test_a_reset_that_was_kept_is_whole_though_nobody_was_told(portal: Portal) -> None:
    portal.create_account("resetkept")
    jar = open_link(portal, mailed_link(portal, "resetkept").token)
    socket, shown = new_password_socket(portal, jar)
    with dying_at(portal, "reset.kept"), pytest.raises(DROPPED):
        change(socket, shown["link"], NEW_PASSWORD)

    assert is_in(portal, sign_in(portal, "resetkept", NEW_PASSWORD))
    assert len(settled(portal, "resetkept", "Password Changed")) == 1
    socket, shown = new_password_socket(portal, jar)
    with socket:
        assert (shown["stage"], shown["is_renewable"]) == ("useless", True)
