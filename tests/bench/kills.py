"""Hundreds of kills at random moments under a stream of requests and resets; afterwards everything is counted."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from http.client import HTTPException
from pathlib import Path

from websockets.exceptions import WebSocketException

from cers_app.verification.answers import Purpose
from tests.bench.rates import issued
from tests.bench.report import Report
from tests.bench.story import NEW_PASSWORD, Story, count, judge
from tests.support.journeys import RESET, change, new_password_socket, open_link
from tests.support.portal import CHARACTERS, ROOT, Portal, environment
from tests.support.processes import members
from tests.support.wire import HYDRATE, RESET_SUBMIT, Jar, Socket, browse, request

DROPPED = (WebSocketException, HTTPException, OSError, AssertionError)
WORKERS, PATIENCE_SECONDS = 3, 120
BETWEEN_SERVER_KILLS = (6.0, 8.0)
"""Seconds; whatever dies twice within 5.5 is taken for broken, and not started again."""
ALIVE_SECONDS = (0.7, 1.8)
"""How long a worker lives; it begins to work after about 0.6."""


def under_kills(report: Report, portal: Portal, scale: float) -> None:
    """Kill workers and the server while people ask and reset, then let everything settle, and judge."""
    worker_kills, server_kills = max(6, round(200 * scale)), max(2, round(20 * scale))
    story, chance = Story(), random.Random()  # noqa: S311 - moments, no secrets
    jar = browse(portal.url, RESET)
    challenges = issued(portal.database, Purpose.RESET_PASSWORD, jar, 20_000)
    threads = [
        threading.Thread(target=_ask, args=(portal, jar, challenges, story)),
        threading.Thread(target=_reset, args=(portal, story)),
        *(
            threading.Thread(
                target=_kill_workers, args=(portal, len(range(first, worker_kills, WORKERS)), chance, story)
            )
            for first in range(WORKERS)
        ),
    ]
    for thread in threads:
        thread.start()
    for _ in range(server_kills):
        time.sleep(chance.uniform(*BETWEEN_SERVER_KILLS))
        _kill_server(portal)
        story.server_kills += 1
    for thread in threads[2:]:
        thread.join()
    story.over.set()
    for thread in threads[:2]:
        thread.join()
    _settle(portal)
    judge(report, portal, story)


def _ask(portal: Portal, jar: Jar, challenges: list[str], story: Story) -> None:
    """One person after another asks for a link, each once."""
    number, unsure = 0, ""
    for challenge in challenges:
        if story.over.is_set():
            return
        if not unsure:
            number += 1
        # Who got no answer asks again: if the first request was kept, that is one mail all the same.
        name = f"p{number:08}"
        form = {"identifier": name, "challenge": challenge, "characters": CHARACTERS}
        try:
            with Socket(portal.url, f"tab of {name}", jar) as tab:
                tab.call(HYDRATE, RESET)
                tab.send(RESET_SUBMIT, RESET, form=form)
                while "answered" not in (changes := tab.changes()):
                    pass
            (story.accepted if changes.get("again_at") else story.refused).append(name)
            unsure = ""
        except DROPPED:
            story.unanswered.append(name)
            unsure = name
            story.over.wait(0.3)
        story.over.wait(0.02)


def _reset(portal: Portal, story: Story) -> None:
    """Some of those who got a link use it."""
    done: set[str] = set()
    while not story.over.wait(0.3):
        fresh = [mail for mail in portal.inbox.mails[-20:] if "Reset" in str(mail.mail["Subject"])]
        mail = next((mail for mail in fresh if mail.recipients[0] not in done), None)
        if mail is None:
            continue
        done.add(mail.recipients[0])
        name = mail.recipients[0].partition("@")[0]
        try:
            socket, shown = new_password_socket(portal, open_link(portal, mail.token))
        except DROPPED:
            continue
        with socket:
            try:
                outcome = change(socket, shown["link"], NEW_PASSWORD)
            except DROPPED:
                story.cut.append(name)
                continue
        (story.changed if outcome.get("stage") == "changed" else story.cut).append(name)


def _kill_workers(portal: Portal, number: int, chance: random.Random, story: Story) -> None:
    env = environment(portal.folder, portal.port, portal.inbox, **SETTINGS)
    for _ in range(number):
        process = subprocess.Popen(
            [sys.executable, "-m", "cers_app", "mail", "work"], cwd=ROOT, env=env, stderr=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(*ALIVE_SECONDS))
        story.worker_kills_at_work += _leased(portal.folder) > 0
        process.kill()
        process.wait()
        story.worker_kills += 1


def _kill_server(portal: Portal) -> None:
    """Kill the process that serves; the one that watches starts another, which is waited for."""
    for pid in set(members(portal.pid)) - {portal.pid}:
        os.kill(pid, signal.SIGKILL)
    limit = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            if request(portal.url, path="/readyz").status == 200:
                return
        except DROPPED:
            time.sleep(0.1)
        if time.monotonic() > limit:
            msg = "the server did not come back"
            raise RuntimeError(msg)


def _settle(portal: Portal) -> None:
    """A worker that nobody kills works off what is left."""
    env = environment(portal.folder, portal.port, portal.inbox, **SETTINGS)
    limit = time.monotonic() + PATIENCE_SECONDS
    while count(portal.folder, "SELECT count(*) FROM outgoing_mail WHERE state = 'waiting'"):
        subprocess.run([sys.executable, "-m", "cers_app", "mail", "work", "--once"], cwd=ROOT, env=env, check=True)
        if time.monotonic() > limit:
            msg = "mails still wait"
            raise RuntimeError(msg)
        time.sleep(0.5)


def _leased(folder: Path) -> int:
    """How many mails a worker has in hand."""
    return count(
        folder, "SELECT count(*) FROM outgoing_mail WHERE state = 'waiting' AND leased_until > datetime('now')"
    )


SETTINGS = {
    "CERS_MAIL_LEASE_SECONDS": "2",
    "CERS_MAIL_INTERVAL_SECONDS": "0.2",
    "CERS_LIMIT_MAIL_CEILING_PER_MINUTE": "100000",
    # Limits are on: asking again must not send a second mail. Those of one address would end the bench.
    "CERS_QA_LIMITS": "true",
    "CERS_LIMIT_MAIL_PER_HOUR": "1000000",
    "CERS_LIMIT_MAIL_PER_HOUR_MOST": "2000000",
    "CERS_LIMIT_REQUESTS_PER_MINUTE": "1000000",
    "CERS_LIMIT_PICTURES_PER_MINUTE": "1000000",
}
"""The portal of this bench, with a worker inside, and the workers beside it."""
