"""Everything that happens with a new password, in one unit of work."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from cers_app.accounts import store as accounts
from cers_app.accounts.models import Account
from cers_app.mail import outbox
from cers_app.mail.outbox import MailKind, Origin
from cers_app.storage import audit, throttle
from cers_app.values.cancellation import WhyCancelled
from cers_app.values.events import Event
from cers_app.values.visitor import Visitor
from cers_app.values.world import World


@dataclass(frozen=True, slots=True)
class NewPassword:
    """The hash of an accepted password, and how the password was set."""

    account_id: int
    hash: str
    why: WhyCancelled
    """Why the live links are canceled."""
    way: str
    """`reset` or `account page`, for the audit row."""


def replace(session: Session, new: NewPassword, visitor: Visitor, world: World, hashed: Callable[[str], str]) -> None:
    """Set the hash, cancel links, end sessions, forget failures and browsers, record the change, queue the notice.

    Sources: ASVS 6.3.7 (the notice), 7.4.3 (the sessions).
    """
    now, origin = world.now(), Origin.of(visitor, world)
    session.get_one(Account, new.account_id).password_hash = new.hash
    accounts.cancel_links(session, new.account_id, new.why, now)
    ended = accounts.end_sessions(session, new.account_id)
    accounts.forget_browsers(session, new.account_id)
    for key in accounts.keys_of(session, new.account_id):
        throttle.forget(session, hashed(key))
    for event, detail in ((Event.PASSWORD_CHANGED, new.way), (Event.SESSIONS_ENDED, str(ended))):
        reference = origin.reference if event is Event.PASSWORD_CHANGED else ""
        audit.record(
            session, event, at=now, visitor=visitor, account_id=new.account_id, detail=detail, reference=reference
        )
    outbox.enqueue(session, world, MailKind.PASSWORD_CHANGED, new.account_id, origin)
