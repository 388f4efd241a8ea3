"""Tables of the mail journeys, in memory."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from cers_app.reset_password.links import LinkRefused
from cers_app.reset_password.outcomes import LinkOwner, OtherLink
from cers_app.values.events import Event
from cers_app.values.visitor import Visitor
from cers_app.your_account.outcomes import Overview, Owner


@dataclass
class RequestTablesInMemory:
    """The tables behind asking for a mail."""

    asked: list[str] = field(default_factory=list)
    refusals: list[Event] = field(default_factory=list)
    addresses: dict[str, str] = field(default_factory=dict)
    looked_up: list[str] = field(default_factory=list)

    def unit(self) -> AbstractContextManager[None]:
        """Memory keeps everything at once."""
        return nullcontext()

    def ask(self, key: str, _visitor: Visitor) -> str:
        """Keep what was asked for; its reference says which it was."""
        self.asked.append(key)
        return f"request-{len(self.asked)}"

    def refused(self, why: Event, _visitor: Visitor) -> None:
        """Keep why."""
        self.refusals.append(why)

    def address_of(self, key: str) -> str | None:
        """The address, where there is an account."""
        self.looked_up.append(key)
        return self.addresses.get(key)


@dataclass
class ResetTablesInMemory:
    """The tables behind resetting a password; the first use of a link wins."""

    owners: dict[str, LinkOwner] = field(default_factory=dict)
    renewed: list[str] = field(default_factory=list)
    refusals: list[Event] = field(default_factory=list)
    openings: list[str] = field(default_factory=list)
    not_used: list[tuple[str, LinkRefused | OtherLink]] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)
    lost_to: LinkOwner | None = None
    """What the link turns into when somebody else's use wins in between."""

    def refused(self, why: Event, _visitor: Visitor) -> None:
        """Keep why."""
        self.refusals.append(why)

    def renew(self, digest: str, _visitor: Visitor) -> str:
        """Keep which; once for each."""
        is_first = digest not in self.renewed
        self.renewed.append(digest)
        return "renewal-1" if is_first else ""

    def owner(self, digest: str) -> LinkOwner | None:
        """Whose link."""
        return self.owners.get(digest)

    def opened(self, digest: str, _visitor: Visitor) -> None:
        """Keep which."""
        self.openings.append(digest)

    def consume(self, digest: str, new_hash: str, _visitor: Visitor) -> bool:
        """Use the link, unless somebody was faster."""
        if self.lost_to is not None:
            self.owners[digest] = self.lost_to
            return False
        self.hashes[digest] = new_hash
        return True

    def not_consumed(self, digest: str, why: LinkRefused | OtherLink, _visitor: Visitor) -> None:
        """Keep why."""
        self.not_used.append((digest, why))


@dataclass
class AccountTablesInMemory:
    """The tables behind the account pages."""

    owners: dict[str, Owner] = field(default_factory=dict)
    views: dict[str, Overview] = field(default_factory=dict)
    refusals: list[tuple[Event, int]] = field(default_factory=list)
    forgiven: list[int] = field(default_factory=list)
    hashes: dict[int, str] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    is_overtaken: bool = False
    """Somebody else has changed the password in between."""

    def owner(self, digest: str) -> Owner | None:
        """Whose session."""
        return self.owners.get(digest)

    def overview(self, digest: str) -> Overview | None:
        """What its owner sees."""
        return self.views.get(digest)

    def refused(self, why: Event, owner: Owner, _visitor: Visitor) -> None:
        """Keep why, and whose."""
        self.refusals.append((why, owner.account_id))

    def forgive(self, owner: Owner) -> None:
        """Keep whose."""
        self.forgiven.append(owner.account_id)

    def change(self, owner: Owner, new_hash: str, _visitor: Visitor) -> bool:
        """Set it, unless somebody was faster."""
        if self.is_overtaken:
            return False
        self.hashes[owner.account_id] = new_hash
        return True

    def end_one(self, session_id: str, digest: str, _visitor: Visitor) -> None:
        """Keep which."""
        if digest in self.owners:
            self.ended.append(session_id)

    def end_everywhere(self, digest: str, _visitor: Visitor) -> int:
        """How many sessions ended."""
        return len(self.owners) if digest in self.owners else 0
