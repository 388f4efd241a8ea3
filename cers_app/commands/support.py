"""`support send-username` and `send-link` send a mail to a caller's own mailbox."""

import click

from cers_app.accounts.models import Account, AccountState
from cers_app.accounts.store import identity
from cers_app.commands import operator
from cers_app.mail import outbox
from cers_app.mail.outbox import MailKind, Ticket
from cers_app.provided import provided
from cers_app.storage import audit
from cers_app.values.digests import IdentifierHash
from cers_app.values.events import Event
from cers_app.values.identifiers import Identifier, normalise
from cers_app.values.masking import mask
from cers_app.values.world import World


@click.group()
def support() -> None:
    """Send a username or a reset link to a caller.

    The email always goes to the address on file.
    """


@support.command()
@click.argument("name")
def send_username(name: str) -> None:
    """Send the username to the owner of an account."""
    _send(name, MailKind.USERNAME_REMINDER, Event.REMINDER_ASKED)


@support.command()
@click.argument("name")
def send_link(name: str) -> None:
    """Send a password reset link to the owner of an account."""
    _send(name, MailKind.RESET_LINK, Event.LINK_ASKED)


def _send(name: str, kind: MailKind, event: Event) -> None:
    with operator.writing() as session:
        account, at = operator.account_named(session, name), provided(World).now()
        ticket = Ticket(provided(World).new_id(), kind, identity(account), _counted_as(account))
        outbox.enqueue(session, ticket, at)
        audit.record(session, event, at=at, account_id=account.id, detail="support", actor=operator.actor())
    click.echo(f"An email will be sent to {mask(account.email)}.")
    if account.state != AccountState.ACTIVE:
        state = operator.STATES[AccountState(account.state)]
        click.echo(f"The account is {state}. The email says so and names a contact.")


def _counted_as(account: Account) -> str:
    """The key that counts the owner's own requests, so that this mail counts with them."""
    key = normalise(account.email)
    return provided(IdentifierHash)(key.key) if isinstance(key, Identifier) else ""
