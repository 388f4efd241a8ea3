"""The database is locked, full or gone: nobody is told that it worked, nothing is half done, and all is well after."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cers_app.values import addresses
from cers_app.values.digests import sha256
from tests.faults.breaking import CANNOT, full, gone, locked, read_only
from tests.support import portal as portals
from tests.support.journeys import NEW, RECOVER, RESET, mailed_link, new_password_socket, open_link
from tests.support.portal import CHARACTERS, PASSWORD, Portal
from tests.support.waiting import eventually
from tests.support.wire import (
    HYDRATE,
    NEW_SUBMIT,
    RECOVER_LOAD,
    RECOVER_SUBMIT,
    RESET_LOAD,
    RESET_SUBMIT,
    SIGN_IN,
    Socket,
    browse,
    request,
)

NEW_PASSWORD = "a password nobody has seen yet"
KEPT = (
    "id, password_hash, last_sign_in_at FROM account",
    "digest, used_at, cancelled_at FROM reset_link",
    "id, kind FROM outgoing_mail",
    "digest FROM session",
    "digest FROM session_claim",
)
"""Where a step that did not work leaves nothing. The mail worker goes on meanwhile, so not every column."""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal whose database may be broken."""
    with portals.running(tmp_path_factory.mktemp("faults")) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Step:
    """One thing somebody does in a tab that is open already."""

    socket: Socket
    event: str
    page: str
    form: dict[str, Any]
    done: Callable[[dict[str, Any]], bool]

    def do(self) -> dict[str, Any]:
        """The changes of the first update that changes anything that matters."""
        self.socket.send(self.event, self.page, form=self.form)
        while True:
            changes = self.socket.changes()
            if "times" in changes or "answered" in changes:
                return changes


def steps(portal: Portal, begin: str) -> dict[str, Step]:
    """Everybody just before the step that counts; the people's names begin alike."""
    names = {step: f"{begin}{step}" for step in ("signs", "recov", "asksl", "reset")}
    for name in names.values():
        portal.create_account(name)
    found = {
        "signs": _open(portal, addresses.SIGN_IN, SIGN_IN, {"username": names["signs"], "password": PASSWORD}, "claim")
    }
    for step, page, load, submit, field in (
        ("recov", RECOVER, RECOVER_LOAD, RECOVER_SUBMIT, "email"),
        ("asksl", RESET, RESET_LOAD, RESET_SUBMIT, "identifier"),
    ):
        found[step] = _open(portal, page, submit, {field: f"{names[step]}@example.com"}, "sent_to")
        found[step].form.update(challenge=found[step].socket.call(load, page)["challenge"], characters=CHARACTERS)
    socket, shown = new_password_socket(portal, open_link(portal, mailed_link(portal, names["reset"]).token))
    form = {"link": shown["link"], "password": NEW_PASSWORD}
    found["reset"] = Step(socket, NEW_SUBMIT, NEW, form, lambda changes: changes.get("stage") == "changed")
    return found


def _open(portal: Portal, page: str, event: str, form: dict[str, Any], var: str) -> Step:
    socket = Socket(portal.url, "a tab", browse(portal.url, page))
    socket.call(HYDRATE, page)
    return Step(socket, event, page, form, lambda changes: bool(changes.get(var)))


def stored(folder: Path) -> list[tuple[object, ...]]:
    """What the tables hold in which only a step that worked leaves something."""
    with closing(sqlite3.connect(folder / "portal.db")) as connection:
        return [(what, *row) for what in KEPT for row in sorted(connection.execute(f"SELECT {what}"), key=repr)]


@pytest.mark.parametrize(
    "fault", [locked, full, pytest.param(read_only, marks=CANNOT)], ids=["locked", "full", "read_only"]
)
def test_nothing_is_claimed_nothing_is_half_done_and_all_is_well_after(
    portal: Portal, fault: Callable[[Portal], AbstractContextManager[None]]
) -> None:
    everybody = steps(portal, fault.__name__.replace("_", ""))
    before = stored(portal.folder)
    with fault(portal), ThreadPoolExecutor(len(everybody)) as pool:
        answers = dict(zip(everybody, pool.map(Step.do, everybody.values()), strict=True))
        health = request(portal.url, path="/readyz")

    for name, step in everybody.items():
        assert not step.done(answers[name]), name
        assert "times" in answers[name], (name, answers[name])
    assert stored(portal.folder) == before
    assert health.status == 200

    _all_is_well(portal, everybody, fault.__name__.replace("_", ""))


def test_what_was_told_while_the_file_was_gone_is_true_when_it_is_back(portal: Portal) -> None:
    """Open connections still write to the file, wherever it is now; a step that needs a new one is told it failed."""
    everybody = steps(portal, "gone")
    with gone(portal):
        with ThreadPoolExecutor(len(everybody)) as pool:
            answers = dict(zip(everybody, pool.map(Step.do, everybody.values()), strict=True))
        assert not (portal.folder / "portal.db").exists(), "an empty database in its place would hide that it is gone"

    told = {name: step.done(answers[name]) for name, step in everybody.items()}
    assert all("times" in answers[name] for name, is_done in told.items() if not is_done)
    after = str(stored(portal.folder))
    if told["signs"]:
        assert sha256(answers["signs"]["claim"]) in after
    _all_is_well(portal, {name: step for name, step in everybody.items() if not told[name]}, "gone")
    for name in ("recov", "asksl", "reset"):
        portal.inbox.wait(f"gone{name}@example.com")


def test_a_probe_learns_which_part_is_down_and_that_the_process_lives(portal: Portal) -> None:
    with gone(portal):
        answer_of(portal, "/readyz", 503, "database: does not answer")
        answer_of(portal, "/healthz", 200, "ok")
    answer_of(portal, "/readyz", 200, "ok")


def answer_of(portal: Portal, path: str, status: int, body: str) -> None:
    """Wait until this is the answer: the portal keeps one for a second."""

    def told() -> tuple[int, str]:
        answer = request(portal.url, path=path)
        return answer.status, answer.body

    eventually(lambda: told() == (status, body), told)


def _all_is_well(portal: Portal, everybody: dict[str, Step], begin: str) -> None:
    """Every step works now in the tab that is open, and its mail comes."""
    for name, step in everybody.items():
        changes = step.do()
        if not step.done(changes):  # its picture was used up before the fault: with a new one
            step.form["challenge"] = changes["challenge"]
            changes = step.do()
        assert step.done(changes), (name, changes)
        step.socket.close()
        if name != "signs":
            portal.inbox.wait(f"{begin}{name}@example.com")
    assert request(portal.url, path="/readyz").status == 200
    assert "Traceback" not in portal.log.read_text("utf-8")
