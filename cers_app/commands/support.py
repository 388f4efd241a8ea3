"""`support send-username` and `send-link` send a mail to a caller's own mailbox."""

import click

from cers_app.accounts.models import AccountState
from cers_app.commands import operator
from cers_app.mail import outbox
from cers_app.mail.outbox import MailKind
from cers_app.provided import provided
from cers_app.storage import audit
from cers_app.values.digests import IdentifierHash
from cers_app.values.events import Event
from cers_app.values.identifiers import key_of
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
    with operator.acting_on(name) as (session, account, act):
        # The mail counts with the owner's own requests.
        counted_as = provided(IdentifierHash)(key_of(account.email))
        outbox.enqueue(session, provided(World), kind, account.id, identifier=counted_as)
        audit.record(session, event, at=act.at, account_id=account.id, detail="support", actor=act.actor)
    click.echo(f"An email will be sent to {mask(account.email)}.")
    if account.state != AccountState.ACTIVE:
        click.echo(f"The account is {operator.STATES[account.state]}. The email says so and names a contact.")
