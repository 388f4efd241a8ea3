"""Steps cannot be left out, and a form cannot say more than its fields do."""

from typing import Any

import pytest

from tests.support.bare_browsers import claim_of
from tests.support.journeys import (
    NEW,
    RECOVER,
    RESET,
    ask,
    challenge_of,
    change,
    mailed_link,
    new_password_socket,
    open_link,
)
from tests.support.portal import CHARACTERS, PASSWORD, Portal
from tests.support.wire import (
    HYDRATE,
    NEW_LOAD,
    NEW_SUBMIT,
    RECOVER_SUBMIT,
    RESET_LOAD,
    RESET_SUBMIT,
    Socket,
    browse,
    handler,
    request,
)

AGAIN = handler("reset_password___states", "reset_request_state", "again")
SENT = handler("reset_password___states", "reset_request_state", "recognize")
RENEW = handler("reset_password___states", "new_password_state", "renew")
NEW_PASSWORD = "a password nobody has seen yet"
VICTIM, ATTACKER = "listvictim@example.com", "attacker@example.com"
TWO_IN_ONE = [
    [VICTIM, ATTACKER],
    {"0": VICTIM, "1": ATTACKER},
    *(f"{VICTIM}{between}{ATTACKER}" for between in (",", ";", " ", "\r\nBcc: ", "\n", "\u2028", "\0", "%0a", "%2c")),
]


def mailed_to(portal: Portal, control: str) -> list[str]:
    """Everybody who got mail so far. Two later requests were answered, so that the batch before them is through."""
    for number in (1, 2):
        portal.create_account(f"{control}{number}")
        mailed_link(portal, f"{control}{number}")
    return [address for mail in portal.inbox.mails for address in mail.recipients]


def test_asking_for_a_link_does_not_open_the_step_after_it(portal: Portal) -> None:
    portal.create_account("stepskipper")
    jar = browse(portal.url, RESET)
    with Socket(portal.url, "one tab for all steps", jar) as socket:
        socket.call(HYDRATE, RESET)
        challenge = socket.call(RESET_LOAD, RESET)["challenge"]
        socket.send(RESET_SUBMIT, form={"identifier": "stepskipper", "challenge": challenge, "characters": CHARACTERS})
        link = portal.inbox.wait("stepskipper@example.com")
        open_link(portal, link.token)  # in her own browser; what nobody opened says so to everybody
        socket.settle()

        assert socket.call(NEW_LOAD, NEW)["stage"] == "useless"
        assert change(socket, challenge, NEW_PASSWORD)["stage"] == "useless"
        assert socket.call(NEW_SUBMIT, NEW, form={"password": NEW_PASSWORD})["stage"] == "useless"
        assert socket.call(RENEW, NEW)["stage"] == "useless"
    assert claim_of(portal, browse(portal.url), "stepskipper", PASSWORD)

    socket, shown = new_password_socket(portal, open_link(portal, link.token, jar))
    with socket:
        assert change(socket, shown["link"], NEW_PASSWORD)["stage"] == "changed"


def test_sending_it_again_needs_a_request_in_the_same_tab(portal: Portal) -> None:
    portal.create_account("againskipper")
    jar = browse(portal.url, RESET)
    with Socket(portal.url, "a tab that asked for nothing", jar) as socket:
        socket.call(HYDRATE, RESET)
        for name, right in ((AGAIN, {}), (SENT, {"typed": "againskipper"})):
            events = socket.call(name, f"{RESET}sent/", form={"identifier": "againskipper"})["times"]
            assert events, "an argument it does not take is a fault, and nothing else"
            assert RESET in str(socket.call(name, f"{RESET}sent/", **right)["events"])

    assert "againskipper@example.com" not in mailed_to(portal, "againafter")
    ask(portal, "againskipper")
    portal.inbox.wait("againskipper@example.com")


