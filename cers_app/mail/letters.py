"""Picks the letter and the recipient of a row in the queue, and writes the letters that belong to no single journey."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import assert_never

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import literal
from sqlmodel import Integer, Session, col, select

from cers_app.accounts.models import Account, AccountState
from cers_app.accounts.store import identity
from cers_app.mail.mailer import Message
from cers_app.mail.outbox import MailKind, MailState, OutgoingMail
from cers_app.settings import Settings
from cers_app.values.dates import clock_time, long_date
from cers_app.values.identifiers import is_email
from cers_app.values.masking import mask
from cers_app.values.world import World
from cers_app.words import common

FOLDER = Path(__file__).with_name("templates")
LOADER = FileSystemLoader(FOLDER)
TEXT = Environment(loader=LOADER, undefined=StrictUndefined, trim_blocks=True, autoescape=False)  # noqa: S701 - no HTML
HTML = Environment(loader=LOADER, undefined=StrictUndefined, trim_blocks=True, autoescape=True)
NO_ACCOUNT, NOT_ACTIVE, DISABLED, NOBODY = "no_account", "account_not_active", "account_disabled", "nobody"
UNUSABLE = {AccountState.NOT_ACTIVATED: NOT_ACTIVE, AccountState.DISABLED: DISABLED}
ASKED_FOR = {
    MailKind.USERNAME_REMINDER: "a reminder email for your CERS Account username",
    MailKind.RESET_LINK: "a link to reset the password of your CERS Account",
}
WANTED = {
    MailKind.USERNAME_REMINDER: "recover a CERS Account username",
    MailKind.RESET_LINK: "reset a CERS Account password",
}
SUBJECTS = {
    NO_ACCOUNT: "CERS Account Not Found",
    NOT_ACTIVE: "CERS Account Not Active",
    DISABLED: "CERS Account Disabled",
    MailKind.PASSWORD_CHANGED: "CERS Account Password Changed",
    MailKind.EMAIL_CHANGED: "CERS Account Email Address Changed",
}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The facts that go into every mail."""

    base_url: str
    label: str
    support: str
    id_domain: str
    notice: str = ""
    """Says that this is not a site of the State of California; empty if the settings turn that off."""

    @classmethod
    def of(cls, config: Settings) -> "Letterhead":
        """Make the letterhead that the settings describe."""
        return cls(
            base_url=config.base_url,
            label=config.portal_label,
            support=config.support_email,
            id_domain=config.mail_from.rpartition("@")[2],
            notice=common.NOT_THE_STATE if config.demo_notice else "",
        )

    def write(  # noqa: PLR0913, PLR0917 - the parts of a letter
        self, mail: OutgoingMail, template: str, subject: str, to: str, facts: Mapping[str, object], now: datetime
    ) -> Message:
        """Render both parts of a mail. The Message-ID comes from the queue's row, so a second try repeats the ID."""
        subject = f"[{self.label}] {subject}" if self.label else subject
        words = {**facts, "base_url": self.base_url, "support": self.support, "subject": subject}
        words["notice"] = self.notice
        return Message(
            to=to,
            subject=subject,
            text=TEXT.get_template(f"{template}.txt").render(words),
            html=HTML.get_template(f"{template}.html").render(words),
            message_id=f"<{mail.id}@{self.id_domain}>",
            language=mail.language,
            at=now,
            template=template,
        )


@dataclass(frozen=True, slots=True)
class Holder:
    """Someone with an account."""

    account_id: int | None
    username: str
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """Someone whose account is not active. `template` says why."""

    holder: Holder
    template: str


@dataclass(frozen=True, slots=True)
class Stranger:
    """Someone who typed an email address that has no account."""

    address: str


@dataclass(frozen=True, slots=True)
class Nobody:
    """There is no one to write to, but the worker does the same work."""


Recipient = Holder | Unusable | Stranger | Nobody

PLACEHOLDER = Holder(None, "nobody", "nobody@example.com", "No Body")
"""The made-up recipient of a mail that the worker writes and then drops."""


