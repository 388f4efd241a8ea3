"""Picks the letter and the recipient of a row in the queue, and writes the letters that belong to no single journey.

This happens after the request, so the page that asked learns nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import Executable, bindparam, func, literal, text
from sqlmodel import Integer, Session, col, or_, select

from cers_app.accounts.models import Account, AccountState
from cers_app.mail.outbox import MailKind, MailState, OutgoingMail
from cers_app.settings import Settings
from cers_app.values import addresses
from cers_app.values.dates import clock_time, long_date
from cers_app.values.identifiers import is_email
from cers_app.values.masking import mask
from cers_app.values.reference import spelled
from cers_app.values.world import World
from cers_app.words import common

SENDER_NAME = "CERS Automated Messaging - DO NOT REPLY"
LINE = 120
"""Characters. At the standard 78, the long sender name would fold and leave the first line empty."""
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
    MailKind.GUESSED: "CERS Account Sign-In Attempts",
    MailKind.INVITATION: "CERS Account: Set up your Password",
}


@dataclass(frozen=True, slots=True)
class Message:
    """One mail, ready except for the sender and the date."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    """The same for every try at one mail, so a mailbox shows one mail."""
    language: str
    template: str = ""
    """The letter, for the queue and the audit. The worker drops a mail for `nobody` after writing it."""
    reference: str = ""
    """What page, mail and support staff call the request."""


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

    def write(self, mail: OutgoingMail, template: str, subject: str, to: str, facts: Mapping[str, object]) -> Message:
        """Render both parts of a mail. The Message-ID comes from the queue's row, so a second try repeats the ID."""
        subject = f"[{self.label}] {subject}" if self.label else subject
        asked_at = f"{long_date(mail.created_at)} at {clock_time(mail.created_at)}"
        words = {
            **facts,
            "base_url": self.base_url,
            "support": self.support,
            "subject": subject,
            "notice": self.notice,
            "at": asked_at,
            "device": mail.device,
            "reference": spelled(mail.reference),
            "by_support": mail.is_by_support and mail.kind != MailKind.INVITATION,
            "is_change": mail.kind not in ASKED_FOR,
        }
        return Message(
            to=to,
            subject=subject,
            text=TEXT.get_template(f"{template}.txt").render(words),
            html=HTML.get_template(f"{template}.html").render(words),
            message_id=f"<{mail.id}@{self.id_domain}>",
            language=mail.language,
            template=template,
            reference=mail.reference,
        )


def _strangers() -> Executable:
    """The counts behind a `StrangerRule`, built once, because every mail runs them.

    No count goes further than its limit, so it takes as long in a flood. For that it needs the indexes without
    requests by username, which the database takes only for the very words of their conditions.
    """
    created, other = col(OutgoingMail.created_at), col(OutgoingMail.id) != bindparam("its_id")
    told = select(OutgoingMail.id).where(
        other,
        created > bindparam("gap_ago"),
        text("mailbox != ''"),
        OutgoingMail.mailbox == bindparam("its_mailbox"),
        OutgoingMail.template == NO_ACCOUNT,
        # A mail that came back counts. Otherwise the portal could send any number to a mailbox that does not exist.
        or_(OutgoingMail.state != MailState.FAILED, col(OutgoingMail.sent_at).is_not(None)),
    )
    asked = select(OutgoingMail.id).where(other, created > bindparam("hour_ago"), text("domain != ''"))
    in_domain = asked.where(OutgoingMail.domain == bindparam("its_domain"))
    per_domain, in_all = (bindparam(name, type_=Integer) for name in ("per_domain", "in_all"))
    counted = told.limit(1), in_domain.limit(per_domain), asked.limit(in_all)
    counts: Executable = select(
        *(select(func.count()).select_from(each.subquery()).scalar_subquery() for each in counted)
    )
    return counts


_STRANGERS = _strangers()


@dataclass(frozen=True, slots=True)
class StrangerRule:
    """Limits the mails to addresses without an account, so the portal cannot flood other people's mailboxes.

    The limits per hour count the requests for all addresses, with and without an account. Otherwise a stranger's own
    mail would show which of the addresses before it had none.
    """

    gap: timedelta
    """The shortest time between two such mails to one mailbox."""
    per_domain: int
    """Requests per hour for addresses of one domain."""
    in_all: int
    """Requests per hour for addresses of all domains."""

    def may_tell(self, session: Session, mail: OutgoingMail, now: datetime) -> bool:
        """Whether the mailbox of this mail may now be told that it has no account."""
        asked = {"its_id": mail.id, "its_mailbox": mail.mailbox, "its_domain": mail.domain}
        since = {"gap_ago": now - self.gap, "hour_ago": now - timedelta(hours=1)}
        limits = {"per_domain": self.per_domain, "in_all": self.in_all}
        in_mailbox, in_domain, in_all = session.connection().execute(_STRANGERS, asked | since | limits).one()
        return not in_mailbox and in_domain < self.per_domain and in_all < self.in_all


