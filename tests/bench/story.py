"""What came of hundreds of kills: seen from outside, and judged by what is stored and what was mailed."""

import sqlite3
import threading
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from cers_app.accounts.passwords import Passwords
from tests.bench.report import Report
from tests.support.portal import Portal

NEW_PASSWORD = "a password nobody has seen yet"


@dataclass
class Story:
    """What happened, seen from outside."""

    accepted: list[str] = field(default_factory=list)
    """Who was told that a mail will come."""
    refused: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    """Who got no answer, and asked again."""
    changed: list[str] = field(default_factory=list)
    """Who was told that the password is changed."""
    cut: list[str] = field(default_factory=list)
    """Who sent a new password and got no answer."""
    over: threading.Event = field(default_factory=threading.Event)
    worker_kills: int = 0
    worker_kills_at_work: int = 0
    server_kills: int = 0


def judge(report: Report, portal: Portal, story: Story) -> None:
    """Print what happened; every promise is a goal."""
    ids: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for mail in portal.inbox.mails:
        kind = "link" if "Reset" in str(mail.mail["Subject"]) else "notice"
        ids[mail.recipients[0].partition("@")[0], kind][str(mail.mail["Message-ID"])] += 1
    lost = [name for name in story.accepted if not ids[name, "link"]]
    twice = [key for key, found in ids.items() if len(found) > 1]
    repeated = sum(found.total() - 1 for found in ids.values() if found)
    halves = [name for name in {*story.changed, *story.cut} if not _is_whole(portal, name, story, ids)]
    report.title(
        f"{story.worker_kills} kills of mail workers ({story.worker_kills_at_work} while mails were in hand) "
        f"and {story.server_kills} of the server"
    )
    told = f"{len(story.accepted)} accepted, {len(story.unanswered)} unanswered and sent again"
    report.figure("requests", told, met=bool(story.accepted) and not story.refused, goal="none refused")
    report.figure("mails", f"{len(portal.inbox.mails)}, {repeated} of them again under the same Message-ID")
    report.figure("accepted and no mail came", f"{len(lost)}", met=not lost, goal="none")
    report.figure("mails twice under different Message-IDs", f"{len(twice)}", met=not twice, goal="none")
    told = f"{len(halves)} of {len(story.changed)} answered, {len(story.cut)} cut off"
    report.figure("half-done resets", told, met=not halves and bool(story.changed), goal="none")


def _is_whole(portal: Portal, name: str, story: Story, ids: dict[tuple[str, str], Counter[str]]) -> bool:
    """A reset has happened altogether or not at all; altogether where somebody was told so."""
    with closing(sqlite3.connect(portal.folder / "portal.db")) as connection:
        account, stored = connection.execute(
            "SELECT id, password_hash FROM account WHERE username = ?", (name,)
        ).fetchone()
    is_new = Passwords().verify(stored, NEW_PASSWORD)
    used = count(portal.folder, "SELECT count(*) FROM reset_link WHERE account_id = ? AND used_at IS NOT NULL", account)
    facts = {is_new, used == 1, len(ids[name, "notice"]) == 1}
    return len(facts) == 1 and (name not in story.changed or is_new)


def count(folder: Path, statement: str, *values: object) -> int:
    """The number a statement gives."""
    with closing(sqlite3.connect(folder / "portal.db", timeout=10)) as connection:
        return int(connection.execute(statement, values).fetchone()[0])
