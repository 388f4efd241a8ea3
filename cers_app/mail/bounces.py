"""Takes in the report that a mail came back.

A report counts only if it names the Message-ID of a mail that was sent, and the address that the mail went to. The
Message-ID has 128 random bits, which only the mail servers on the way, the recipient and staff have seen.
"""

from dataclasses import dataclass

from sqlmodel import Session

from cers_app.accounts import store
from cers_app.accounts.administration import Act
from cers_app.accounts.models import Account
from cers_app.mail import outbox
from cers_app.mail.delivery_report import Ignored, Report
from cers_app.mail.letters import NOBODY
from cers_app.mail.outbox import MailState, OutgoingMail
from cers_app.values.cancellation import WhyCancelled
from cers_app.values.digests import IdentifierHash
from cers_app.values.events import Event
from cers_app.values.identifiers import key_of


@dataclass(frozen=True, slots=True)
class Bounced:
    """The mail is marked as failed."""

    mail_id: str
    why: str
    links: int
    """How many reset links that still worked were canceled."""


@dataclass(frozen=True, slots=True)
class NotYet:
    """The worker has handed the mail over, but has not recorded that yet."""


def take_in(session: Session, report: Report, act: Act, hashed: IdentifierHash) -> Bounced | NotYet | Ignored:
    """Mark a mail as failed and cancel its link, in the unit of work of `session`. `hashed` hashes a typed name."""
    mail = session.get(OutgoingMail, report.mail_id)
    if mail is None or mail.template == NOBODY:
        return Ignored.NOT_OURS
    if mail.state == MailState.WAITING:
        return NotYet() if mail.leased_until else Ignored.NOT_OURS
    if mail.state == MailState.FAILED:
        return Ignored.REPEATED
    status = next((each.status for each in report.returned if _is_to(session, mail, each.address, hashed)), None)
    if status is None:
        return Ignored.OTHER_ADDRESS
    why = outbox.mark_bounced(mail, status)
    links = store.cancel_links_of(session, mail.id, WhyCancelled.MAIL_BOUNCED, act.at)
    detail = f"{mail.kind}: {why}"
    act.record(
        session, Event.MAIL_FAILED, mail.account_id, detail, identifier=mail.identifier, reference=mail.reference
    )
    return Bounced(mail.id, why, links)


def _is_to(session: Session, mail: OutgoingMail, address: str, hashed: IdentifierHash) -> bool:
    """Whether a mail went to an address. After the mail left, the queue keeps only the hash of a typed address.

    So the portal cannot tell for the notice to an account's former address, and ignores reports about that notice.
    """
    key = key_of(address)
    if mail.account_id is None:
        return mail.identifier in hashed.every(key)
    return key == key_of(session.get_one(Account, mail.account_id).email)
