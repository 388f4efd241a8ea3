"""Signing in over the bare socket, and requests that no HTTP library would send."""

import socket
from contextlib import suppress

from cers_app.values import addresses
from tests.support.portal import PASSWORD, Portal
from tests.support.wire import HYDRATE, SIGN_IN, Answer, Jar, Socket, browse, request

SAME_ORIGIN = {"sec-fetch-site": "same-origin"}


def claim_of(portal: Portal, jar: Jar, username: str, password: str = PASSWORD) -> str:
    """Give the right password; the code that opens a session."""
    with Socket(portal.url, f"the tab of {username}", jar) as tab:
        tab.call(HYDRATE)
        return str(tab.call(SIGN_IN, form={"username": username, "password": password})["claim"])


def sign_in(portal: Portal, username: str, password: str = PASSWORD, jar: Jar | None = None) -> Jar:
    """The cookies of a browser in which somebody signed in."""
    jar = jar or browse(portal.url)
    answer = post(portal, addresses.SESSION, jar, {"claim": claim_of(portal, jar, username, password)})
    assert answer.location == addresses.ACCOUNT
    return jar


def post(portal: Portal, path: str, jar: Jar, form: dict[str, str] | None = None) -> Answer:
    """Send a form as the portal's own page does."""
    return request(portal.url, "POST", path, jar, SAME_ORIGIN, form or {})


def refusal(portal: Portal, jar: Jar, form: dict[str, str], headers: dict[str, str] | None = None) -> str:
    """Why the native sign-in was refused: the end of the address it leads to."""
    answer = request(portal.url, "POST", addresses.SESSION, jar, SAME_ORIGIN | (headers or {}), form)
    page, _, why = answer.location.partition("#")
    assert (answer.status, answer.body, page) == (303, "", addresses.SIGN_IN)
    return why


def is_in(portal: Portal, jar: Jar) -> bool:
    """Whether a browser gets to the account page."""
    return request(portal.url, path=addresses.ACCOUNT, jar=jar).status == 200


def raw(portal: Portal, *lines: str) -> str:
    """What the server answers to these lines, sent as they are."""
    received = bytearray()
    with socket.create_connection(("127.0.0.1", portal.port), timeout=30) as connection:
        connection.sendall(("\r\n".join([*lines, "connection: close"]) + "\r\n\r\n").encode("latin-1"))
        with suppress(TimeoutError):
            while chunk := connection.recv(65536):
                received += chunk
    return received.decode("latin-1")
