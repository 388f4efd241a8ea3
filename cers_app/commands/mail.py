"""`mail work` runs the mail worker as its own process. `mail failed` and `mail retry` handle failed mails."""

import asyncio
import signal
import textwrap
from typing import Any

import click
from sqlmodel import Session

from cers_app.accounts.models import Account
from cers_app.commands import operator
from cers_app.commands.bounced import bounced
from cers_app.commands.output_words import counted, moment
from cers_app.logs import processes
from cers_app.mail import outbox, worker_task
from cers_app.mail.meanings import meaning
from cers_app.mail.outbox import OutgoingMail
from cers_app.mail.worker import Worker
from cers_app.provided import provided
from cers_app.settings import settings
from cers_app.storage import database
from cers_app.storage.database import Database
from cers_app.upkeep import metrics_server
from cers_app.values.events import Event
from cers_app.values.masking import mask

LONGEST_ID = 32
COLUMNS = 100
SEND_ANEW = "Send a new email instead (see: support send-username, support send-link)."
WHOLE: dict[str, Any] = {"break_long_words": False, "break_on_hyphens": False}
"""An address stays in one piece, however long it is."""


@click.group()
def mail() -> None:
    """Send queued mails, and list or retry failed mails."""


mail.add_command(bounced)


@mail.command()
@click.option("--once", is_flag=True, help="send the mails that are due, then stop")
def work(*, once: bool) -> None:
    """Send queued mails until interrupted."""
    if once:
        while provided(Worker).work():
            pass
        if why := provided(Worker).trouble:
            raise click.ClickException(f"Mails cannot leave: {why}. They wait. Run: python -m cers_app doctor")
        return
    processes.begin()
    database.tell_if_later(provided(Database))
    asyncio.run(_until_interrupted())


@mail.command()
@operator.reason
def failed() -> None:
    """List the failed mails, whose they are, and why the worker no longer tries to send them.

    The audit log records that you looked.
    """
    with operator.writing() as session:
        told = [_told(row, _owner(session, row)) for row in outbox.failed(session)]
        if told:
            operator.act().record(session, Event.ACCOUNT_SHOWN, None, "failed mails")
    click.echo("\n".join(told) or "No mail has failed.")


@mail.command()
@click.argument("ids", nargs=-1, metavar="[ID]…")
@click.option("--all", "everything", is_flag=True, help="retry every failed mail")
@operator.reason
def retry(ids: tuple[str, ...], *, everything: bool) -> None:
    """Retry failed mails: those with these ids, or all. A mail that came back cannot be retried."""
    if bool(ids) == everything:
        raise click.UsageError("Give the ids of the mails (see: mail failed), or use --all.")
    with operator.writing() as session:
        known = {row.id: row for row in outbox.failed(session)}
        if unknown := [name[:LONGEST_ID] for name in ids if name not in known]:
            raise click.ClickException(f"No failed mail has the id {', '.join(unknown)}. Nothing was changed.")
        if bounced_ids := [name for name in ids if known[name].is_bounced]:
            raise click.ClickException(f"{', '.join(bounced_ids)} came back. {SEND_ANEW} Nothing was changed.")
        act = operator.act()
        chosen = [known[name] for name in dict.fromkeys(ids or known) if not known[name].is_bounced]
        for row in chosen:
            outbox.retry(row, act.at)
            act.record(session, Event.MAIL_RETRIED, row.account_id, row.kind, identifier=row.identifier)
    click.echo(f"{counted(len(chosen), 'mail')} will be tried again.")


def _told(row: OutgoingMail, account: Account | None) -> str:
    """Two lines about a failed mail: which one, then whose it is, and why it failed."""
    tries = counted(row.attempts, "time")
    which = f"{row.id}  {row.kind.replace('_', ' ')}, {moment(row.trying_since or row.created_at)}, tried {tries}"
    why = f"{_whose(row, account)}: {meaning(row.why)} ({row.why})"
    indent = "    "
    return "\n".join([which, *textwrap.wrap(why, COLUMNS, initial_indent=indent, subsequent_indent=indent, **WHOLE)])


def _owner(session: Session, row: OutgoingMail) -> Account | None:
    return session.get(Account, row.account_id) if row.account_id is not None else None


def _whose(row: OutgoingMail, account: Account | None) -> str:
    """The username, unless the username is an address, and the masked address that the mail went to."""
    username = account.username if account else "no account"
    address = row.address or (account.email if account else "")
    return ", ".join(filter(None, ("" if "@" in username else username, mask(address))))


async def _until_interrupted() -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with (
        metrics_server.running(settings(), provided(Database)),
        worker_task.running(provided(Worker), settings().mail_interval),
    ):
        await stop.wait()
