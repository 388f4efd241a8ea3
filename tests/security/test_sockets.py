"""A tab's client token is no secret; without the browser's cookies it is worth nothing."""

import json

import pytest
from websockets.exceptions import InvalidStatus

from cers_app.values import addresses
from cers_app.values.digests import sha256
from tests.support.portal import PASSWORD, Portal
from tests.support.wire import ACCOUNT_LOAD, HYDRATE, NAMESPACE, SIGN_IN, Jar, Socket, browse, request

TAB = "b4a9c1de-0000-4000-8000-000000000001"


@pytest.fixture(scope="module")
def signed_in(portal: Portal) -> Jar:
    """The cookies of a signed-in browser."""
    portal.create_account("hijackme")
    jar = browse(portal.url)
    with Socket(portal.url, "the tab that signs in", jar) as socket:
        socket.call(HYDRATE)
        claim = socket.call(SIGN_IN, form={"username": "hijackme", "password": PASSWORD})["claim"]
    answer = request(portal.url, "POST", addresses.SESSION, jar, {"sec-fetch-site": "same-origin"}, {"claim": claim})
    assert answer.location == addresses.ACCOUNT
    return jar


def test_a_stolen_client_token_without_the_cookie_shows_nothing(portal: Portal, signed_in: Jar) -> None:
    with Socket(portal.url, TAB, signed_in) as owner:
        owner.call(HYDRATE, addresses.ACCOUNT)
        assert owner.call(ACCOUNT_LOAD, addresses.ACCOUNT)["username"] == "hijackme"

    browser_alone = Jar({"cers_browser": signed_in.values["cers_browser"]})
    for jar in (Jar(), browse(portal.url), browser_alone):
        with Socket(portal.url, TAB, jar) as thief:
            shown = thief.call(HYDRATE, addresses.ACCOUNT)
            assert (shown["account_state.username"], shown["account_state.stage"]) == ("", "")
            assert thief.call(ACCOUNT_LOAD, addresses.ACCOUNT)["stage"] == "out"
            assert "hijackme" not in "".join(thief.received)

    with Socket(portal.url, TAB, signed_in) as owner:
        assert owner.call(HYDRATE, addresses.ACCOUNT)["account_state.username"] == "hijackme"


def test_a_digest_is_no_cookie(portal: Portal, signed_in: Jar) -> None:
    stolen = Jar({name: sha256(value) for name, value in signed_in.values.items()})
    with Socket(portal.url, "another tab", stolen) as thief:
        thief.call(HYDRATE, addresses.ACCOUNT)
        assert thief.call(ACCOUNT_LOAD, addresses.ACCOUNT)["stage"] == "out"


def test_a_message_named_connect_does_not_connect_again_as_somebody_else(portal: Portal, signed_in: Jar) -> None:
    digests = {name.removeprefix("cers_"): sha256(value) for name, value in signed_in.values.items()}
    header = [{"_placeholder": True, "num": 0}, {"_placeholder": True, "num": 1}]
    again = {"QUERY_STRING": "token=another", "asgi.scope": {"client": ["203.0.113.77", 0], "headers": [header]}}
    with Socket(portal.url, "a forging tab", browse(portal.url)) as thief:
        thief.call(HYDRATE, addresses.ACCOUNT)
        thief.send_raw(f"452-{NAMESPACE},{json.dumps(['connect', again])}")
        for attachment in (b"cookie", json.dumps(digests).encode()):
            thief.send_raw(attachment)
        thief.settle()
        assert thief.call(ACCOUNT_LOAD, addresses.ACCOUNT)["stage"] == "out"
        assert "hijackme" not in "".join(thief.received)

    with Socket(portal.url, TAB, signed_in) as owner:
        assert owner.call(ACCOUNT_LOAD, addresses.ACCOUNT)["username"] == "hijackme"


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://localhost.evil.example", "http://localhost:1", "https://localhost"],
)
def test_a_page_of_another_site_gets_no_socket(portal: Portal, origin: str) -> None:
    with pytest.raises(InvalidStatus):
        Socket(portal.url, TAB, browse(portal.url), origin=origin)
    Socket(portal.url, TAB, browse(portal.url)).close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"sec-fetch-site": "cross-site", "origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"origin": "null"}, 403),
        ({}, 403),
    ],
)
@pytest.mark.parametrize(
    "path",
    [
        addresses.SESSION,
        addresses.SIGN_OUT,
        addresses.RESET_DONE,
        addresses.CANCEL,
        addresses.CHANGE_DONE,
        addresses.SIGN_OUT_EVERYWHERE,
    ],
)
def test_only_our_own_pages_post(portal: Portal, path: str, headers: dict[str, str], status: int) -> None:
    answer = request(portal.url, "POST", path, Jar(), headers, {"username": "x", "password": "y"})

    assert answer.status == status
    assert (status == 303) == bool(answer.location)


def test_a_forged_host_is_refused(portal: Portal) -> None:
    assert request(portal.url, headers={"host": "evil.example"}).status == 400
    assert request(portal.url, path=addresses.SIGN_IN).status == 200


def test_a_claim_of_another_browser_opens_nothing(portal: Portal) -> None:
    portal.create_account("claimed")
    jar = browse(portal.url)
    with Socket(portal.url, "a tab", jar) as socket:
        socket.call(HYDRATE)
        claim = socket.call(SIGN_IN, form={"username": "claimed", "password": PASSWORD})["claim"]
    same_origin = {"sec-fetch-site": "same-origin"}

    thief = browse(portal.url)
    stolen = request(portal.url, "POST", addresses.SESSION, thief, same_origin, {"claim": claim})
    assert stolen.location == f"{addresses.SIGN_IN}#again"
    assert "cers_session" not in thief.values

    before = Jar(dict(jar.values))
    own = request(portal.url, "POST", addresses.SESSION, jar, same_origin, {"claim": claim})
    assert own.location == addresses.ACCOUNT
    again = request(portal.url, "POST", addresses.SESSION, before, same_origin, {"claim": claim})
    assert again.location == f"{addresses.SIGN_IN}#again", "the cookies it was made for, and spent"
