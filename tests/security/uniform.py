"""People of every kind, and what they are told, without what may differ, so that it can be compared."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from argon2.profiles import RFC_9106_LOW_MEMORY

from cers_app.accounts import store
from cers_app.accounts.models import AccountState
from cers_app.accounts.passwords import Passwords
from cers_app.values import addresses
from tests.support.journeys import HANDLERS, challenge_of
from tests.support.page_objects.mail_request import REFERENCE
from tests.support.portal import CHARACTERS, PASSWORD, Portal
from tests.support.wire import HYDRATE, PING, SIGN_IN, Answer, Socket, browse

KNOWN, UNKNOWN, DISABLED, NOT_ACTIVATED, OLDER_HASH = KINDS = ("known", "nobod", "idled", "newco", "older")
"""Endings of one length, which make names of one length."""
TIMES = 21
"""A first request, and the twenty after it."""
WRONG = "certainly not the password"
VOLATILE = re.compile(r"[0-9a-f]{32,64}")
CLOCK = re.compile(r"(\d+):(\d\d)(?::(\d\d))? ([AP]M)")
VARYING = re.compile(r"(?<=^cers_refused=)[^;]+|(?<=expires=)[^;]+")
"""What the next page tells, which is compared there; when a cookie is over."""

Told = list[tuple[int, str]]
"""Messages in their order, each with its size."""


def without_ids(messages: list[str]) -> list[str]:
    """Messages without the random ids and references, which have one length, and the time of day."""
    plain = [VOLATILE.sub(lambda found: "#" * len(found.group()), text) for text in messages]
    return [REFERENCE.sub("REFERENCE", CLOCK.sub("TIME", text)) for text in plain]


def people(portal: Portal, begin: str) -> None:
    """Somebody of every kind, whose names begin alike; nobody has the one of `UNKNOWN`."""
    for kind in (KNOWN, OLDER_HASH):
        portal.create_account(f"{begin}{kind}")
    portal.create_account(f"{begin}{DISABLED}", state=AccountState.DISABLED)
    portal.create_account(f"{begin}{NOT_ACTIVATED}", state=AccountState.NOT_ACTIVATED)
    older = Passwords(replace(RFC_9106_LOW_MEMORY, time_cost=1, memory_cost=8192)).hash(PASSWORD)
    with portal.database.writing() as session:
        account = store.find(session, f"{begin}{OLDER_HASH}")
        assert account is not None
        account.password_hash = older


def comparable(messages: Sequence[str], name: str) -> Told:
    """What was told, without ids, times, the name that was typed and its mask."""
    mask = f"{name[:2]}{'*' * (len(name) - 4)}{name[-2:]}"
    texts = without_ids([text for text in messages if text != PING])
    return [(len(text), text.replace(mask, "MASK").replace(name, "NAME")) for text in texts]


def comparable_answer(answer: Answer, name: str) -> tuple[int, list[tuple[str, str]], str]:
    """Status, headers in their order and body of an answer, without times of day and the name that was typed."""
    varying = {"date", "content-length"}
    headers = [
        (header.lower(), VARYING.sub("#", value))
        for header, value in answer.headers.items()
        if header.lower() not in varying
    ]
    (body,) = without_ids([answer.body.replace(name, "NAME")])
    return answer.status, headers, body


def asked(
    portal: Portal, identifier: str, page: str, times: int, *, forwarded: str = "", characters: str = CHARACTERS
) -> list[list[str]]:
    """Ask for a mail so many times in one tab; every message that answers each."""
    _, submit, field = HANDLERS[page]
    told = []
    with Socket(portal.url, "a tab", browse(portal.url, page), forwarded=forwarded) as socket:
        socket.call(HYDRATE, page)
        for _ in range(times):
            challenge = challenge_of(socket, page)
            form: dict[str, object] = {field: identifier, "challenge": challenge, "characters": characters}
            told.append(answers(socket, submit, page, form))
    return told


def asked_at_once(
    portal: Portal, identifiers: Sequence[str], page: str, times: int, forwarded: str = ""
) -> list[list[list[str]]]:
    """The same for several names at once, each in a tab of its own and, if wanted, from an address of its own."""
    with ThreadPoolExecutor(len(identifiers)) as pool:
        jobs = [
            pool.submit(asked, portal, name, page, times, forwarded=forwarded and f"{forwarded}{number}")
            for number, name in enumerate(identifiers)
        ]
        return [job.result() for job in jobs]


class Guesser:
    """Somebody who types wrong passwords for one name in one tab."""

    def __init__(self, portal: Portal, username: str, forwarded: str = "") -> None:
        """Whoever makes one closes its socket."""
        self.username = username
        self.socket = Socket(portal.url, "a tab", browse(portal.url), forwarded=forwarded)
        self.socket.call(HYDRATE)

    def guess(self) -> list[str]:
        """Every message that answers a wrong password."""
        return answers(self.socket, SIGN_IN, addresses.SIGN_IN, {"username": self.username, "password": WRONG})


def guessed(portal: Portal, usernames: list[str], times: int, forwarded: str = "") -> dict[str, list[list[str]]]:
    """Wrong passwords for all names at once, so many times in turn; every message that answers each."""
    guessers = [Guesser(portal, name, forwarded and f"{forwarded}{number}") for number, name in enumerate(usernames)]
    told: dict[str, list[list[str]]] = {name: [] for name in usernames}
    try:
        with ThreadPoolExecutor(len(guessers)) as pool:
            for _ in range(times):
                for each, messages in zip(guessers, pool.map(Guesser.guess, guessers), strict=True):
                    told[each.username].append(messages)
    finally:
        for each in guessers:
            each.socket.close()
    return told


def answers(socket: Socket, event: str, page: str, form: dict[str, object]) -> list[str]:
    """Every message that answers a form."""
    socket.send(event, page, form=form)
    return socket.settle()


def seconds_told(messages: Sequence[str]) -> list[int]:
    """The times of day that are told, in seconds."""
    found = [time for message in messages for time in CLOCK.findall(message)]
    return [
        (int(hours) % 12 + 12 * (half == "PM")) * 3600 + int(minutes) * 60 + int(seconds or 0)
        for hours, minutes, seconds, half in found
    ]
