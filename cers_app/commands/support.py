"""`support explain` says why a caller is stuck. `send-username` and `send-link` send a mail to the caller's mailbox."""

from collections.abc import Sequence

import click

from cers_app.accounts.models import AccountState
from cers_app.commands import operator
from cers_app.commands.output_words import moment
from cers_app.mail import outbox
from cers_app.mail.letters import Letterhead
from cers_app.mail.outbox import MailKind, Origin
from cers_app.provided import provided
from cers_app.settings import settings
from cers_app.storage.audit import AuditEvent
from cers_app.support import store
from cers_app.support.case import Case, Standing
from cers_app.support.sentences import sentence
from cers_app.support.steps import happened
from cers_app.values.digests import IdentifierHash
from cers_app.values.events import Event
from cers_app.values.identifiers import key_of
from cers_app.values.masking import mask
from cers_app.values.misspelt import meant
from cers_app.values.reference import read_reference, spelled
from cers_app.values.world import World

NO_NAME = "That is neither a reference, a username nor an email address."
NO_PROOF = (
    "A reference proves nothing about the caller. Send a username or a link only to the address on file. If you do not"
    " know who is calling, say only: If CERS has an account with that name, its owner gets an email."
)


@click.group()
def support() -> None:
    """Answer a caller.

    Emails always go to the address on file.
    """


@support.command()
@click.argument("name", metavar="NAME|REFERENCE")
@operator.reason
def explain(name: str) -> None:
    """Say what happened to a caller's request.

    NAME is a username or an email address. The REFERENCE is on the caller's page and in the email. The audit log
    records that you looked.
    """
    reference, key = read_reference(name), key_of(name)
    with operator.writing() as session:
        act = operator.act()
        whose = store.referred_to(session, reference) if reference else None
        if whose is None:
            reference = ""
            whose = store.named(session, key, provided(IdentifierHash).every(key)) if key else None
        if whose is None:
            raise click.ClickException("No request has this reference." if read_reference(name) else NO_NAME)
        case, rows = store.look_up(session, whose, act.at, reference)
        act.record(session, Event.ACCOUNT_SHOWN, whose.account_id, "explained", identifier=whose.identifiers[0])
    did_you_mean = f" Did the caller mean {meant(key)}?" if case.standing is Standing.NOBODYS and meant(key) else ""
    click.echo(f"{sentence(case, act.at)}{did_you_mean}\n")
    click.echo("\n".join(_facts(case, rows)))


@support.command()
@click.argument("name")
@operator.reason
def send_username(name: str) -> None:
    """Send the username to the owner of an account."""
    _send(name, MailKind.USERNAME_REMINDER, Event.REMINDER_ASKED)


@support.command()
@click.argument("name")
@operator.reason
def send_link(name: str) -> None:
    """Send a password reset link to the owner of an account."""
    _send(name, MailKind.RESET_LINK, Event.LINK_ASKED)


def _facts(case: Case, rows: Sequence[AuditEvent]) -> list[str]:
    account = f"{case.username}, {case.masked}, {case.standing}" if case.username else "none"
    facts = {
        "Account": account,
        "Reference": spelled(case.ask.reference) if case.ask else "",
        "Asked from": case.sending.device if case.sending else "",
        "Message-ID": f"<{case.sending.mail_id}@{Letterhead.of(settings()).id_domain}>" if case.sending else "",
    }
    steps = [f"  {moment(row.last_at)}: {happened(row, whence=False)}{_referred(row)}" for row in rows]
    return [
        *(f"{name + ':':<12} {value}" for name, value in facts.items() if value),
        "Timeline:",
        *(steps or ["  nothing yet"]),
        "",
        NO_PROOF,
    ]


def _referred(row: AuditEvent) -> str:
    return f", reference {spelled(row.reference)}" if row.reference else ""


def _send(name: str, kind: MailKind, event: Event) -> None:
    with operator.acting_on(name) as (session, account, act):
        # The mail counts with the owner's own requests.
        counted_as = provided(IdentifierHash)(key_of(account.email))
        origin = Origin.by_support(provided(World))
        outbox.enqueue(session, provided(World), kind, account.id, origin, identifier=counted_as)
        act.record(session, event, account.id, "support", reference=origin.reference)
    click.echo(f"An email will be sent to {mask(account.email)}. Its reference is {spelled(origin.reference)}.")
    if account.state != AccountState.ACTIVE:
        click.echo(f"The account is {operator.STATES[account.state]}. The email says so and names a contact.")
