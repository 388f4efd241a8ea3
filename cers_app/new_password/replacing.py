"""Everything that happens with a new password, in one unit of work."""

from dataclasses import dataclass
from functools import partial

from sqlmodel import Session

from cers_app.accounts import store as accounts
from cers_app.accounts.models import Account
from cers_app.mail import outbox
from cers_app.mail.outbox import MailKind, Origin
from cers_app.storage import audit, throttle
from cers_app.values.cancellation import WhyCancelled
from cers_app.values.digests import IdentifierHash
from cers_app.values.events import Event
from cers_app.values.visitor import Visitor
from cers_app.values.world import World


@dataclass(frozen=True, slots=True)
class NewPassword:
    """The hash of an accepted password, or `None` to leave the account without one, and how that came about."""

    account_id: int
    hash: str | None
    why: WhyCancelled
    """Why the live links are canceled."""
    way: str
    """`reset`, `account page` or empty, for the audit row."""


def replace(session: Session, new: NewPassword, visitor: Visitor, world: World, hashed: IdentifierHash) -> None:
    """Set the hash as `set_hash` does, forget failures, and queue the notice (ASVS 6.3.7)."""
    origin = set_hash(session, new, Event.PASSWORD_CHANGED, visitor, world)
    keys = accounts.keys_of(session, new.account_id)
    throttle.forget_many(session, [each for key in keys for each in hashed.every(key)])
    outbox.enqueue(session, world, MailKind.PASSWORD_CHANGED, new.account_id, origin)


def set_hash(session: Session, new: NewPassword, event: Event, visitor: Visitor, world: World) -> Origin:
    """Set the hash, cancel links, end sessions (ASVS 7.4.3), forget browsers and record the `event`.

    Returns the origin of the mail about it.
    """
    now, origin = world.now(), Origin.of(visitor, world)
    session.get_one(Account, new.account_id).password_hash = new.hash
    accounts.cancel_links(session, new.account_id, new.why, now)
    ended = accounts.end_sessions(session, new.account_id)
    accounts.forget_browsers(session, new.account_id)
    record = partial(audit.record, session, at=now, visitor=visitor, account_id=new.account_id)
    record(event, detail=new.way, reference=origin.reference)
    record(Event.SESSIONS_ENDED, detail=str(ended))
    return origin
