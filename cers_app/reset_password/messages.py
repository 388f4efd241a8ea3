"""The mail with the link."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Integer, insert, literal, select
from sqlmodel import Session, col

from cers_app.accounts.models import Account, AccountState, ResetLink
from cers_app.mail.letters import Letterhead, Message
from cers_app.mail.outbox import OutgoingMail
from cers_app.reset_password.links import PATH
from cers_app.values.dates import clock_time, in_minutes, long_date
from cers_app.values.digests import sha256
from cers_app.values.world import World

TEMPLATE, SUBJECT = "reset_link", "CERS Account Password Reset"


@dataclass(frozen=True, slots=True)
class ResetLinkMail:
    """Writes the mail with the link. It makes the token, and only the mail holds the token."""

    letterhead: Letterhead
    world: World
    life: timedelta

    def __call__(self, session: Session, mail: OutgoingMail, account: Account) -> Message:
        """Make a token, store its digest, and write the mail. Only an active account gets a digest stored."""
        now, token = self.world.now(), self.world.new_token()
        values = {
            "digest": sha256(token),
            "public_id": self.world.new_id(),
            "mail_id": mail.id,
            "created_at": now,
            "expires_at": now + self.life,
        }
        typed = [literal(value, getattr(ResetLink, name).type) for name, value in values.items()]
        owner = select(col(Account.id), *typed).where(
            col(Account.id) == literal(account.id, Integer), col(Account.state) == AccountState.ACTIVE
        )
        session.connection().execute(insert(ResetLink).from_select(["account_id", *values], owner))
        return reset_letter(self.letterhead, mail, account, token, Life(now, self.life))


@dataclass(frozen=True, slots=True)
class Life:
    """When a link starts to work, and for how long."""

    begins_at: datetime
    lasts: timedelta


def reset_letter(letterhead: Letterhead, mail: OutgoingMail, account: Account, token: str, life: Life) -> Message:
    """The mail with the link. The template uses the words of the CERS help page."""
    ends_at = life.begins_at + life.lasts
    is_another_day = long_date(ends_at) != long_date(mail.created_at)
    facts = {
        "username": account.username,
        "date": long_date(mail.created_at),
        "link": f"{letterhead.base_url}{PATH}{token}",
        "lasts": in_minutes(life.lasts),
        "until": clock_time(ends_at) + (f" on {long_date(ends_at)}" if is_another_day else ""),
    }
    return letterhead.write(mail, TEMPLATE, SUBJECT, account.email, facts)