def recipient_of(session: Session, mail: OutgoingMail, last_told: datetime) -> Recipient:
    """The recipient of a row in the queue. Every recipient takes the same statements.

    An address without an account gets no second letter if it got one since `last_told`.
    """
    account = session.exec(select(Account).where(col(Account.id) == literal(mail.account_id, Integer))).one_or_none()
    was_told = _was_told(session, mail, last_told)
    if account is None:
        return Nobody() if was_told or not is_email(mail.address) else Stranger(mail.address)
    if account.state == AccountState.ACTIVE:
        return holder_of(account)
    return Unusable(holder_of(account), UNUSABLE[account.state])


def _was_told(session: Session, mail: OutgoingMail, last_told: datetime) -> bool:
    """Whether the address got this letter lately. The portal cannot be used to flood other people's mailboxes."""
    earlier = select(OutgoingMail.id).where(
        OutgoingMail.identifier == mail.identifier,
        OutgoingMail.template == NO_ACCOUNT,
        OutgoingMail.state != MailState.FAILED,
        OutgoingMail.id != mail.id,
        col(OutgoingMail.created_at) > last_told,
    )
    return session.exec(earlier.limit(1)).first() is not None


def holder_of(account: Account) -> Holder:
    """The person an account belongs to."""
    name = f"{account.first_name} {account.last_name}".strip()
    return Holder(identity(account), account.username, account.email, name)


Letter = Callable[[Session, OutgoingMail, Holder], Message]
"""Writes a journey's letter to the holder of an active account, and stores what the letter needs."""


@dataclass(frozen=True, slots=True)
class Letters:
    """Writes every mail, in the unit of work that leases the mail. The account's state then picks the letter."""

    letterhead: Letterhead
    world: World
    stranger_gap: timedelta
    """The shortest time between two mails to an address without an account."""
    journeys: Mapping[MailKind, Letter]

    def write(self, session: Session, mail: OutgoingMail) -> Message:
        """Find the recipient of a row and write their letter."""
        now, journey = self.world.now(), self.journeys.get(MailKind(mail.kind))
        if journey is None:
            return notice(self.letterhead, mail, holder_of(session.get_one(Account, mail.account_id)), now)
        recipient = recipient_of(session, mail, now - self.stranger_gap)
        # The journey writes its letter in any case, so a row costs the same statements whoever it is for.
        letter = journey(session, mail, recipient if isinstance(recipient, Holder) else PLACEHOLDER)
        match recipient:
            case Holder():
                return letter
            case Nobody():
                return replace(letter, template=NOBODY)
            case Unusable() | Stranger():
                return letter_instead(self.letterhead, mail, recipient, now)
            case _:
                assert_never(recipient)


def letter_instead(
    letterhead: Letterhead, mail: OutgoingMail, recipient: Unusable | Stranger, now: datetime
) -> Message:
    """Write that there is no account, or that the person cannot use it, and where to get help."""
    facts, kind = {"date": long_date(mail.created_at)}, MailKind(mail.kind)
    match recipient:
        case Stranger(address):
            facts |= {"wanted": WANTED[kind]}
            return letterhead.write(mail, NO_ACCOUNT, SUBJECTS[NO_ACCOUNT], address, facts, now)
        case Unusable(holder, template):
            facts |= {"asked_for": ASKED_FOR[kind], "name": holder.name, "username": holder.username}
            return letterhead.write(mail, template, SUBJECTS[template], holder.email, facts, now)
        case _:
            assert_never(recipient)


def notice(letterhead: Letterhead, mail: OutgoingMail, person: Holder, now: datetime) -> Message:
    """Write that a password or an email address has changed, and when (ASVS 6.3.7).

    A row with an address goes there: the owner of the former address learns that the account has another one now.
    """
    facts = {
        "name": person.name,
        "username": person.username,
        "masked": mask(person.email),
        "date": long_date(mail.created_at),
        "time": clock_time(mail.created_at),
    }
    return letterhead.write(mail, mail.kind, SUBJECTS[mail.kind], mail.address or person.email, facts, now)
