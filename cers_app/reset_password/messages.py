"""The mail with the link."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, assert_never

from cers_app.accounts.models import Account, AccountState, ResetLink
from cers_app.mail.letterhead import Letterhead
from cers_app.mail.letters import Letters
from cers_app.mail.mailer import MailNotSent, Message
from cers_app.mail.outbox import OutgoingMail
from cers_app.mail.recipients import PLACEHOLDER, Holder, Nobody, Recipients, Stranger, Unusable
from cers_app.reset_password import links
from cers_app.storage.database import Database
from cers_app.values.dates import clock_time, long_date

TEMPLATE, SUBJECT = "reset_link", "CERS Account Password Reset"


@dataclass(frozen=True, slots=True)
class LinkMailParts:
    """What the mail needs of the outside world."""

    database: Database
    letterhead: Letterhead
    letters: Letters
    recipients: Recipients
    token: Callable[[], str]
    new_id: Callable[[], str]
    clock: Callable[[], datetime]
    life: timedelta


class ResetLinkMail:
    """Writes the mail with the link; the token is made here and stands nowhere else."""

    def __init__(self, parts: LinkMailParts) -> None:
        """`parts.life` is how long the link works."""
        self._parts = parts

    def __call__(self, mail: OutgoingMail) -> Message:
        """Mint a token, store its digest, write the mail; or write why there is no link."""
        recipient = self._parts.recipients.of(mail)
        match recipient:
            case Holder():
                return self._with_link(mail, recipient)
            case Unusable() | Stranger():
                return self._parts.letters.instead(mail, recipient)
            case Nobody():
                return replace(self._with_link(mail, PLACEHOLDER), is_for_nobody=True)
            case _:
                assert_never(recipient)

    def _with_link(self, mail: OutgoingMail, holder: Holder) -> Message:
        parts, now, token = self._parts, self._parts.clock(), self._parts.token()
        if holder.account_id is not None:
            link = ResetLink(
                digest=links.digest(token),
                public_id=parts.new_id(),
                account_id=holder.account_id,
                mail_id=mail.id,
                created_at=now,
                expires_at=now + parts.life,
            )
            with parts.database.writing() as session:
                account = session.get_one(Account, holder.account_id)
                if account.state != AccountState.ACTIVE or account.email != holder.email:
                    # Disabled or moved since the row was taken: the next try finds out what is right now.
                    msg = "the account was changed meanwhile"
                    raise MailNotSent(msg, is_final=False)
                session.add(link)
        return reset_letter(parts.letterhead, mail, holder, token, Life(now, parts.life))


@dataclass(frozen=True, slots=True)
class Life:
    """From when on a link works, and how long."""

    begins_at: datetime
    lasts: timedelta


def reset_letter(letterhead: Letterhead, mail: OutgoingMail, holder: Holder, token: str, life: Life) -> Message:
    """The mail with the link; the help page shows it as its example too."""
    facts: dict[str, Any] = {
        "username": holder.username,
        "date": long_date(mail.created_at),
        "link": f"{letterhead.base_url}{links.PATH}{token}",
        "minutes": int(life.lasts.total_seconds() // 60),
        "until": clock_time(life.begins_at + life.lasts),
    }
    return letterhead.write(mail, TEMPLATE, SUBJECT, holder.email, facts, life.begins_at)
