"""A reset that breaks in the middle has not happened."""

from dataclasses import replace

import pytest

from cers_app.accounts.models import Account
from cers_app.accounts.passwords import Passwords
from cers_app.composition.world import new_id
from cers_app.mail.outbox import MailKind, OutgoingMail
from cers_app.reset_password import links
from cers_app.reset_password.store import ResetStore
from cers_app.storage.audit import AuditEvent
from cers_app.storage.database import Database
from cers_app.values.digests import IdentifierHash
from tests.integration.conftest import People
from tests.support.composed import Composed
from tests.support.doubles import ANN, Clock, world_at
from tests.support.looking import KEYED, everything_stored, hashed, mailed, rows, statements_of


@pytest.fixture
def digest(database: Database, ann: Account, clock: Clock) -> str:
    return mailed(database, ann, clock)


@pytest.mark.parametrize("step", ["hashed", "new_id"])
def test_when_a_step_breaks_nothing_has_happened_and_the_link_still_works(
    database: Database, resets: ResetStore, people: People, ann: Account, digest: str, clock: Clock, step: str
) -> None:
    def breaks(*_: object) -> str:
        raise RuntimeError(step)

    class Broken(IdentifierHash):
        every = breaks  # type: ignore[assignment]

    world = replace(world_at(clock), new_id=breaks if step == "new_id" else new_id)
    broken = ResetStore(world, database, Broken(KEYED) if step == "hashed" else hashed, MailKind.RESET_LINK, None)
    before, mails = people.hash_of(ann), len(rows(database, OutgoingMail))

    with pytest.raises(RuntimeError):
        broken.consume(digest, "new hash", ANN)

    assert people.hash_of(ann) == before
    assert len(rows(database, OutgoingMail)) == mails
    assert rows(database, AuditEvent) == []
    assert is_live(resets, digest, clock)
    assert resets.consume(digest, "new hash", ANN)


def is_live(resets: ResetStore, digest: str, clock: Clock) -> bool:
    owner = resets.owner(digest)
    assert owner is not None
    return isinstance(links.state_of(owner.facts, clock()), links.LinkLive)


def test_broken_after_any_of_its_statements_a_reset_is_undone_and_the_link_still_works(
    url: str, passwords: Passwords, people: People, ann: Account, database: Database, clock: Clock
) -> None:
    digests = [mailed(database, ann, clock) for _ in range(2)]
    before = everything_stored(database)
    broken = 0
    while True:
        broken += 1
        composed = Composed(url, world_at(clock), passwords)
        breaking = composed(Database)
        seen = statements_of(breaking, broken)
        try:
            done = composed(ResetStore).consume(digests[0], "new hash", ANN)
        except RuntimeError:
            assert everything_stored(database) == before, seen[-1]
            continue
        finally:
            breaking.close()
        break
    assert done
    assert people.hash_of(ann) == "new hash"
    assert broken == len(seen) + 1 > 12, "each statement was broken once"
    assert seen[-1] == "COMMIT"