Letter = Callable[[Session, OutgoingMail, Account], Message]
"""Writes a journey's letter, and stores what the letter needs if the account is active."""


@dataclass(frozen=True, slots=True)
class Letters:
    """Writes every mail, in the unit of work that leases the mail. The account's state then picks the letter."""

    letterhead: Letterhead
    world: World
    strangers: StrangerRule
    journeys: Mapping[MailKind, Letter]
    not_me: Callable[[Session, OutgoingMail, Account], str]
    """Makes the token of the link with which an owner undoes a changed password."""

    def write(self, session: Session, mail: OutgoingMail) -> Message:
        """Find the recipient of a row and write their letter."""
        journey = self.journeys.get(MailKind(mail.kind))
        if journey is None:
            account = session.get_one(Account, mail.account_id)
            token = self.not_me(session, mail, account) if mail.kind == MailKind.PASSWORD_CHANGED else ""
            letter = notice(self.letterhead, mail, account, token)
            # An invitation may wait for hours.
            is_late = mail.kind == MailKind.INVITATION and not account.is_without_password
            return replace(letter, template=NOBODY) if is_late else letter
        now = self.world.now()
        # Every recipient takes the same statements, so the worker's pace reveals nothing.
        owner = select(Account).where(col(Account.id) == literal(mail.account_id, Integer))
        somebody = session.exec(owner).one_or_none()
        may_tell = self.strangers.may_tell(session, mail, now)
        letter = journey(session, mail, somebody or _placeholder(now))
        if somebody is not None:
            is_usable = somebody.state == AccountState.ACTIVE or mail.kind not in ASKED_FOR
            return letter if is_usable else not_usable(self.letterhead, mail, somebody)
        if not may_tell or not is_email(mail.address):
            return replace(letter, template=NOBODY)
        return no_account(self.letterhead, mail)


def _placeholder(now: datetime) -> Account:
    """The made-up recipient of a mail that the worker writes and then drops."""
    return Account(username="nobody", email="nobody@example.com", first_name="No", last_name="Body", created_at=now)


def no_account(letterhead: Letterhead, mail: OutgoingMail) -> Message:
    """Write that the typed address has no account."""
    facts = {"date": long_date(mail.created_at), "wanted": WANTED[MailKind(mail.kind)]}
    return letterhead.write(mail, NO_ACCOUNT, SUBJECTS[NO_ACCOUNT], mail.address, facts)


def not_usable(letterhead: Letterhead, mail: OutgoingMail, account: Account) -> Message:
    """Write why the person cannot use the account, and where to get help."""
    template = UNUSABLE[account.state]
    facts = {
        "name": account.name,
        "username": account.username,
        "date": long_date(mail.created_at),
        "asked_for": ASKED_FOR[MailKind(mail.kind)],
    }
    return letterhead.write(mail, template, SUBJECTS[template], account.email, facts)


def notice(letterhead: Letterhead, mail: OutgoingMail, account: Account, token: str = "") -> Message:
    """Write what happened to an account, and when: a changed password or email address, or many guesses (ASVS 6.3.7).

    A row with an address goes there: the owner of the former address learns that the account has another one now.
    """
    facts = {
        "name": account.name,
        "username": account.username,
        "masked": mask(account.email),
        "not_me": f"{letterhead.base_url}{addresses.NOT_ME}{token}",
    }
    return letterhead.write(mail, mail.kind, SUBJECTS[mail.kind], mail.address or account.email, facts)


@dataclass(frozen=True, slots=True)
class Sender:
    """The sender of every mail, and the address that replies go to."""

    address: str
    reply_to: str


def compose(message: Message, sender: Sender, at: datetime) -> EmailMessage:
    """Build the mail: plain text first, then HTML, and the headers of an automatic mail (RFC 3834)."""
    if not (message.subject + message.message_id + message.language).isprintable():
        # The standard library lets a control character at the end through (CVE-2024-6923).
        msg = "a control character in a header"
        raise ValueError(msg)
    mail = EmailMessage(policy=SMTP.clone(max_line_length=LINE))
    mail["Subject"] = message.subject
    mail["From"] = Address(SENDER_NAME, addr_spec=sender.address)
    mail["To"] = Address(addr_spec=message.to)
    mail["Reply-To"] = Address(addr_spec=sender.reply_to)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if message.reference:
        mail["X-CERS-Reference"] = spelled(message.reference)
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    for part in mail.iter_parts():
        del part["MIME-Version"]  # the standard library repeats the header of the whole mail in its last part
    # This header comes last, because setting the content drops every Content- header.
    mail["Content-Language"] = message.language
    return mail
