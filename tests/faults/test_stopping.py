"""Ending a portal loses nothing. Every other test ends its portals by SIGINT, which must leave nothing running."""

import os
import signal
import sqlite3
import time
from contextlib import ExitStack, closing
from pathlib import Path

from websockets.frames import Opcode

from cers_app.mail.outbox import LEASE
from cers_app.serving.launch import STOP_SECONDS
from cers_app.values import addresses
from tests.support import portal as portals
from tests.support.polled import begin
from tests.support.processes import gone, members
from tests.support.raw_sockets import connected, frame, shaken
from tests.support.scripted_smtp import ScriptedSmtp
from tests.support.waiting import eventually
from tests.support.wire import browse


def test_sigterm_finishes_the_mail_at_hand_and_leaves_the_others_to_the_next_worker(tmp_path: Path) -> None:
    with ScriptedSmtp.listening() as server:
        server.pause = 0.4
        with portals.running(tmp_path, CERS_SMTP_PORT=str(server.port)) as running:
            accounts = [running.create_account(f"person{number:02d}").id for number in range(12)]
            queue(tmp_path, accounts)
            eventually(lambda: len(server.accepted) >= 2, "no mail goes out")
            os.killpg(running.pid, signal.SIGTERM)
            began = time.monotonic()
            gone(running.pid)
            took = time.monotonic() - began
        sent = len(server.accepted)
        assert took < LEASE.total_seconds() / 10
        assert 2 <= sent < 12, "it stopped in the middle"
        assert states(tmp_path) == {("sent", 0): sent, ("waiting", 0): 12 - sent}, "none is leased"

        with portals.running(tmp_path, CERS_SMTP_PORT=str(server.port)):
            eventually(lambda: states(tmp_path) == {("sent", 0): 12}, lambda: states(tmp_path))
        assert len(server.accepted) == 12


def queue(folder: Path, accounts: list[int | None]) -> None:
    """Ask for a username reminder for each, straight into the queue, all at once: one batch."""
    columns = "id, kind, identifier, account_id, address, template, language, state, created_at, due_at, attempts, why"
    rows = [
        (f"{number:032x}", "username_reminder", "", account, "", "", "en", "waiting")
        for number, account in enumerate(accounts)
    ]
    with closing(sqlite3.connect(folder / "portal.db", timeout=10)) as connection, connection:
        connection.executemany(
            f"INSERT INTO outgoing_mail ({columns}, request_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, "  # noqa: S608
            "datetime('now', '-1 minute'), datetime('now', '-1 minute'), 0, '', '')",
            rows,
        )


def states(folder: Path) -> dict[tuple[str, int], int]:
    """How many mails are in which state, leased or not."""
    counted = "SELECT state, leased_until IS NOT NULL, count(*) FROM outgoing_mail GROUP BY 1, 2"
    with closing(sqlite3.connect(folder / "portal.db", timeout=10)) as connection:
        return {(state, leased): count for state, leased, count in connection.execute(counted)}


def test_a_server_that_does_not_end_is_killed_after_a_while(tmp_path: Path) -> None:
    with portals.running(tmp_path) as running:
        (serving,) = set(members(running.pid)) - {running.pid}
        os.kill(serving, signal.SIGSTOP)
        began = time.monotonic()
        os.kill(running.pid, signal.SIGTERM)
        gone(running.pid)
        assert STOP_SECONDS - 1 < time.monotonic() - began < 2 * STOP_SECONDS


def test_an_interrupt_ends_the_portal_soon_whatever_its_visitors_do(tmp_path: Path) -> None:
    with portals.running(tmp_path) as running, ExitStack() as stack:
        jar = browse(running.url)
        silent, reading, idle = (stack.enter_context(connected(running)) for _ in range(3))
        silent.sendall(b"GET /")
        idle.sendall(f"GET /healthz HTTP/1.1\r\nhost: localhost:{running.port}\r\n\r\n".encode())
        reading.sendall(f"GET {addresses.SIGN_IN} HTTP/1.1\r\nhost: localhost:{running.port}\r\n\r\n".encode())
        unread = stack.enter_context(shaken(running, jar, "reads nothing"))
        unread.sendall(frame(Opcode.TEXT, b"2" * 1000, fin=False))
        polling = stack.enter_context(closing(begin(running.url, jar, "&token=waits")))
        assert polling.getresponse().status == 200
        began = time.monotonic()
        os.killpg(running.pid, signal.SIGINT)
        gone(running.pid)
        assert time.monotonic() - began < STOP_SECONDS - 5
    assert "Traceback" not in running.log.read_text("utf-8")
