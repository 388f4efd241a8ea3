"""`accounts show` prints an account, so that support staff can answer a caller."""

import click

from cers_app.accounts import administration
from cers_app.accounts.administration import AccountForStaff
from cers_app.accounts.models import AccountState
from cers_app.commands import operator
from cers_app.commands.output_words import moment
from cers_app.support.steps import happened


@click.command()
@click.argument("name")
@operator.reason
def show(name: str) -> None:
    """Show an account.

    NAME is a username or an email address. The audit log records that you looked.
    """
    with operator.acting_on(name) as (session, account, act):
        overview = administration.show(session, account, act)
    click.echo("\n".join(_lines(overview)))


def _lines(overview: AccountForStaff) -> list[str]:
    account = overview.account
    state = operator.STATES[AccountState(account.state)]
    links = f"{overview.live_links}, until {moment(overview.links_until)}" if overview.live_links else "none"
    facts = {
        "Name": account.name,
        "Username": account.username,
        "Email address": account.email,
        "State": state if account.password_hash else f"{state}, without a password yet",
        "Created": moment(account.created_at),
        "Last sign-in": moment(account.last_sign_in_at),
        "Open sessions": str(overview.open_sessions or "none"),
        "Reset links": links,
    }
    rows = [f"  {moment(row.last_at)}: {happened(row)}" for row in overview.recent] or ["  nothing yet"]
    return [*(f"{name + ':':<15} {value}" for name, value in facts.items()), "Recent activity:", *rows]
