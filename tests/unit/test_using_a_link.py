"""Opening a link, and choosing a new password."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cers_app.mail_request.outcomes import Asked, Receipt
from cers_app.new_password.outcomes import PasswordChanged
from cers_app.new_password.policy import Weak
from cers_app.reset_password.links import (
    LinkCancelled,
    LinkExpired,
    LinkLive,
    LinkNotComplete,
    LinkNotOpened,
    LinkState,
    LinkUsed,
)
from cers_app.reset_password.outcomes import AlreadyRenewed, LinkOwner, OtherLink
from cers_app.values.cancellation import WhyCancelled
from cers_app.values.events import Event
from cers_app.values.limits import TooManyRequests
from tests.support.doubles import (
    ANN,
    DIGEST,
    NEW_PASSWORD,
    NOON,
    TOKEN,
    link_owner,
)
from tests.unit.reset_desk import HOUR, MINUTE, Desk


def test_opening_a_link_writes_it_down_by_its_digest_and_uses_nothing(opened: Desk) -> None:
    opened.flow.open(TOKEN, ANN)
    opened.flow.open(TOKEN, ANN)

    assert opened.tables.openings == [DIGEST, DIGEST]
    assert opened.tables.hashes == {}
    assert opened.flow.state_of(DIGEST) == LinkLive("link-1", "anngause", NOON + HOUR)


@pytest.mark.parametrize("token", ["", "T" * 42, "T" * 44, "T" * 42 + "/", "T" * 42 + "\n", "\u0422" * 43])
def test_what_is_no_token_is_not_even_looked_up(desk: Desk, token: str) -> None:
    desk.flow.open(token, ANN)

    assert desk.tables.openings == []


@pytest.mark.parametrize("digest", ["0" * 64, DIGEST.upper(), DIGEST + "\n", TOKEN, "' OR 1=1 --"])
def test_an_unknown_digest_opens_nothing(opened: Desk, digest: str) -> None:
    assert opened.flow.state_of(digest) == LinkNotComplete()
    assert opened.change(digest=digest) == LinkNotComplete()

    assert opened.tables.hashes == {}
    assert opened.passwords.hashed == []
    assert isinstance(opened.flow.state_of(DIGEST), LinkLive)


def test_a_live_link_sets_a_new_password_and_stores_only_its_hash(opened: Desk) -> None:
    assert opened.change() == PasswordChanged()

    assert opened.tables.hashes == {DIGEST: f"hash of {NEW_PASSWORD}"}
    assert opened.tables.not_used == []


def test_a_decomposed_password_is_hashed_in_its_composed_form(opened: Desk) -> None:
    assert opened.change("Cafe\u0301 au lait, bitte") == PasswordChanged()

    assert opened.passwords.hashed == ["Caf\u00e9 au lait, bitte"]


@pytest.mark.parametrize(
    ("password", "weak"),
    [
        ("", Weak.EMPTY),
        ("fourteen chars", Weak.TOO_SHORT),
        ("AnnGause@Example.com", Weak.IS_YOUR_NAME),
        ("x" * 1025, Weak.TOO_LONG),
    ],
)
def test_a_weak_password_leaves_the_link_unused_and_costs_no_hash(opened: Desk, password: str, weak: Weak) -> None:
    assert opened.change(password) is weak
    assert opened.passwords.hashed == []
    assert opened.tables.hashes == {}

    assert opened.change() == PasswordChanged()


@pytest.mark.parametrize("link", [" ", "link-2", "LINK-1"])
def test_a_form_shown_for_another_link_is_refused_before_the_password_is_judged(opened: Desk, link: str) -> None:
    assert opened.change("short", link) == OtherLink()

    assert opened.tables.not_used == [(DIGEST, OtherLink())]
    assert opened.tables.hashes == {}


def test_a_page_that_was_not_live_does_not_know_its_link_and_changes_the_password_of_the_opened_one(
    opened: Desk,
) -> None:
    assert opened.change(link="") == PasswordChanged()


@pytest.mark.parametrize(
    ("owner", "state"),
    [
        (link_owner(expires_at=NOON + HOUR, used_at=NOON), LinkUsed(NOON)),
        (link_owner(expires_at=NOON), LinkExpired(NOON)),
        (
            link_owner(expires_at=NOON + HOUR, cancelled_at=NOON, why="other_link_used"),
            LinkCancelled(NOON, WhyCancelled.OTHER_LINK_USED),
        ),
    ],
    ids=["used", "expired", "cancelled"],
)
def test_a_dead_link_says_why_and_changes_nothing(desk: Desk, owner: LinkOwner, state: LinkState) -> None:
    desk.tables.owners[DIGEST] = owner

    assert desk.change() == state
    assert desk.tables.not_used == [(DIGEST, state)]
    assert desk.passwords.hashed == []
    assert desk.tables.hashes == {}


def test_who_loses_the_race_for_a_link_is_told_that_it_was_used(opened: Desk) -> None:
    opened.tables.lost_to = link_owner(expires_at=NOON + HOUR, used_at=NOON)

    assert opened.change() == LinkUsed(NOON)
    assert opened.tables.hashes == {}


def test_a_link_works_to_its_last_second_and_not_beyond(opened: Desk) -> None:
    opened.tables.owners[DIGEST] = link_owner(expires_at=NOON + HOUR)
    opened.clock.now = NOON + HOUR - timedelta(microseconds=1)
    assert opened.flow.state_of(DIGEST) == LinkLive("link-1", "anngause", NOON + HOUR)

    opened.clock.now = NOON + HOUR
    assert opened.flow.state_of(DIGEST) == LinkExpired(NOON + HOUR)
    assert opened.change() == LinkExpired(NOON + HOUR)


def test_a_browser_that_opened_no_link_opens_it_first(opened: Desk) -> None:
    assert opened.flow.state_of("") == opened.change(digest="") == LinkNotOpened()
    assert opened.tables.hashes == {}


def test_a_dead_link_sends_one_fresh_link(desk: Desk) -> None:
    desk.tables.owners[DIGEST] = link_owner(expires_at=NOON)

    receipt = Receipt("anngause@example.com", NOON, NOON, is_own=False)
    assert desk.flow.renew(DIGEST, ANN) == Asked("", receipt, NOON + MINUTE, "renewal-1")
    assert desk.flow.renew(DIGEST, ANN) == AlreadyRenewed(NOON)
    desk.tables.owners[DIGEST] = replace(link_owner(expires_at=NOON), renewed_at=NOON - HOUR)
    assert desk.flow.renew(DIGEST, ANN) == AlreadyRenewed(NOON - HOUR)
    assert desk.tables.renewed == [DIGEST, DIGEST]
    assert desk.office.accepted == [ANN.network]


def test_a_fresh_link_is_limited_as_any_request_is(desk: Desk) -> None:
    desk.tables.owners[DIGEST] = link_owner(expires_at=NOON)
    desk.office.asks_for = TooManyRequests(NOON + HOUR)

    assert desk.flow.renew(DIGEST, ANN) == TooManyRequests(NOON + HOUR)
    assert desk.tables.renewed == []
    assert desk.tables.refusals == [Event.THROTTLED]


def test_only_a_genuine_dead_link_sends_another(opened: Desk) -> None:
    assert opened.flow.renew(DIGEST, ANN) == LinkLive("link-1", "anngause", NOON + HOUR)
    assert opened.flow.renew("", ANN) == LinkNotOpened()
    assert opened.flow.renew("0" * 64, ANN) == LinkNotComplete()

    assert opened.tables.renewed == []
    assert opened.office.accepted == []
