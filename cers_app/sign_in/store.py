"""What signing in reads and writes."""

from dataclasses import dataclass

from cers_app.accounts import store as accounts
from cers_app.accounts.known_browsers import KnownBrowsers
from cers_app.accounts.models import Account, AccountState
from cers_app.accounts.sessions import Sessions
from cers_app.mail import outbox
from cers_app.mail.outbox import MailKind, Origin
from cers_app.sign_in.flow import Bucket, Candidate, NotRecognized, SignedIn
from cers_app.storage import audit, guesses, throttle
from cers_app.storage.database import Database
from cers_app.storage.guesses import GuessesRule
from cers_app.storage.throttle import FailureRule
from cers_app.values.digests import IdentifierHash
from cers_app.values.events import Event
from cers_app.values.visitor import Visitor
from cers_app.values.world import World

NOBODY = Candidate(None, None)


@dataclass(frozen=True, slots=True)
class SignInRules:
    """The limits per typed name."""

    failures: FailureRule
    guesses: GuessesRule


class SignInStore:
    """Each method is one unit of work."""

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        hashed: IdentifierHash,
        world: World,
        rules: SignInRules,
    ) -> None:
        """Limits and audit know a name by its `hashed` key."""
        self._database, self._sessions, self._hashed, self._world = database, sessions, hashed, world
        self._rules = rules
        self._known = KnownBrowsers(database, world.now)

    def bucket(self, name_key: str, visitor: Visitor) -> Bucket:
        """Where attempts for a name count. A browser that the account knows counts apart."""
        own = self._known.counted_as(visitor.known, name_key)
        # No typed name holds a NUL, so nobody else's attempts count under this key.
        key, *former = self._hashed.every(f"{name_key}\0{own}" if own else name_key)
        for each in [] if own else former:
            with self._database.writing() as session:
                guesses.move(session, each, key)
        return Bucket(key, is_own=bool(own))

    def candidate(self, name_key: str) -> Candidate:
        """The account that may sign in with a name. An account that is not active has no hash here."""
        with self._database.reading() as session:
            account = accounts.find(session, name_key)
        if account is None:
            return NOBODY
        active = account.state == AccountState.ACTIVE
        return Candidate(account.id, account.password_hash if active else None)

    def accept(
        self, candidate: Candidate, bucket: Bucket, renewed_hash: str | None, visitor: Visitor
    ) -> SignedIn | NotRecognized:
        """Record a sign-in, store a renewed hash, and no longer count the attempt as a failure.

        Only a known browser starts again from zero. In a shared count, strangers would notice the sign-in.
        If the password was changed during hashing, the old one must not open a session that survives the change.
        """
        with self._database.writing() as session:
            account = session.get_one(Account, candidate.account_id)
            if account.password_hash != candidate.password_hash or account.state != AccountState.ACTIVE:
                return NotRecognized()
            account.password_hash = renewed_hash or account.password_hash
            if bucket.is_own:
                throttle.forget(session, bucket.key)
            else:
                throttle.give_back(session, bucket.key, self._rules.failures)
                guesses.give_back(session, bucket.key)
            at, account_id = self._world.now(), candidate.account_id
            # With the device, so that sign-ins of two people in one office stay two rows.
            audit.record(
                session, Event.SIGN_IN_OK, at=at, visitor=visitor, account_id=account_id, detail=visitor.device
            )
            return SignedIn(self._sessions.promise(session, account, visitor))

    def refuse(self, name_key: str, candidate: Candidate, visitor: Visitor) -> None:
        """Record a refusal."""
        self._record(Event.SIGN_IN_REFUSED, name_key, visitor, candidate.account_id)

    def warn(self, candidate: Candidate, bucket: Bucket, visitor: Visitor) -> None:
        """Mail the owner if strangers failed too often, at most once a day for each name.

        A name without an account leaves the same row in the queue, so nothing tells the two apart.
        """
        now, rule = self._world.now(), self._rules.guesses
        with self._database.reading() as session:
            is_due = guesses.is_warning_due(session, bucket.key, rule, now)
        if is_due:
            owner = candidate.account_id if candidate.password_hash else None
            with self._database.writing() as session:
                # Again, because another attempt may have been faster.
                if guesses.is_warning_due(session, bucket.key, rule, now):
                    guesses.note_warning(session, bucket.key, now)
                    outbox.enqueue(session, self._world, MailKind.GUESSED, owner, Origin.of(visitor, self._world))

    def throttled(self, name_key: str, visitor: Visitor) -> None:
        """Record an attempt that came too soon, without looking up the account. Without a name, for the network."""
        self._record(Event.THROTTLED, name_key, visitor, None)

    def _record(self, event: Event, name_key: str, visitor: Visitor, account_id: int | None) -> None:
        with self._database.writing() as session:
            audit.record(
                session,
                event,
                at=self._world.now(),
                visitor=visitor,
                account_id=account_id,
                identifier=self._hashed(name_key) if name_key else "",
                detail="sign-in",
            )
