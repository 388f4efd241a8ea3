"""`accounts create`, `activate`, `disable`, `enable`, `end-sessions` and `set-email`."""

from dataclasses import replace

import click

from cers_app.accounts import administration, store
from cers_app.accounts.models import Account, AccountState
from cers_app.accounts.passwords import Passwords
from cers_app.accounts.store import IdentifierTaken
from cers_app.commands import new_account, operator, typed_password
from cers_app.commands.importing import import_accounts
from cers_app.commands.inviting import invite
from cers_app.commands.output_words import counted
from cers_app.commands.show import show
from cers_app.mail import outbox
from cers_app.mail.outbox import MailKind, Origin
from cers_app.new_password import policy
from cers_app.new_password.answers import words_of
from cers_app.new_password.common import Blocklist
from cers_app.new_password.policy import Weak
from cers_app.provided import provided
from cers_app.settings import settings
from cers_app.values.events import Event
from cers_app.values.identifiers import Identifier, normalize
from cers_app.values.world import World

NO_CHANGE = {
    (Event.ACCOUNT_ACTIVATED, AccountState.ACTIVE): "is already active",
    (Event.ACCOUNT_ACTIVATED, AccountState.DISABLED): "is disabled, so you cannot activate it. Use: accounts enable",
    (Event.ACCOUNT_ENABLED, AccountState.ACTIVE): "is already active",
    (Event.ACCOUNT_ENABLED, AccountState.NOT_ACTIVATED): "was never activated. Use: accounts activate",
    (Event.ACCOUNT_DISABLED, AccountState.DISABLED): "is already disabled",
}


@click.group(commands=[import_accounts, invite, show])
def accounts() -> None:
    """Create, import, invite, show and change accounts."""


@accounts.command()
@click.option("--username", required=True, help="5 to 16 letters and digits, or the account's own email address")
@click.option("--email", required=True)
@click.option("--first-name", default="", help="at least one of the two names")
@click.option("--last-name", default="")
@click.option("--not-activated", is_flag=True, help="the person cannot sign in until you activate the account")
@operator.reason
def create(username: str, email: str, first_name: str, last_name: str, *, not_activated: bool) -> None:
    """Create an account. The password comes from standard input."""
    state = AccountState.NOT_ACTIVATED if not_activated else AccountState.ACTIVE
    created = create_account(username, email, (first_name, last_name), typed_password.read(), state)
    click.echo(f"Created the account {created.username}.")


class NotCreated(click.ClickException):
    """The account cannot be created. The message says why."""


def create_account(username: str, email: str, name: tuple[str, str], password: str, state: AccountState) -> Account:
    """Check everything, then create the account. Raises `NotCreated`."""
    new = new_account.checked(username, email, *name)
    if isinstance(new, list):
        raise NotCreated(" ".join(new))
    shortest = settings().password_min
    names = (new.username, new.email, " ".join(name).strip())
    checked = policy.check(password, shortest=shortest, names=names, blocklist=provided(Blocklist))
    if isinstance(checked, Weak):
        raise NotCreated(words_of(checked, shortest).rstrip(".") + ".")
    new = replace(new, password_hash=provided(Passwords).hash(checked.password), state=state)
    with operator.writing() as session:
        act = operator.act()
        created = store.create(session, new, act.at)
        if isinstance(created, IdentifierTaken):
            raise NotCreated(f"{created.key} already belongs to an account.")
        operator.forget_failures(session, (new.username_key, new.email_key))
        act.record(session, Event.ACCOUNT_CREATED, created.id)
    return created


@accounts.command()
@click.argument("name")
@operator.reason
def activate(name: str) -> None:
    """Activate an account that was created with --not-activated."""
    click.echo(f"{_let_in(name, Event.ACCOUNT_ACTIVATED)} is now active.")


@accounts.command()
@click.argument("name")
@operator.reason
def enable(name: str) -> None:
    """Enable a disabled account."""
    click.echo(f"{_let_in(name, Event.ACCOUNT_ENABLED)} is active again.")


@accounts.command()
@click.argument("name")
@operator.reason
def disable(name: str) -> None:
    """Disable an account.

    The person can no longer sign in. All sessions end and all reset links are canceled.
    """
    with operator.acting_on(name) as (session, account, act):
        _refuse_no_change(account, Event.ACCOUNT_DISABLED)
        ended = administration.disable(session, account, act)
    click.echo(f"{account.username} is now disabled. {_told(ended)}")


@accounts.command()
@click.argument("name")
@operator.reason
def end_sessions(name: str) -> None:
    """Sign a person out in every browser. The password and the reset links still work."""
    with operator.acting_on(name) as (session, account, act):
        ended = administration.end_sessions(session, account, act)
    click.echo(f"{counted(ended, 'session')} of {account.username} ended.")


@accounts.command()
@click.argument("name")
@click.argument("new_email")
@click.option("--require-reset", is_flag=True, help="make the password void, because somebody else read the mailbox")
@operator.reason
def set_email(name: str, new_email: str, *, require_reset: bool) -> None:
    """Give an account a new email address.

    All sessions end, all reset links are canceled, and a notice goes to the former address. If the username is the
    email address, the username changes with the address.
    """
    found = normalize(new_email)
    if not isinstance(found, Identifier) or "@" not in found.key:
        raise click.ClickException(new_account.NOT_AN_ADDRESS)
    key, email = found.key, found.text
    with operator.acting_on(name) as (session, account, act):
        if account.email == email:
            raise click.ClickException(f"{account.username} already has the address {email}.")
        outcome = administration.set_email(session, account, email, key, act, require_reset=require_reset)
        if isinstance(outcome, IdentifierTaken):
            raise click.ClickException(f"{outcome.key} already belongs to an account.")
        operator.forget_failures(session, [key])
        origin = Origin.by_support(provided(World))
        outbox.enqueue(session, provided(World), MailKind.EMAIL_CHANGED, account.id, origin, address=outcome.former)
    click.echo(f"The account {account.username} now has the address {account.email}. {_told(outcome.ended)}")
    click.echo("A notice will be sent to the former address.")
    if require_reset:
        click.echo("The password no longer works. The person can reset it with the new address.")


def _let_in(name: str, event: Event) -> str:
    with operator.acting_on(name) as (session, account, act):
        _refuse_no_change(account, event)
        administration.let_in(session, account, event, act)
    return account.username


def _refuse_no_change(account: Account, event: Event) -> None:
    if problem := NO_CHANGE.get((event, AccountState(account.state))):
        raise click.ClickException(f"{account.username} {problem}.")


def _told(ended: administration.Ended) -> str:
    return f"{counted(ended.sessions, 'session')} ended, {counted(ended.links, 'reset link')} canceled."
