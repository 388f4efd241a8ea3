"""Opening, keeping and ending a session."""

from datetime import datetime, timedelta

import pytest

from cers_app.accounts.models import Account, AccountState, SessionClaim, SignInSession
from cers_app.accounts.sessions import Sessions
from cers_app.accounts.store import identity
from cers_app.sign_in.flow import Candidate
from cers_app.sign_in.store import SignInStore
from cers_app.storage.database import Database
from cers_app.values.digests import DIGEST, session_digest, sha256
from cers_app.values.visitor import Visitor
from tests.integration.conftest import People
from tests.support.doubles import ANN, NOON, STRANGER, Clock
from tests.support.looking import BROWSER, accepted, everything_stored, in_parallel, opened, rows


@pytest.fixture
def claim(signing_in: SignInStore, ann: Account) -> str:
    """The right to open one session, just earned by Ann."""
    assert ann.username == "anngause"
    return accepted(signing_in, "anngause")


def ending(sessions: Sessions, database: Database, digest: str) -> tuple[datetime, bool]:
    """When a session ends, and whether use makes it last longer."""
    with database.reading() as session:
        return sessions.ends_at(session.get_one(SignInSession, digest[:DIGEST]))


@pytest.fixture
def digest(sessions: Sessions, claim: str) -> str:
    """The digest of Ann's open session."""
    token = opened(sessions, claim, ANN)
    assert token is not None
    return token


def test_a_session_works_only_in_its_browser(sessions: Sessions, claim: str) -> None:
    token = sessions.open(claim, ANN, sha256("ann's"))

    assert sessions.check(session_digest(str(token), sha256("ann's"))) is not None
    for browser in (sha256("another"), ""):
        assert sessions.check(session_digest(str(token), browser)) is None
        sessions.end(session_digest(str(token), browser), ANN)
    assert sessions.check(session_digest(str(token), sha256("ann's"))) is not None


def test_going_back_to_1_0_0_and_coming_from_it_signs_nobody_out(
    sessions: Sessions, database: Database, ann: Account, claim: str, clock: Clock
) -> None:
    token = sessions.open(claim, ANN, sha256("ann's"))
    earlier = SignInSession(digest=sha256("of 1.0.0"), account_id=identity(ann), opened_at=NOON, seen_at=NOON)
    with database.writing() as session:
        session.add(earlier)

    # 1.0.0 looks a session up by the digest of its token, and stores no browser.
    assert {row.digest for row in rows(database, SignInSession)} == {sha256(str(token)), sha256("of 1.0.0")}
    clock.advance(minutes=1)
    assert sessions.check(session_digest("of 1.0.0", sha256("ann's"))) is not None
    assert sessions.check(session_digest("of 1.0.0", sha256("another"))) is None, "it belongs to who used it first"


def test_a_claim_opens_one_session_and_never_a_second(sessions: Sessions, database: Database, claim: str) -> None:
    assert opened(sessions, claim, ANN) is not None
    assert opened(sessions, claim, ANN) is None

    assert len(rows(database, SignInSession)) == 1


def test_a_claim_fired_twenty_times_at_once_opens_one_session(
    sessions: Sessions, database: Database, claim: str
) -> None:
    tokens = in_parallel(20, lambda _: opened(sessions, claim, ANN))

    assert len([token for token in tokens if token]) == 1
    assert len(rows(database, SignInSession)) == 1


def test_a_claim_runs_out_after_thirty_seconds(sessions: Sessions, claim: str, clock: Clock) -> None:
    clock.advance(seconds=30)
    assert opened(sessions, claim, ANN) is None

    clock.advance(seconds=-1)
    assert opened(sessions, claim, ANN) is not None


@pytest.mark.parametrize(
    "thief", [STRANGER, Visitor(ANN.ip, ANN.network, "", "no cookies")], ids=["other browser", "no browser"]
)
def test_another_browsers_claim_opens_nothing_and_stays_its_owners(
    sessions: Sessions, claim: str, thief: Visitor
) -> None:
    assert opened(sessions, claim, thief) is None
    assert opened(sessions, claim, ANN) is not None


def test_a_browser_without_cookies_cannot_open_what_it_earned(
    sessions: Sessions, signing_in: SignInStore, people: People
) -> None:
    people.create()
    nowhere = Visitor(ANN.ip, ANN.network, "", "no cookies")
    code = accepted(signing_in, "anngause", nowhere)

    assert opened(sessions, code, nowhere) is None


@pytest.mark.parametrize("code", ["", "x" * 43, "' OR 1=1 --"])
def test_a_made_up_claim_opens_nothing(sessions: Sessions, claim: str, code: str) -> None:
    assert opened(sessions, code, ANN) is None
    assert opened(sessions, sha256(claim), ANN) is None, "what stands in the table is not the claim"
    assert opened(sessions, claim, ANN) is not None


