"""The audit keeps a row for every step. A row holds no secret, and no name that matches no account."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Index, Update, bindparam, insert, text, update
from sqlmodel import Field, Session, SQLModel, col

from cers_app.storage.database import BY_OLDER_RELEASES, when_kept
from cers_app.values import metrics
from cers_app.values.events import Event
from cers_app.values.visitor import Visitor

MERGE = timedelta(minutes=1)
"""Equal rows within this time become one row with a count, so a flood does not fill the table."""
HAS_REFERENCE = text("reference != ''")
"""Most rows have no reference, so the index leaves them out."""
log = logging.getLogger(__name__)


class AuditEvent(SQLModel, table=True):
    """One step, or several equal steps with a count."""

    __tablename__ = "audit_event"
    # `record` looks for an equal row by these columns. Without the first two it would read every row of an event of the
    # last minute, and more of them for a name without an account, so the time would reveal who has an account.
    __table_args__ = (
        Index("ix_audit_event_equal", "account_id", "identifier", "event", "ip", "at"),
        Index("ix_audit_event_reference", "reference", sqlite_where=HAS_REFERENCE, postgresql_where=HAS_REFERENCE),
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)
    last_at: datetime
    count: int = 1
    event: str = Field(max_length=40)
    detail: str = Field(default="", max_length=200)
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    identifier: str = Field(default="", max_length=64)
    """Keyed hash of the typed name if the name matches no account."""
    actor: str = Field(default="", max_length=100)
    """`visitor`, `worker`, or the operating-system user of the command line."""
    ip: str = Field(default="", max_length=64)
    request_id: str = Field(default="", max_length=32)
    device: str = Field(default="", max_length=60, sa_column_kwargs=BY_OLDER_RELEASES)
    """The browser and device, in words (`values/devices.py`)."""
    reference: str = Field(default="", max_length=8, sa_column_kwargs=BY_OLDER_RELEASES)
    """What the page and the mail call the request (`values/reference.py`). Rows with a reference never merge."""


def _one_more(account: ColumnElement[bool]) -> Update:
    """The statement that raises the count of an equal row. It is built once, because every step runs it."""
    same = [col(getattr(AuditEvent, name)) == bindparam(f"its_{name}") for name in SAME]
    recent = col(AuditEvent.at) > bindparam("since")
    return update(AuditEvent).where(recent, *same, account).values(count=AuditEvent.count + 1, last_at=bindparam("now"))


SAME = ("event", "detail", "identifier", "actor", "ip")
_ONE_MORE = _one_more(col(AuditEvent.account_id) == bindparam("its_account_id"))
_ONE_MORE_OF_NOBODY = _one_more(col(AuditEvent.account_id).is_(None))


def record(  # noqa: PLR0913 - one argument per column
    session: Session,
    what: Event,
    *,
    at: datetime,
    visitor: Visitor | None = None,
    account_id: int | None = None,
    identifier: str = "",
    detail: str = "",
    actor: str = "visitor",
    request_id: str = "",
    reference: str = "",
) -> None:
    """Write a row in the unit of work of `session`, or raise the count of an equal row from the last minute.

    After the commit, a log line says the same with the id of the request, but without names and addresses.
    """
    ip, request_id = (visitor.ip, visitor.request_id) if visitor else ("", request_id)
    row = {
        "event": str(what),
        "detail": detail,
        "account_id": account_id,
        "identifier": "" if account_id else identifier,
        "actor": actor,
        "ip": ip,
    }
    # Not only for a new row: a browser seen for the first time takes a moment, which would tell whether rows are equal.
    device = visitor.device if visitor else ""
    if reference or not _is_one_more(session, row, at):
        new = {"at": at, "last_at": at, "count": 1, "request_id": request_id, "reference": reference, "device": device}
        session.connection().execute(insert(AuditEvent), {**row, **new})
    told = {"request_id": request_id, "account": account_id, "detail": detail, "actor": actor}
    if reference:
        told["reference"] = reference
    when_kept(session, lambda: _tell(what, told))


def _is_one_more(session: Session, row: Mapping[str, object], at: datetime) -> bool:
    """Whether an equal row now counts one more."""
    equal = {f"its_{name}": value for name, value in row.items()} | {"since": at - MERGE, "now": at}
    statement = _ONE_MORE_OF_NOBODY if row["account_id"] is None else _ONE_MORE
    return session.connection().execute(statement, equal).rowcount > 0


_counter = cache(metrics.STEPS.labels)


def _tell(what: Event, told: Mapping[str, object]) -> None:
    _counter(what).inc()
    log.info("%s", what, extra=told)
