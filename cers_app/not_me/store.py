"""The links of people who did not change their password, and what such a link undoes."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Field, Session, SQLModel, col, select

from cers_app.accounts import store as accounts
from cers_app.accounts.models import Account
from cers_app.mail import outbox
from cers_app.mail.outbox import MailKind, OutgoingMail
from cers_app.new_password import replacing
from cers_app.new_password.replacing import NewPassword
from cers_app.not_me.flow import LIFE
from cers_app.storage.audit import AuditEvent
from cers_app.storage.database import Database
from cers_app.values.cancellation import WhyCancelled
from cers_app.values.digests import sha256
from cers_app.values.events import Event
from cers_app.values.visitor import Visitor
from cers_app.values.world import World


class NotMeLink(SQLModel, table=True):
    """A link in the mail about a changed password. The mail holds the token, and the table holds its SHA-256."""

    __tablename__ = "not_me_link"

    digest: str = Field(primary_key=True, max_length=64)
    # No foreign keys: the release before does not know this table, and must still be able to delete accounts and mails.
    account_id: int = Field(index=True)
    mail_id: str = Field(max_length=32)
    changed_at: datetime
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None


def mint(session: Session, mail: OutgoingMail, account: Account, world: World) -> str:
    """Make a token for a mail about a changed password, in the unit of `session`. Each try of the mail makes one."""
    token = world.new_token()
    session.add(
        NotMeLink(
            digest=sha256(token),
            account_id=accounts.identity(account),
            mail_id=mail.id,
            changed_at=mail.created_at,
            expires_at=mail.created_at + LIFE,
        )
    )
    return token


class NotMeStore:
    """One unit of work."""

    def __init__(self, world: World, database: Database) -> None:
        self._world, self._database = world, database

    def stop(self, digest: str, visitor: Visitor) -> bool:
        """Void the password, end the sessions, cancel the links and queue a fresh link. Returns whether it was done."""
        now = self._world.now()
        with self._database.writing() as session:
            link = session.get(NotMeLink, digest)
            if link is None or link.expires_at <= now or _is_outdated(session, link):
                return False
            used = update(NotMeLink).where(
                col(NotMeLink.account_id) == link.account_id, col(NotMeLink.used_at).is_(None)
            )
            session.connection().execute(used.values(used_at=now))
            void = NewPassword(link.account_id, None, WhyCancelled.PASSWORD_CHANGED, "")
            origin = replacing.set_hash(session, void, Event.PASSWORD_DISOWNED, visitor, self._world)
            # Without an identifier, the mail counts for no limit, and no limit holds it back.
            outbox.enqueue(session, self._world, MailKind.RESET_LINK, link.account_id, origin)
        return True


def _is_outdated(session: Session, link: NotMeLink) -> bool:
    """Whether the link was used, or a later change came from the mailbox or from support.

    A later change on the account page does not count: a thief who knows the password could make one at any time.
    """
    later = select(AuditEvent.id).where(
        AuditEvent.account_id == link.account_id,
        col(AuditEvent.event).in_((Event.LINK_USED, Event.EMAIL_CHANGED)),
        col(AuditEvent.last_at) > link.changed_at,
    )
    return link.used_at is not None or session.exec(later.limit(1)).first() is not None
