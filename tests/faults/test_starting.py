"""Starting twice is a clear error; a start after a kill needs nobody's help."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cers_app.commands.migrations import upgrade_to_head
from tests.support import commands
from tests.support import portal as portals
from tests.support.inbox import Inbox
from tests.support.portal import ROOT, Portal, environment
from tests.support.ports import free_port
from tests.support.processes import gone, members
from tests.support.waiting import PATIENCE_SECONDS, eventually
from tests.support.wire import request

SERVE = [sys.executable, "-m", "cers_app", "serve"]


def second(portal: Portal, port: int) -> subprocess.CompletedProcess[str]:
    """Start another portal on the same database."""
    env = environment(portal.folder, port, portal.inbox)
    return commands.run("serve", env=env)


def test_a_second_portal_on_the_same_port_is_told_so(portal: Portal) -> None:
    done = second(portal, portal.port)

    assert done.returncode == 1
    assert f"Port {portal.port} is taken." in done.stderr
    assert "Traceback" not in done.stderr
    assert request(portal.url, path="/readyz").status == 200


def test_a_second_portal_on_the_same_database_is_told_who_has_it(portal: Portal) -> None:
    done = second(portal, free_port())

    assert done.returncode == 1
    assert f"Another portal (process {portal.pid}, port {portal.port}) uses the database" in done.stderr
    assert "CERS_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr
    assert request(portal.url, path="/readyz").status == 200


def test_a_taken_metrics_port_is_told_before_anything_starts(portal: Portal, tmp_path: Path) -> None:
    env = environment(tmp_path, free_port(), portal.inbox, CERS_METRICS_PORT=str(portal.port))
    done = commands.run("serve", env=env)

    assert done.returncode == 1
    assert f"Port {portal.port} is taken." in done.stderr


@pytest.mark.parametrize("shared", ["database", "port"])
def test_of_two_started_at_once_exactly_one_serves(tmp_path: Path, shared: str) -> None:
    with Inbox.open() as inbox:
        ports = [free_port()] * 2 if shared == "port" else [free_port(), free_port()]
        folders = [tmp_path] * 2 if shared == "database" else [tmp_path / "one", tmp_path / "two"]
        environments = [environment(folder, port, inbox) for folder, port in zip(folders, ports, strict=True)]
        for env in environments:
            upgrade_to_head(env["CERS_DATABASE_URL"])
        started = [
            subprocess.Popen(SERVE, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True, start_new_session=True)
            for env in environments
        ]
        try:
            ended = wait_for_one(started)
            (serving,) = [env for env, process in zip(environments, started, strict=True) if process.poll() is None]
            wait_until_up(int(serving["CERS_PORT"]))
        finally:
            for process in started:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGINT)
            told = [process.communicate(timeout=PATIENCE_SECONDS)[1] for process in started]

    words = "uses the database" if shared == "database" else f"port {ports[0]}"
    assert words in told[started.index(ended)].lower()
    assert "Traceback" not in told[started.index(ended)]


def wait_for_one(started: list[subprocess.Popen[str]]) -> subprocess.Popen[str]:
    """The first to end, which must be soon."""
    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        for process in started:
            if process.poll() is not None:
                return process
        time.sleep(0.05)
    pytest.fail("both serve")


def wait_until_up(port: int) -> None:
    """Wait until it can serve."""
    limit = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/readyz", timeout=5):
                return
        except OSError:
            assert time.monotonic() < limit, "it does not answer"
            time.sleep(0.1)


def test_when_the_watching_process_is_killed_the_other_ends_and_the_next_start_needs_nobody(tmp_path: Path) -> None:
    with portals.running(tmp_path) as first:
        os.kill(first.pid, signal.SIGKILL)
        gone(first.pid)
        with portals.running(tmp_path, port=first.port) as again:
            assert request(again.url, path="/readyz").status == 200


def test_a_metrics_port_that_was_taken_since_costs_the_metrics_alone(portal: Portal, tmp_path: Path) -> None:
    port = free_port()
    with portals.running(tmp_path, CERS_METRICS_PORT=str(port)) as running:
        kill_server(running)
        with taken(port):
            wait_until_up(running.port)
        assert f"no metrics: port {port} is taken" in running.log.read_text("utf-8")
    assert request(portal.url, path="/readyz").status == 200


@contextmanager
def taken(port: int) -> Iterator[None]:
    """Somebody else listens on a port as soon as it is free."""
    limit = time.monotonic() + 10
    while True:
        try:
            listener = socket.create_server(("127.0.0.1", port))
            break
        except OSError:
            assert time.monotonic() < limit
            time.sleep(0.01)
    with listener:
        yield


def test_after_a_kill_of_everything_the_next_start_needs_nobodys_help(tmp_path: Path) -> None:
    with portals.running(tmp_path) as first:
        first.create_account("survivor")
        os.killpg(first.pid, signal.SIGKILL)
        gone(first.pid)
        with portals.running(tmp_path, port=first.port) as again:
            assert request(again.url, path="/readyz").status == 200


def test_a_lock_that_cannot_be_opened_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").touch()
    (tmp_path / "portal.db.lock").symlink_to(tmp_path / "elsewhere")
    with Inbox.open() as inbox:
        env = environment(tmp_path, free_port(), inbox)
        upgrade_to_head(env["CERS_DATABASE_URL"])
        done = commands.run("serve", env=env)

    assert done.returncode == 1
    assert "portal.db.lock cannot be opened" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_that_dies_again_just_after_its_start_is_not_started_a_third_time(tmp_path: Path) -> None:
    with portals.running(tmp_path) as running:
        first = kill_server(running)
        eventually(lambda: set(members(running.pid)) - {running.pid, first}, "no new server starts")
        kill_server(running)
        gone(running.pid)
        told = running.log.read_text("utf-8")
    assert told.count("a new one starts") == told.count(": the portal ends\n") == 1


def kill_server(portal: Portal) -> int:
    """Kill the process that serves. Its id."""
    (serving,) = set(members(portal.pid)) - {portal.pid}
    os.kill(serving, signal.SIGKILL)
    return serving


def test_visitors_wait_while_the_server_starts_again(tmp_path: Path) -> None:
    with portals.running(tmp_path) as running:
        kill_server(running)
        assert request(running.url, path="/readyz").status == 200
