"""Prints how many of our files a reset request, a sign-in and a mail pass through, from the handler down.

`python -m tests.project.walks` prints the figures; with `--files` it also names the files in the order they are met.
"""

import os
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from tests.support.inbox import Inbox
from tests.support.portal import CHARACTERS, PASSWORD, Portal
from tests.support.states import send, tab

PRODUCT = f"{Path(__file__).resolve().parents[2] / 'cers_app'}{os.sep}"
WALKERS = ("walkerone", "walkertwo")
"""The first warms up what is built at first use; the second one's way is counted."""


@dataclass
class Walk:
    """What was met on a way through the code."""

    files: list[str] = field(default_factory=list)
    functions: set[tuple[str, str]] = field(default_factory=set)
    calls: int = 0
    moves: int = 0
    """How often the next call was in another file."""
    _last: str = ""

    def __str__(self) -> str:
        counts = f"{len(self.files)} files, {len(self.functions)} functions"
        return f"{counts}, {self.calls} calls, {self.moves} moves between files"

    def meet(self, file: str, function: str) -> None:
        """Count a call."""
        if file not in self.files:
            self.files.append(file)
        self.functions.add((file, function))
        self.calls += 1
        self.moves += file != self._last
        self._last = file


@dataclass
class Walker:
    """Counts the calls of ours in all threads that begin after it does."""

    walk: Walk = field(default_factory=Walk)

    def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(PRODUCT) and code.co_filename.endswith(".py"):
            self.walk.meet(code.co_filename.removeprefix(PRODUCT), code.co_qualname)

    def count(self, go: Callable[[], object]) -> Walk:
        """The way of one call."""
        self.walk = walk = Walk()
        threading.setprofile(self)
        sys.setprofile(self)
        try:
            go()
        finally:
            sys.setprofile(None)
            self.walk = Walk()
        return walk


def walks(folder: Path, inbox: Inbox) -> dict[str, Walk]:
    """The three ways, through the portal's own parts, over a real database and to a real mail server."""
    os.environ.update(
        CERS_MODE="test",
        CERS_DATABASE_URL=f"sqlite:///{folder / 'portal.db'}",
        CERS_QA_CHARACTERS=CHARACTERS,
        CERS_MAIL_DELAY_SECONDS="0",
        CERS_SMTP_HOST="127.0.0.1",
        CERS_SMTP_PORT=str(inbox.port),
        CERS_SMTP_SECURITY="plain",
    )
    # These read the settings when they are imported.
    from cers_app import cers_app  # noqa: F401 - gives States their flows
    from cers_app.commands.migrations import upgrade_to_head
    from cers_app.mail.worker import Worker
    from cers_app.provided import provided
    from cers_app.reset_password.states import ResetRequestState
    from cers_app.sign_in.pages import SignInState
    from cers_app.storage.database import Database

    def ask(name: str) -> Callable[[], object]:
        state = tab(ResetRequestState, browser=name)
        send(state, "load")
        form = {"identifier": name, "challenge": state.challenge, "characters": CHARACTERS}
        return lambda: send(state, "submit", form)

    def sign_in(name: str) -> Callable[[], object]:
        return lambda: send(tab(SignInState, browser=name), "submit", {"username": name, "password": PASSWORD})

    def mail(name: str) -> Callable[[], object]:
        ask(f"{name}mail")()
        return provided(Worker).work

    upgrade_to_head(os.environ["CERS_DATABASE_URL"])
    portal = Portal("", 0, provided(Database), inbox, folder, folder, 0)
    walker, found = Walker(), {}
    for way, prepare in {"a reset request": ask, "a sign-in": sign_in, "a mail": mail}.items():
        for name in WALKERS:
            for each in (name, f"{name}mail") if way == "a reset request" else ():
                portal.create_account(each)
            found[way] = walker.count(prepare(name))
    return found


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder, Inbox.open() as inbox:
        found = walks(Path(folder), inbox)
    for way, walk in found.items():
        print(f"{way}: {walk}")  # noqa: T201 - what it is for
        if "--files" in sys.argv:
            print("  " + "\n  ".join(walk.files))  # noqa: T201


if __name__ == "__main__":
    main()