def test_a_field_that_was_slipped_in_sends_the_mail_to_nobody_else(portal: Portal) -> None:
    portal.create_account("kirkivictim")
    columns = {"is_admin": True, "id": 1, "account_id": 1, "state": "active", "_receipt": {"key": "attacker"}}
    addresses = dict.fromkeys(("email", "to", "address", "cc", "recipients"), "attacker@example.com")
    with Socket(portal.url, "a tab that slips fields in", browse(portal.url, RESET)) as socket:
        socket.call(HYDRATE, RESET)
        challenge = socket.call(RESET_LOAD, RESET)["challenge"]
        form = {"identifier": "kirkivictim", "challenge": challenge, "characters": CHARACTERS}
        socket.send(RESET_SUBMIT, RESET, form={**columns, **addresses, **form})
        mail = portal.inbox.wait("kirkivictim@example.com")

    assert mail.recipients == ("kirkivictim@example.com",)
    assert "attacker@example.com" not in mailed_to(portal, "kirkiafter")


@pytest.mark.parametrize(
    ("path", "submit", "field"), [(RESET, RESET_SUBMIT, "identifier"), (RECOVER, RECOVER_SUBMIT, "email")]
)
def test_two_addresses_in_one_field_are_nobodys(portal: Portal, path: str, submit: str, field: str) -> None:
    if path == RESET:
        portal.create_account("listvictim")
    before = len(portal.inbox.mails)
    with Socket(portal.url, f"two in one {path}", browse(portal.url, path)) as socket:
        socket.call(HYDRATE, path)
        for typed in TWO_IN_ONE:
            challenge = challenge_of(socket, path)
            form = {field: typed, "challenge": challenge, "characters": CHARACTERS}
            assert socket.call(submit, path, form=form).get("answered"), typed
            socket.settle()

    name = f"twoafter{len(path)}"
    got = mailed_to(portal, name)[before:]
    assert sorted(got) == [f"{name}1@example.com", f"{name}2@example.com"]


def test_the_link_alone_says_whose_password_is_set(portal: Portal) -> None:
    portal.create_account("ownlinkuser")
    other = portal.create_account("othersname")
    socket, shown = new_password_socket(portal, open_link(portal, mailed_link(portal, "ownlinkuser").token))
    slipped = {"username": "othersname", "email": "othersname@example.com", "account_id": other.id, "id": other.id}
    with socket:
        form = {"link": shown["link"], "password": NEW_PASSWORD, **slipped}
        assert socket.call(NEW_SUBMIT, NEW, form=form)["stage"] == "changed"

    assert claim_of(portal, browse(portal.url), "othersname", PASSWORD)
    assert claim_of(portal, browse(portal.url), "ownlinkuser", NEW_PASSWORD)


def test_wrong_characters_are_told_before_anybody_is_looked_up(portal: Portal) -> None:
    portal.create_account("charsknown")
    answers = [wrong_characters(portal, name) for name in ("charsknown", "charsnobody")]

    assert "did not match" in str(answers[0]["problems"])
    assert answers[0]["problems"] == answers[1]["problems"]
    assert answers[0].keys() == answers[1].keys()
    assert "charsknown@example.com" not in mailed_to(portal, "charsafter")


def wrong_characters(portal: Portal, username: str) -> dict[str, Any]:
    """What answers wrong characters."""
    with Socket(portal.url, f"wrong characters of {username}", browse(portal.url, RESET)) as socket:
        socket.call(HYDRATE, RESET)
        challenge = socket.call(RESET_LOAD, RESET)["challenge"]
        form = {"identifier": username, "challenge": challenge, "characters": "WRONGS"}
        return socket.call(RESET_SUBMIT, RESET, form=form)


def test_nothing_a_browser_gets_holds_the_characters(portal: Portal) -> None:
    jar = browse(portal.url, RESET)
    with Socket(portal.url, "a tab that searches", jar) as socket:
        socket.call(HYDRATE, RESET)
        challenge = socket.call(RESET_LOAD, RESET)["challenge"]
        received = "".join(socket.received)
    picture = request(portal.url, path=f"/verification/{challenge}.png", jar=jar)

    assert picture.status == 200
    assert "PNG" in picture.body[:8]
    assert picture.headers["cache-control"] == "no-store"
    page = request(portal.url, path=RESET, jar=jar)
    for place in (received, page.body, picture.body, str(picture.headers), str(page.headers), challenge):
        assert CHARACTERS.lower() not in place.lower()
    assert str(challenge) in received
