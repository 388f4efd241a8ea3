"""The secret key is changed while people are in the middle of something, and nobody notices."""

from collections.abc import Callable, Iterator

import pytest

from cers_app.accounts.administration import Act
from cers_app.accounts.models import Account
from cers_app.accounts.passwords import Passwords
from cers_app.accounts.sessions import Sessions
from cers_app.accounts.staging import Person, Staged
from cers_app.accounts.store import NewAccount
from cers_app.mail_request.native import NativeRequests
from cers_app.new_password import replacing
from cers_app.new_password.replacing import NewPassword
from cers_app.reset_password.store import ResetStore
from cers_app.sign_in.store import SignInStore
from cers_app.storage.database import Database
from cers_app.storage.guesses import Guesses, GuessesThrottle
from cers_app.support import store as cases
from cers_app.values.cancellation import WhyCancelled
from cers_app.values.digests import IdentifierHash
from cers_app.verification.answers import Answer, Purpose, Verdict
from cers_app.verification.challenge import Challenges
from tests.support.composed import KEY, Composed
from tests.support.doubles import ANN, NOON, STRANGER, Clock, world_at
from tests.support.looking import GUESSES, accepted, opened, rows
from tests.support.proofs import solved

NEW_KEY = "the-next-key-of-this-portal-with-more-than-32-characters"
RESET = Purpose.RESET_PASSWORD
Portal = Callable[..., Composed]


@pytest.fixture
def started(url: str, clock: Clock, passwords: Passwords) -> Iterator[Portal]:
    """Start the portal with other keys on the same database."""
    opened: list[Composed] = []

    def start(**keys: str) -> Composed:
        opened.append(Composed(url, world_at(clock), passwords, **keys))
        return opened[-1]

    yield start
    for each in opened:
        each(Database).close()


ROTATED = {"secret_key": NEW_KEY, "secret_key_previous": KEY}
FORGOTTEN = {"secret_key": NEW_KEY}
KEPT_AND_LOST = pytest.mark.parametrize(("keys", "is_kept"), [(ROTATED, True), (FORGOTTEN, False)])


@KEPT_AND_LOST
def test_the_characters_on_an_open_page_are_still_right(started: Portal, keys: dict[str, str], is_kept: bool) -> None:  # noqa: FBT001 - a parameter
    before = started()(Challenges)
    shown, other, third = (before.issue(RESET, ANN.browser) for _ in range(3))
    proof, check = solved(before.proof_key(other)), solved(before.check_key(third, 2), effort=2)

    after = started(**keys)(Challenges)
    right = Verdict.RIGHT if is_kept else Verdict.WRONG
    assert after.check(shown, Answer("acdefg"), RESET, ANN.browser) is right
    assert after.check(shown, Answer("acdefg"), RESET, ANN.browser) is Verdict.MISSING, "one answer each, as ever"
    assert after.check(other, Answer(proof=proof), RESET, ANN.browser) is right
    assert after.is_checked(third, check, 2, RESET, ANN.browser) is is_kept
    assert after.check(third, Answer("AAAAAA"), RESET, ANN.browser) is Verdict.WRONG


@KEPT_AND_LOST
def test_a_person_who_asked_just_before_gets_the_confirmation(
    started: Portal,
    keys: dict[str, str],
    is_kept: bool,  # noqa: FBT001 - a parameter
) -> None:
    started()(NativeRequests).leave("anngause", "K7QDM4XW", RESET, ANN.browser)

    after = started(**keys)(NativeRequests)
    assert after.take("bobbuilder", RESET, ANN.browser) is None
    assert (after.take("anngause", RESET, ANN.browser) is not None) is is_kept
    assert after.take("anngause", RESET, ANN.browser) is None, "once, as ever"


def test_nobody_is_signed_out(started: Portal, ann: Account) -> None:
    before = started()
    token = opened(before(Sessions), accepted(before(SignInStore), ann.username), ANN)
    assert token

    after = started(secret_key=NEW_KEY)
    assert after(Sessions).check(token)


@pytest.mark.parametrize("name", ["anngause", "nobodyatall"])
def test_a_stranger_who_guessed_for_weeks_gets_no_new_guesses(started: Portal, ann: Account, name: str) -> None:
    assert ann.username == "anngause"
    tried(started(), name, GUESSES.failures)
    assert not is_kept_waiting(started(secret_key=NEW_KEY), name), "control: without the previous key"

    rotated = started(**ROTATED)
    assert is_kept_waiting(rotated, name)
    assert is_kept_waiting(started(**ROTATED), name)
    assert [row.key for row in rows(rotated(Database), Guesses)] == [rotated(IdentifierHash)(name)]


def test_a_reset_clears_the_guesses_under_both_keys(started: Portal, ann: Account) -> None:
    tried(started(), ann.username, GUESSES.failures)
    rotated = started(**ROTATED)
    with rotated(Database).writing() as session:
        new = NewPassword(ann.id or 0, "new hash", WhyCancelled.PASSWORD_CHANGED, "reset")
        replacing.replace(session, new, ANN, world_at(Clock()), rotated(IdentifierHash))

    assert not is_kept_waiting(rotated, ann.username)


def test_an_imported_person_does_not_start_with_what_strangers_guessed_under_the_previous_key(started: Portal) -> None:
    tried(started(), "anngause", GUESSES.failures)
    rotated = started(**ROTATED)
    new = NewAccount("anngause", "ann@example.com", "anngause", "ann@example.com", "Ann", "Gause", None)
    with rotated(Database).staging() as connection:
        staged = Staged(connection, rotated(IdentifierHash))
        staged.add([Person(1, new, is_weak=False)])
        staged.compare()
        with rotated(Database).writing(on=connection) as session:
            staged.store(session, Act("cli:test", NOON, rotated(Sessions)), "from a file", lambda _number: None)

    assert not is_kept_waiting(rotated, "anngause")


def test_support_finds_what_a_name_without_an_account_asked_for(started: Portal, clock: Clock) -> None:
    started()(ResetStore).ask("drycleanr", ANN)
    rotated = started(**ROTATED)
    rotated(ResetStore).ask("drycleanr", ANN)

    with rotated(Database).reading() as session:
        whose = cases.named(session, "drycleanr", rotated(IdentifierHash).every("drycleanr"))
        _, found = cases.look_up(session, whose, clock())
    assert len(found) == 2


def tried(portal: Composed, name: str, times: int) -> None:
    """A stranger's wrong passwords."""
    throttle, key = GuessesThrottle(portal(Database), GUESSES), portal(SignInStore).bucket(name, STRANGER).key
    for _ in range(times):
        assert throttle.take(key, NOON) is None


def is_kept_waiting(portal: Composed, name: str) -> bool:
    """Whether strangers have had all their guesses."""
    key = portal(SignInStore).bucket(name, STRANGER).key
    return GuessesThrottle(portal(Database), GUESSES).waits(key, NOON) is not None
