"""Invites people who have no password yet to set one up. Their mails leave one by one, when nobody waits for a mail."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from cers_app.accounts.administration import Act
from cers_app.accounts.models import Account, AccountState
from cers_app.mail import outbox
from cers_app.mail.outbox import MailKind, MailState, Origin, OutgoingMail
from cers_app.storage.database import Database
from cers_app.values.events import Event
from cers_app.values.world import World

AT_ONCE = 100
"""People invited in one unit of work, which takes some hundredths of a second."""
PAUSE_SECONDS = 0.1
"""Between two units, so that the portal gets its turn."""
MOST_PER_MINUTE = 240
"""The worker sends no more than five a second."""
TO_INVITE = (
    col(Account.state) == AccountState.ACTIVE,
    col(Account.password_hash).is_(None),
    col(Account.last_sign_in_at).is_(None),
    col(Account.invited_at).is_(None),
)


@dataclass(frozen=True, slots=True)
class Invitations:
    """Marks people as invited and queues their mails, in the same unit of work. So nobody gets a second mail."""

    world: World
    database: Database
    ceiling_per_minute: int
    """Mails of all kinds. Invitations take at most half of them."""

    def left(self) -> int:
        """How many people can be invited now."""
        with self.database.reading() as session:
            return session.exec(select(func.count()).where(*TO_INVITE)).one()

    def invite(self, act: Act, most: int) -> Iterator[tuple[int, datetime]]:
        """Invite up to `most` people. After each unit of work: how many it invited, and when its last mail is due."""
        last_id = 0
        while most > 0:
            # Looking for people reads every account, so it must not keep others from writing.
            with self.database.reading() as session:
                found = select(Account.id).where(col(Account.id) > last_id, *TO_INVITE).order_by(col(Account.id))
                ids = [each for each in session.exec(found.limit(min(AT_ONCE, most))) if each]
            if not ids:
                return
            with self.database.writing() as session:
                invited, due_at = self._invite(session, ids, act)
            yield invited, due_at
            most, last_id = most - invited, ids[-1]
            self.world.pause(PAUSE_SECONDS)

    def _invite(self, session: Session, ids: Sequence[int], act: Act) -> tuple[int, datetime]:
        # Another command may have invited or changed some of them meanwhile.
        still = list(session.exec(select(Account.id).where(col(Account.id).in_(ids), *TO_INVITE)))
        marked = update(Account).where(col(Account.id).in_(still)).values(invited_at=act.at)
        session.connection().execute(marked)
        due_at = self._last_due(session)
        for account_id in still:
            due_at += timedelta(minutes=1) / max(1, min(self.ceiling_per_minute // 2, MOST_PER_MINUTE))
            origin = Origin.by_support(self.world)
            delay = due_at - self.world.now()
            outbox.enqueue(session, self.world, MailKind.INVITATION, account_id, origin, delay=delay)
            act.record(session, Event.INVITED, account_id, reference=origin.reference)
        return len(still), due_at

    def _last_due(self, session: Session) -> datetime:
        """When the last invitation that waits is due, or else now."""
        is_waiting = col(OutgoingMail.state) == MailState.WAITING
        waiting = select(OutgoingMail.due_at).where(is_waiting, OutgoingMail.kind == MailKind.INVITATION)
        last = session.exec(waiting.order_by(col(OutgoingMail.due_at).desc())).first()
        return max(filter(None, (last, self.world.now())))
