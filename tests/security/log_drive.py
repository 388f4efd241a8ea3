"""Everything a visitor can do to write into the log, with secrets that can be found again."""

import contextlib
import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.typing import Origin

from cers_app.accounts.models import AccountState
from cers_app.values import addresses
from tests.support.journeys import RECOVER, ask, change, new_password_socket, open_link
from tests.support.portal import CHARACTERS, Portal
from tests.support.wire import HYDRATE, NAMESPACE, SIGN_IN, STATE, Jar, Socket, browse, handler, request

OLD, WRONG, NEW, LAST = (f"{word} canary 47{number} in 'the' \"mine\", {{so}}" for number, word in enumerate("abcd"))
TYPED = "e canary 474\nin the mine: yes"
TAB = "canary-tab-0c4b4a9c-1de0-4000-8000-000000000001"
CANARIES = [OLD, WRONG, NEW, LAST]
NAME, EMAIL = "logcanary", "log.canary.person@example.com"
FORGED = "2026-11-24T08:00:00.000000Z info     cers_app.web.trouble: admin signed in"
HOSTILE = f"x\r\n{FORGED}\u2028{FORGED}\x1b[2K\x1b]0;x\x07\u202e"
CHANGE = handler("your_account___states", "change_password_state", "submit")
ON_PAGE = f"{STATE}.reflex___state____frontend_event_exception_state.handle_frontend_exception"
SAME = {"sec-fetch-site": "same-origin"}


@dataclass(frozen=True, slots=True)
class Driven:
    """A portal after it was driven."""

    log: Path
    began: int
    """Where in the log the driving began, in bytes."""
    secrets: list[str] = field(default_factory=list)
    text: str = ""
    served: str = ""

    def finished(self) -> "Driven":
        """The same with all that was logged until the end."""
        data = self.log.read_bytes()
        return dataclasses.replace(self, text=data.decode(), served=data[self.began :].decode())


def drive(portal: Portal) -> Driven:
    """Do it all."""
    began = portal.log.stat().st_size
    portal.create_account(NAME, EMAIL, AccountState.ACTIVE, OLD)
    token, jar = _journeys(portal)
    _wrong_events(portal, jar)
    _wrong_requests(portal, jar, token)
    words = [part for secret in CANARIES for part in (secret, secret[:14])]
    typed = [
        TYPED,
        TYPED[:12],
        TAB,
        EMAIL,
        CHARACTERS,
        token,
        *(value for value in jar.values.values() if len(value) > 20),
    ]
    return Driven(portal.log, began, [*words, *typed])


def _journeys(portal: Portal) -> tuple[str, Jar]:
    ask(portal, EMAIL, RECOVER)
    ask(portal, NAME)
    token = portal.inbox.wait(EMAIL, 1, "Password Reset").token
    jar = open_link(portal, token)
    socket, shown = new_password_socket(portal, jar, TAB)
    with socket:
        change(socket, shown["link"], NEW)
    jar = browse(portal.url)
    with Socket(portal.url, TAB, jar) as socket:
        socket.call(HYDRATE)
        socket.call(SIGN_IN, form={"username": HOSTILE, "password": TYPED})
        socket.call(SIGN_IN, form={"username": NAME, "password": WRONG})
        claim = socket.call(SIGN_IN, form={"username": NAME, "password": NEW})["claim"]
    request(portal.url, "POST", addresses.SESSION, jar, SAME, {"claim": claim})
    with Socket(portal.url, TAB, jar) as socket:
        socket.call(HYDRATE, addresses.CHANGE_PASSWORD)
        socket.call(CHANGE, addresses.CHANGE_PASSWORD, form={"current": NEW, "password": LAST})
    jar.values["claim"] = claim
    return token, jar


def _wrong_events(portal: Portal, jar: Jar) -> None:
    form = {"username": HOSTILE, "email": EMAIL, "password": OLD, "new": [LAST, {"password": TYPED}], "token": TAB}
    event = {
        "name": SIGN_IN,
        "payload": {"form": form},
        "router_data": {"pathname": HOSTILE, "asPath": f"/sign-in/{HOSTILE}"},
    }
    with Socket(portal.url, TAB, jar) as socket:
        socket.call(HYDRATE)
        socket.send(f"{STATE}.gone_after_a_rename", form=form)
        socket.send(HOSTILE, form=form)
        for wrong in ({"form": form, "more": form}, {}, {"form": OLD}, {"form": [OLD]}, {"forms": form}):
            socket.send(SIGN_IN, **wrong)
        socket.send(ON_PAGE, info=f"{HOSTILE} {OLD}", component_stack=f"{HOSTILE} {OLD}")
        for packet in (["event", json.dumps(event)], ["client_error", {"error_type": HOSTILE, "message": OLD}]):
            socket.send_raw(f"42{NAMESPACE},{json.dumps(packet)}")
        socket.settle()
    # Each of these may end the connection.
    wrong_data: tuple[Any, ...] = (
        f"{{{HOSTILE} {OLD}",
        [OLD],
        {"name": HOSTILE, "payload": OLD},
        {"payload": form},
        OLD,
    )
    for payload in wrong_data:
        _once(portal, jar, f"42{NAMESPACE},{json.dumps(['event', payload])}")
    for raw in (f"42{NAMESPACE},[{OLD}", f"9{OLD}", f"4{OLD}", f'40{NAMESPACE},{{"event": {json.dumps(OLD)}}}'):
        _once(portal, jar, raw)
    _without_a_token(portal, f"42{NAMESPACE},{json.dumps(['event', event])}")


def _without_a_token(portal: Portal, raw: str) -> None:
    where = f"ws://127.0.0.1:{portal.port}{NAMESPACE}/?EIO=4&transport=websocket"
    with connect(where, origin=Origin(portal.url), additional_headers={"host": f"localhost:{portal.port}"}) as bare:
        for sent, start in (("", "0"), (f"40{NAMESPACE},", f"40{NAMESPACE}"), (raw, "")):
            if sent:
                bare.send(sent)
            assert start == "" or str(bare.recv(20)).startswith(start)
        bare.send(f'42{NAMESPACE},["ping"]')
        assert "pong" in str(bare.recv(20))


def _once(portal: Portal, jar: Jar, raw: str) -> None:
    with contextlib.suppress(WebSocketException, TimeoutError), Socket(portal.url, TAB, jar) as socket:
        socket.send_raw(raw)
        socket.settle()


def _wrong_requests(portal: Portal, jar: Jar, token: str) -> None:
    query = f"/healthz?token={token}&password={NEW}"
    for path in (f"/r/{token}", f"/r/{token}x", f"/{OLD}\r\n{FORGED}", f"/challenge/{token}", query):
        request(portal.url, path=quote(path, safe="/?=&"), jar=jar, headers={"authorization": f"Bearer {token}"})
    request(portal.url, "POST", addresses.SESSION, jar, SAME, {"claim": OLD, "username": HOSTILE, "password": TYPED})
