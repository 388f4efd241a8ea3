"""A password or an account that changes while somebody signs in: hashing takes a while."""

from cers_app.accounts.models import Account, AccountState, SessionClaim
from cers_app.sign_in.flow import NotRecognized, SignedIn
from cers_app.sign_in.store import SignInStore
from cers_app.storage.database import Database
from tests.integration.conftest import People
from tests.support.doubles import ANN
from tests.support.looking import rows


def test_a_renewed_hash_never_overwrites_a_password_changed_meanwhile(
    signing_in: SignInStore, people: People, ann: Account
) -> None:
    seen = signing_in.candidate("anngause")
    bucket = signing_in.bucket("anngause", ANN)
    signing_in.accept(seen, bucket, "renewed", ANN)
    assert people.hash_of(ann) == "renewed"

    assert signing_in.accept(seen, bucket, "renewed from what was seen before", ANN) == NotRecognized()
    assert people.hash_of(ann) == "renewed"


def test_a_password_that_was_changed_while_it_was_verified_opens_nothing(
    database: Database, signing_in: SignInStore, people: People, ann: Account
) -> None:
    seen, bucket = signing_in.candidate("anngause"), signing_in.bucket("anngause", ANN)
    with database.writing() as session:
        session.get_one(Account, ann.id).password_hash = "the hash of a new password"

    assert signing_in.accept(seen, bucket, None, ANN) == NotRecognized()
    assert rows(database, SessionClaim) == []

    seen = signing_in.candidate("anngause")
    people.set_state(ann, AccountState.DISABLED)
    assert signing_in.accept(seen, bucket, None, ANN) == NotRecognized()
    people.set_state(ann, AccountState.ACTIVE)
    assert isinstance(signing_in.accept(seen, bucket, None, ANN), SignedIn)
