"""Points where a test can kill the process, as a power cut would. There are none outside test mode.

A test writes the name of a point into the file that `CERS_QA_KILL_FILE` names. The first process that reaches the point
deletes the file and dies of SIGKILL. Outside test mode, the portal refuses that setting.
"""

import re
import signal
import sqlite3
from contextlib import suppress
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry

from cers_app.settings import Mode, Settings
from cers_app.storage.database import Database

POINTS = {
    "request.queued": "INSERT INTO outgoing_mail ",
    "request.kept": "INSERT INTO outgoing_mail .*COMMIT",
    "invitations.marked": "UPDATE account SET invited_at=",
    "invitations.kept": "UPDATE account SET invited_at=.*COMMIT",
    "mail.leased": "UPDATE outgoing_mail SET leased_until=.*COMMIT",
    "mail.accepted": "UPDATE outgoing_mail SET [^;]*sent_at=",
    "mail.recorded": "UPDATE outgoing_mail SET [^;]*sent_at=.*COMMIT",
    "sign_in.kept": "INSERT INTO session_claim .*COMMIT",
    "session.kept": "INSERT INTO session .*COMMIT",
    "reset.used": "UPDATE reset_link SET used_at=.*UPDATE audit_event ",
    "reset.replaced": "UPDATE reset_link SET used_at=.*INSERT INTO outgoing_mail ",
    "reset.kept": "UPDATE reset_link SET used_at=.*INSERT INTO outgoing_mail .*COMMIT",
}
"""In the order of the journeys. A process dies as soon as the database has carried these out in one unit of work."""


def arm(config: Settings, database: Database) -> None:
    """Watch the statements of this database. Outside test mode, watch none."""
    if config.mode is not Mode.TEST or not config.qa_kill_file:
        return
    file = Path(config.qa_kill_file)

    def note(info: dict[str, str], statement: str) -> None:
        info["cers_unit"] = unit = f"{info.get('cers_unit', '')}{statement};"
        with suppress(FileNotFoundError):
            if re.search(POINTS[file.read_text("ascii")], unit, re.DOTALL):
                file.unlink()
                signal.raise_signal(signal.SIGKILL)

    def returned(connection: sqlite3.Connection, record: ConnectionPoolEntry, _state: object) -> None:
        # SQLAlchemy's `commit` event comes before the commit. A commit that failed leaves the transaction open.
        note(record.info, "ROLLBACK" if connection.in_transaction else "COMMIT")
        del record.info["cers_unit"]

    event.listen(database.engine, "after_cursor_execute", lambda c, _cursor, statement, *_: note(c.info, statement))
    event.listen(database.engine, "rollback", lambda connection: connection.info.pop("cers_unit", None))
    event.listen(database.engine, "reset", returned)
