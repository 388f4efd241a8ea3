"""The reset journey over the bare socket and the routes, for tests that need no browser."""

from cers_app.values import addresses
from cers_app.verification.answers import Purpose
from tests.support.inbox import Received
from tests.support.portal import CHARACTERS, Portal
from tests.support.wire import (
    HYDRATE,
    NEW_LOAD,
    NEW_SUBMIT,
    RECOVER_LOAD,
    RECOVER_SUBMIT,
    RESET_LOAD,
    RESET_SUBMIT,
    Jar,
    Socket,
    browse,
    request,
)

RESET, NEW, RECOVER = addresses.RESET_PASSWORD, addresses.NEW_PASSWORD, addresses.RECOVER_USERNAME
PURPOSES = {RESET: Purpose.RESET_PASSWORD, RECOVER: Purpose.RECOVER_USERNAME}
HANDLERS = {RESET: (RESET_LOAD, RESET_SUBMIT, "identifier"), RECOVER: (RECOVER_LOAD, RECOVER_SUBMIT, "email")}


def picture_of(path: str) -> str:
    """The address of the picture on a page that does not know the name of its challenge."""
    return f"/verification/{PURPOSES[path]}.png"


def ask(portal: Portal, identifier: str, page: str = RESET) -> list[str]:
    """Ask for a mail as one of the two pages does; every message that came back for it."""
    load, submit, field = HANDLERS[page]
    with Socket(portal.url, f"tab of {identifier}", browse(portal.url, page)) as socket:
        socket.call(HYDRATE, page)
        challenge = socket.call(load, page)["challenge"]
        socket.send(submit, page, form={field: identifier, "challenge": challenge, "characters": CHARACTERS})
        return socket.settle()


def challenge_of(socket: Socket, page: str) -> str:
    """Come to the form from the confirmation; the id of its challenge."""
    load, submit, _ = HANDLERS[page]
    socket.send(submit.replace("submit", "recognize"), f"{page}sent/", typed="")
    socket.send(load, page)
    while "challenge" not in (changes := socket.changes()):
        pass
    return str(changes["challenge"])


def mailed_link(portal: Portal, username: str, number: int = 1) -> Received:
    """Ask for a link and wait for the mail."""
    ask(portal, username)
    return portal.inbox.wait(f"{username}@example.com", number, "Password Reset")


def open_link(portal: Portal, token: str, jar: Jar | None = None) -> Jar:
    """Follow a link; the browser's cookies afterwards."""
    jar = jar or browse(portal.url)
    answer = request(portal.url, path=f"/r/{token}", jar=jar)
    assert (answer.status, answer.location) == (303, NEW)
    return jar


def new_password_socket(
    portal: Portal, jar: Jar, tab: str = "a tab", address: str = NEW
) -> tuple[Socket, dict[str, object]]:
    """The page where a new password is chosen, and what it says of the link."""
    socket = Socket(portal.url, tab, jar)
    socket.call(HYDRATE, address)
    return socket, socket.call(NEW_LOAD, address)


def change(socket: Socket, link: object, password: str) -> dict[str, object]:
    """Send a new password."""
    return socket.call(NEW_SUBMIT, NEW, form={"link": link, "password": password})
