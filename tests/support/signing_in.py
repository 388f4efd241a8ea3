"""Signing in without a database."""

from dataclasses import dataclass, field

from cers_app.sign_in.flow import Attempt, Bucket, Candidate, NotRecognized, SignedIn, SignIn, SignInForm, SignInOutcome
from cers_app.values.visitor import Visitor

NOBODY = Candidate(None, None)


@dataclass
class AccountsInMemory:
    """The tables behind signing in."""

    candidates: dict[str, Candidate] = field(default_factory=dict)
    looked_up: list[str] = field(default_factory=list)
    accepted: list[tuple[Candidate, Bucket, str | None, Visitor]] = field(default_factory=list)
    refused: list[tuple[str, Candidate, Visitor]] = field(default_factory=list)
    too_soon: list[tuple[str, Visitor]] = field(default_factory=list)
    warned: list[tuple[Candidate, Bucket]] = field(default_factory=list)
    buckets_asked_for: int = 0
    is_overtaken: bool = False
    """The password was changed while it was verified."""

    def bucket(self, key: str, visitor: Visitor) -> Bucket:
        """Readable."""
        self.buckets_asked_for += 1
        return Bucket(f"keyed {key}{visitor.known}", is_own=bool(visitor.known))

    def candidate(self, key: str) -> Candidate:
        """Who may sign in."""
        self.looked_up.append(key)
        return self.candidates.get(key, NOBODY)

    def accept(
        self, candidate: Candidate, bucket: Bucket, renewed_hash: str | None, visitor: Visitor
    ) -> SignedIn | NotRecognized:
        """A claim code."""
        if self.is_overtaken:
            return NotRecognized()
        self.accepted.append((candidate, bucket, renewed_hash, visitor))
        return SignedIn(f"claim of {candidate.account_id}")

    def refuse(self, key: str, candidate: Candidate, visitor: Visitor) -> None:
        """Keep the refusal."""
        self.refused.append((key, candidate, visitor))

    def warn(self, candidate: Candidate, bucket: Bucket, _visitor: Visitor) -> None:
        """Keep whom the store would warn."""
        self.warned.append((candidate, bucket))

    def throttled(self, key: str, visitor: Visitor) -> None:
        """Keep the attempt that came too soon."""
        self.too_soon.append((key, visitor))


def submitted(flow: SignIn, form: SignInForm, visitor: Visitor) -> SignInOutcome:
    """What a form is answered, from its first limit to its hash."""
    admitted = flow.admit(form, visitor)
    return flow.verify(admitted, visitor) if isinstance(admitted, Attempt) else admitted
