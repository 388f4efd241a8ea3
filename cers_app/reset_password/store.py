"""What resetting a password reads and writes. Each method is one unit of work, or part of one."""

from sqlalchemy import update
from sqlmodel import col, select

from cers_app.accounts import store as accounts
from cers_app.accounts.models import Account, AccountState, ResetLink
from cers_app.mail_request.store import RequestStore
from cers_app.new_password import replacing
from cers_app.new_password.replacing import NewPassword
from cers_app.reset_password.links import LinkFacts, LinkNotComplete, LinkRefused
from cers_app.reset_password.outcomes import LinkOwner, OtherLink
from cers_app.storage import audit
from cers_app.storage.audit import AuditEvent
from cers_app.values.cancellation import WhyCancelled
from cers_app.values.events import Event
from cers_app.values.identifiers import key_of
from cers_app.values.visitor import Visitor


class ResetStore(RequestStore):
    """Asks for links, opens them and uses them."""

    def owner(self, digest: str) -> LinkOwner | None:
        """The link with this digest, and its owner."""
        with self._database.reading() as session:
            link = session.get(ResetLink, digest)
            if link is None:
                return None
            account = session.get_one(Account, link.account_id)
            moved = select(AuditEvent.last_at).where(
                AuditEvent.account_id == link.account_id,
                AuditEvent.event == Event.EMAIL_CHANGED,
                col(AuditEvent.last_at) > link.created_at,
            )
            moved_at = session.exec(moved.limit(1)).first()
        return LinkOwner(
            LinkFacts(
                link.public_id,
                account.username,
                link.expires_at,
                link.used_at,
                link.cancelled_at,
                link.cancelled_why,
                moved_at,
            ),
            (account.username, account.email, account.name),
            link.renewed_at,
            key_of(account.email),
        )

    def opened(self, digest: str, visitor: Visitor) -> None:
        """Record that a link was opened."""
        with self._database.writing() as session:
            link = session.get(ResetLink, digest)
            if link is not None:
                link.opened_at = self._world.now()
            audit.record(
                session,
                Event.LINK_OPENED if link else Event.LINK_REFUSED,
                at=self._world.now(),
                visitor=visitor,
                account_id=link.account_id if link else None,
                detail="" if link else LinkNotComplete.AUDITED_AS,
            )

    def not_consumed(self, digest: str, why: LinkRefused | OtherLink, visitor: Visitor) -> None:
        """Record that a link was refused."""
        with self._database.writing() as session:
            link = session.get_one(ResetLink, digest)
            audit.record(
                session,
                Event.LINK_REFUSED,
                at=self._world.now(),
                visitor=visitor,
                account_id=link.account_id,
                detail=why.AUDITED_AS,
            )

    def consume(self, digest: str, new_hash: str, visitor: Visitor) -> bool:
        """Use the link up, set the hash, end all sessions and queue the notice: all or nothing, and only once."""
        now = self._world.now()
        with self._database.writing() as session:
            used = (
                update(ResetLink)
                .where(
                    col(ResetLink.digest) == digest,
                    *accounts.is_live(now),
                    col(ResetLink.account_id).in_(select(Account.id).where(Account.state == AccountState.ACTIVE)),
                )
                .values(used_at=now)
                .returning(col(ResetLink.account_id))
            )
            account_id = session.connection().execute(used).scalar_one_or_none()
            if account_id is None:
                return False
            audit.record(session, Event.LINK_USED, at=now, visitor=visitor, account_id=account_id)
            new = NewPassword(account_id, new_hash, WhyCancelled.OTHER_LINK_USED, "reset")
            replacing.replace(session, new, visitor, self._world, self._hashed)
        return True

    def renew(self, digest: str, visitor: Visitor) -> str:
        """Ask for a fresh link for a dead link's owner. The limit for their email address applies.

        Returns the reference of the request, or an empty text if there was one before.
        """
        now = self._world.now()
        with self._database.writing() as session:
            first = session.connection().execute(
                update(ResetLink)
                .where(col(ResetLink.digest) == digest, col(ResetLink.renewed_at).is_(None))
                .values(renewed_at=now)
            )
            if first.rowcount != 1:
                return ""
            link = session.get_one(ResetLink, digest)
            account = session.get_one(Account, link.account_id)
            reference, queued = self.ask_in(session, key_of(account.email), account.id, visitor)
            if not queued:
                link.renewed_at = None  # a mail was just sent, so the dead link may still send one later
        return reference
