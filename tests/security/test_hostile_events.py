"""Whatever a browser sends to a handler, the answer is a state: no trace, no crash, and nothing is changed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlmodel import select
from websockets.exceptions import ConnectionClosed

from cers_app.accounts.models import Account
from cers_app.composition import QUESTIONS
from tests.support.bare_browsers import sign_in
from tests.support.journeys import mailed_link, new_password_socket, open_link
from tests.support.portal import PASSWORD, ROOT, Portal
from tests.support.wire import (
    HYDRATE,
    NEW_SUBMIT,
    RECOVER_SUBMIT,
    RESET_SUBMIT,
    SIGN_IN,
    Jar,
    Socket,
    browse,
    handler,
    request,
)

CHANGE = handler("your_account___states", "change_password_state", "submit")
COMMITTED = (ROOT / "tests/project/event_handlers.txt").read_text("utf-8").splitlines()
OURS = [name for name in COMMITTED if ".cers_app___" in name]
FIELDS = {
    SIGN_IN: ("username", "password"),
    RESET_SUBMIT: ("identifier", "challenge", "characters"),
    RECOVER_SUBMIT: ("email", "challenge", "characters"),
    NEW_SUBMIT: ("link", "password"),
    CHANGE: ("current", "password"),
}
ARGUMENTS = {"recognize": ("typed",), "judge": ("typed", "number"), "sign_out_other": ("session_id",)}
HOSTILE: dict[str, Any] = {
    "null": None,
    "true": True,
    "huge": -1e308,
    "empty": "",
    "quote": "' OR 1=1--",
    "long": "x" * 20_000,
    "nul": "a\0b",
    "half": "\ud800",
    "lines": "a\nINFO well\x1b",
    "list": ["a", None],
    "operator": {"$ne": None, "__class__": "x"},
    "template": "{{7*7}}%s{0}",
}


ANNOUNCES = '4555-/_event,["event"]'
"""An event with 55 attachments that never come."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who is signed in and has opened a link, so that no handler refuses for want of either."""

    jar: Jar
    link: str


@pytest.fixture(scope="module")
def owner(portal: Portal) -> Owner:
    portal.create_account("fuzzedowner")
    portal.create_account("fuzzcontrol")
    jar = sign_in(portal, "fuzzedowner")
    open_link(portal, mailed_link(portal, "fuzzedowner").token, jar)
    socket, shown = new_password_socket(portal, jar)
    socket.close()
    assert (shown["stage"], shown["username"]) == ("live", "fuzzedowner")
    return Owner(jar, str(shown["link"]))


def payloads(name: str, link: str) -> Iterator[dict[str, Any]]:
    """Each hostile value in the place of each argument, and of each field of a form."""
    for number, value in enumerate(HOSTILE.values(), start=1):
        if name in FIELDS:
            yield {"form": value}
            good = dict.fromkeys(FIELDS[name], "short") | ({"link": link} if name == NEW_SUBMIT else {})
            yield from ({"form": {**good, field: value}} for field in FIELDS[name])
        elif arguments := ARGUMENTS.get(name.rpartition(".")[2]):
            usual = {"typed": "password12345678", "number": number, "session_id": ""}
            yield from ({each: usual[each] for each in arguments} | {argument: value} for argument in arguments)
        elif name.endswith(".setvar"):
            yield {"var_name": value, "value": "in"}
            yield {"var_name": "stage", "value": value}
        else:
            yield {"anything": value}


def people(portal: Portal) -> list[tuple[object, ...]]:
    """What of every account no event here may change."""
    with portal.database.reading() as session:
        rows = session.exec(select(Account)).all()
        return [(row.id, row.username, row.email, row.password_hash, str(row.state)) for row in rows]


@pytest.mark.parametrize("name", OURS, ids=lambda name: str(name).rpartition("____")[2])
def test_a_browser_that_sends_anything_to_a_handler_breaks_nothing(portal: Portal, owner: Owner, name: str) -> None:
    before, logged = people(portal), len(portal.log.read_text("utf-8"))
    calls = list(payloads(name, owner.link))
    with Socket(portal.url, f"hostile to {name}", owner.jar) as socket:
        socket.call(HYDRATE)
        for payload in calls:
            socket.send(name, **payload)
        answers = socket.settle()
        assert socket.call(SIGN_IN, form={"username": "fuzzcontrol", "password": PASSWORD})["claim"], "the tab works"

    told = portal.log.read_text("utf-8")[logged:]
    assert len(calls) >= len(HOSTILE)
    # A form is read, whatever it holds; what takes no form is not even run with arguments that are not its own.
    takes_values = name.rpartition(".")[2] in ARGUMENTS
    assert told.count("an event failed") == (0 if name in FIELDS or takes_values else len(calls))
    # The answer to an event that failed is `show`; when that one fails itself, there is none, or it would never end.
    # A verdict comes for the first questions only: a page asks once a second.
    least = QUESTIONS.amount if name.endswith(".judge") else len(calls)
    heard = len(answers) >= least or name.endswith("trouble_state.show")
    assert heard, "an event that nobody heard proves nothing"
    assert "Traceback" not in json.dumps(answers)
    assert people(portal) == before
    assert "Traceback" not in told
    assert "INFO well" not in told
    assert request(portal.url, path="/readyz").body == "ok"


def test_every_handler_of_ours_that_takes_a_form_is_known_here() -> None:
    assert {name for name in OURS if name.endswith(".submit")} == FIELDS.keys()
    assert len(OURS) > 20


@pytest.mark.parametrize(
    "message",
    [
        '42/_event,["event",null]',
        '42/_event,["event","x"]',
        '42/_event,["event",{"name":null,"payload":[]}]',
        "42/_event,[]",
        "42/_event,{bad",
        '42["event"]',
        '42/other,["event"]',
        "99",
        "x",
        ANNOUNCES,
        f'42/_event,["event",{{"name":"{SIGN_IN}","payload":{{"form":{{"username":"{"x" * 1_200_000}"}}}}}}]',
    ],
    ids=["null", "text", "no name", "nothing", "broken", "no room", "other room", "number", "letter", "binary", "huge"],
)
def test_a_message_that_is_huge_or_no_event_disturbs_nobody_else(portal: Portal, message: str) -> None:
    form = {"username": "fuzzbystander", "password": ""}
    with (
        Socket(portal.url, "a bystander", browse(portal.url)) as bystander,
        Socket(portal.url, "odd messages", browse(portal.url)) as socket,
    ):
        bystander.call(HYDRATE)
        socket.call(HYDRATE)
        socket.send_raw(message)
        # What announces attachments swallows what follows: nothing after it is answered.
        told = [] if message is ANNOUNCES else socket.settle()

        assert "Enter your password" in answer_to(bystander, form)
    assert "Traceback" not in "".join(told)
    assert request(portal.url, path="/readyz").body == "ok"


def test_a_message_above_64_kilobytes_closes_its_own_connection_and_one_below_is_answered(portal: Portal) -> None:
    with Socket(portal.url, "large messages", browse(portal.url)) as socket:
        socket.call(HYDRATE)
        assert "Enter your password" in answer_to(
            socket, {"username": "fuzzlarge", "password": "", "more": "x" * 60_000}
        )
        answer = answer_to(socket, {"username": "fuzzlarge", "password": "", "more": "x" * 70_000})

    assert answer == "closed"


def answer_to(socket: Socket, form: dict[str, str]) -> str:
    """What a sign-in is told, or `closed` when its connection is."""
    try:
        return str(socket.call(SIGN_IN, form=form).get("problems"))
    except ConnectionClosed:
        return "closed"