def test_the_tables_hold_digests_only(
    sessions: Sessions, database: Database, signing_in: SignInStore, claim: str
) -> None:
    token = sessions.open(claim, ANN, BROWSER)
    waiting = accepted(signing_in, "anngause")
    assert token is not None
    stored = everything_stored(database)

    assert sha256(token) in stored
    assert sha256(waiting) in stored
    assert token not in stored
    assert waiting not in stored


def test_a_session_says_whose_it_is_and_its_token_is_not_its_digest(
    sessions: Sessions, digest: str, ann: Account
) -> None:
    signed_in = sessions.check(digest)
    assert signed_in is not None

    assert (signed_in.id, signed_in.username, signed_in.email) == (ann.id, ann.username, ann.email)
    assert sessions.check(sha256(digest)) is None
    assert sessions.check("") is None


def test_a_session_ends_after_thirty_idle_minutes(sessions: Sessions, digest: str, clock: Clock) -> None:
    clock.advance(minutes=29, seconds=59)
    assert sessions.check(digest) is not None

    clock.advance(minutes=29, seconds=59)
    assert sessions.check(digest) is not None, "use has begun the time anew"

    clock.advance(minutes=30)
    assert sessions.check(digest) is None


def test_a_page_that_connects_by_itself_does_not_keep_a_session_alive(
    sessions: Sessions, database: Database, digest: str, clock: Clock
) -> None:
    ends_at = ending(sessions, database, digest)
    for _ in range(2):
        clock.advance(minutes=14)
        assert sessions.is_live(digest)
    assert ending(sessions, database, digest) == ends_at == (NOON + timedelta(minutes=30), True)

    assert sessions.check(digest) is not None
    assert ending(sessions, database, digest) == (clock() + timedelta(minutes=30), True)
    assert not sessions.is_live("")


def test_near_its_longest_life_use_does_not_make_a_session_last_longer(
    sessions: Sessions, database: Database, digest: str, clock: Clock
) -> None:
    for _ in range(28):
        clock.advance(minutes=25)
        assert sessions.check(digest) is not None

    assert ending(sessions, database, digest) == (NOON + timedelta(hours=12), False)


def test_a_session_ends_after_twelve_hours_of_steady_use(sessions: Sessions, digest: str, clock: Clock) -> None:
    for _ in range(48):
        assert sessions.check(digest) is not None
        clock.advance(minutes=15)

    assert clock.now.hour == (NOON.hour + 12) % 24
    assert sessions.check(digest) is None


def test_a_disabled_accounts_session_and_claim_are_refused(
    sessions: Sessions, signing_in: SignInStore, digest: str, people: People, ann: Account
) -> None:
    waiting = accepted(signing_in, "anngause")
    people.set_state(ann, AccountState.DISABLED)

    assert sessions.check(digest) is None
    assert opened(sessions, waiting, ANN) is None
    assert signing_in.candidate("anngause") == Candidate(ann.id, None)

    people.set_state(ann, AccountState.ACTIVE)
    assert sessions.check(digest) is not None


def test_ending_a_session_ends_that_one_alone_and_twice_is_no_error(
    sessions: Sessions, signing_in: SignInStore, digest: str
) -> None:
    other = opened(sessions, accepted(signing_in, "anngause"), ANN)
    assert other is not None

    sessions.end(digest, ANN)
    sessions.end(digest, ANN)
    sessions.end("", ANN)

    assert sessions.check(digest) is None
    assert sessions.check(other) is not None


def test_claims_nobody_used_are_swept_away(
    database: Database, signing_in: SignInStore, claim: str, clock: Clock
) -> None:
    clock.advance(minutes=1)
    accepted(signing_in, "anngause")

    kept = [row.digest for row in rows(database, SessionClaim)]
    assert len(kept) == 1
    assert sha256(claim) not in kept


def test_username_and_address_name_the_same_account_and_nothing_else_does(
    signing_in: SignInStore, ann: Account
) -> None:
    assert signing_in.candidate("anngause").account_id == ann.id
    assert signing_in.candidate("anngause@example.com").account_id == ann.id

    for other in ("", "%", "anngaus_", "' OR 1=1 --", "nobody"):
        assert signing_in.candidate(other) == Candidate(None, None)


def test_what_a_session_gives_away_about_its_owner_prints_no_hash(sessions: Sessions, digest: str) -> None:
    account = sessions.check(digest)

    assert account is not None
    assert account.password_hash
    assert account.username in repr(account)
    assert account.password_hash not in f"{account!r} {account}"
