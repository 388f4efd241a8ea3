"""The mails of resetting a password: the link, and the notice afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cers_app.accounts.models import Account, AccountState, ResetLink
from cers_app.database import Database
from cers_app.mail.mailer import MailNotSent, Message
from cers_app.mail.outbox import OutgoingMail
from cers_app.mail.templates import Letterhead, clock_time, long_date
from cers_app.reset_password import links

NOBODY = ("nobody", "nobody@example.com")
"""Username and address of the mail that is written for an unknown account and not sent."""


@dataclass(frozen=True, slots=True)
class MessageParts:
    """What the mails need of the outside world."""

    database: Database
    letterhead: Letterhead
    token: Callable[[], str]
    new_id: Callable[[], str]
    clock: Callable[[], datetime]
    life: timedelta


class ResetLinkMail:
    """Writes the mail with the link; the token is made here and stands nowhere else."""

    def __init__(self, parts: MessageParts) -> None:
        """`parts.life` is how long the link works."""
        self._parts = parts

    def __call__(self, mail: OutgoingMail) -> Message:
        """Mint a token, store its digest, write the mail."""
        parts, now, token = self._parts, self._parts.clock(), self._parts.token()
        expires_at = now + parts.life
        with parts.database.writing() as session:
            account = session.get(Account, mail.account_id) if mail.account_id else None
            if account is not None and account.id is not None and account.state == AccountState.ACTIVE:
                session.add(
                    ResetLink(
                        digest=links.digest(token),
                        public_id=parts.new_id(),
                        account_id=account.id,
                        mail_id=mail.id,
                        created_at=now,
                        expires_at=expires_at,
                    )
                )
        if account is not None and account.state != AccountState.ACTIVE:
            msg = "the account is not active any more"
            raise MailNotSent(msg, is_final=True)
        username, address = (account.username, account.email) if account else NOBODY
        facts: dict[str, Any] = {
            "username": username,
            "date": long_date(mail.created_at),
            "link": f"{parts.letterhead.base_url}{links.PATH}{token}",
            "minutes": int(parts.life.total_seconds() // 60),
            "until": clock_time(expires_at),
        }
        return parts.letterhead.write(mail, "reset_link", "CERS Account Password Reset", address, facts, now)


class PasswordChangedMail:
    """Writes the notice that a password was changed; it goes out after every change (ASVS 6.3.7)."""

    def __init__(self, parts: MessageParts) -> None:
        """No link and no token in this one."""
        self._parts = parts

    def __call__(self, mail: OutgoingMail) -> Message:
        """Write the mail."""
        parts = self._parts
        with parts.database.reading() as session:
            person = session.get_one(Account, mail.account_id)
        facts = {
            "name": f"{person.first_name} {person.last_name}",
            "username": person.username,
            "date": long_date(mail.created_at),
            "time": clock_time(mail.created_at),
        }
        subject = "CERS Account Password Changed"
        return parts.letterhead.write(mail, "password_changed", subject, person.email, facts, parts.clock())
