"""`accounts invite` sends people without a password a mail about setting one up."""

from datetime import datetime

import click
from sqlalchemy.exc import SQLAlchemyError

from cers_app.commands import operator
from cers_app.commands.one_line import ending
from cers_app.commands.output_words import counted, moment
from cers_app.commands.progress import bar
from cers_app.mail import outbox
from cers_app.mail.invitations import Invitations
from cers_app.provided import provided


@click.command()
@click.option("--most", type=click.IntRange(min=1), help="how many people to invite now. Without it, everybody")
@click.option("--dry-run", is_flag=True, help="say how many people would be invited")
@operator.reason
def invite(most: int | None, *, dry_run: bool) -> None:
    """Send people who have no password yet a mail about setting one up.

    They have an active account, never signed in, and were not invited before. The mail leads to "Forgot your Username
    or Password?" and holds no link that can be used. The mails leave slowly, so they delay nobody else's. If the
    command is interrupted, run it again: nobody gets a second mail.
    """
    with operator.reading() as session:
        waiting = outbox.look(session).invitations
    left = provided(Invitations).left()
    wave = left if most is None else min(left, most)
    if dry_run:
        click.echo(f"Dry run: {counted(wave, 'invitation')} would be queued, and {left - wave:,} left for later.")
        click.echo(f"{counted(waiting, 'earlier invitation')} not sent yet.")
        return
    queued, last = _invited(wave)
    click.echo(f"{counted(queued, 'invitation')} queued, {provided(Invitations).left():,} left for later.")
    if last:
        click.echo(f"If nothing holds the mails up, the last one leaves on {moment(last)}.")


def _invited(wave: int) -> tuple[int, datetime | None]:
    """How many people were invited, and when the last mail is due. An interrupt ends after the unit of work at hand."""
    queued, last = 0, None
    try:
        with ending("Run the command again", SQLAlchemyError), bar("Inviting", wave) as shown:
            for number, due_at in provided(Invitations).invite(operator.act(), wave):
                queued, last = queued + number, due_at
                shown.update(number)
    except KeyboardInterrupt:
        words = f"Interrupted. {counted(queued, 'invitation')} queued. Run the command again for the other people."
        raise click.ClickException(words) from None
    return queued, last
