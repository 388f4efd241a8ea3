"""What a link is, and which of its ends is told."""

import hashlib
from datetime import timedelta

import pytest

from cers_app.composition.world import new_token
from cers_app.mail_request.flow import NO_CHALLENGE, RequestForm
from cers_app.reset_password import links
from cers_app.reset_password.links import (
    LinkCancelled,
    LinkExpired,
    LinkFacts,
    LinkLive,
    LinkNotOpened,
    LinkState,
    LinkUsed,
)
from cers_app.reset_password.outcomes import NewPasswordForm
from cers_app.values.cancellation import WhyCancelled
from cers_app.values.digests import sha256
from tests.support.doubles import NOON

BEFORE, AFTER = NOON - timedelta(minutes=1), NOON + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (LinkFacts("id", "ann", AFTER, None, None, None), LinkLive("id", "ann", AFTER)),
        (LinkFacts("id", "ann", NOON, None, None, None), LinkExpired(NOON)),
        (LinkFacts("id", "ann", BEFORE, BEFORE, None, None), LinkUsed(BEFORE)),
        (LinkFacts("id", "ann", AFTER, BEFORE, None, None), LinkUsed(BEFORE)),
        (
            LinkFacts("id", "ann", BEFORE, None, BEFORE, "password_changed"),
            LinkCancelled(BEFORE, WhyCancelled.PASSWORD_CHANGED),
        ),
        (
            LinkFacts("id", "ann", AFTER, None, BEFORE, "other_link_used"),
            LinkCancelled(BEFORE, WhyCancelled.OTHER_LINK_USED),
        ),
    ],
)
def test_used_and_cancelled_beat_expired_and_only_the_rest_is_live(facts: LinkFacts, state: LinkState) -> None:
    assert links.state_of(facts, NOON) == state


@pytest.mark.parametrize(
    ("state", "is_renewable"),
    [
        (LinkLive("id", "ann", NOON + timedelta(minutes=2, seconds=1)), False),
        (LinkLive("id", "ann", NOON + timedelta(minutes=2)), True),
        (LinkExpired(NOON), True),
        (LinkUsed(NOON), True),
        (LinkCancelled(NOON, WhyCancelled.OTHER_LINK_USED), True),
        (LinkCancelled(NOON, WhyCancelled.EMAIL_CHANGED), False),
        (LinkNotOpened(), False),
    ],
)
def test_a_fresh_link_is_sent_for_a_dead_link_and_in_the_last_two_minutes(state: LinkState, is_renewable: bool) -> None:  # noqa: FBT001
    assert links.is_renewable(state, NOON) == is_renewable


@pytest.mark.parametrize(
    "pasted", ["{}.", "{}>", "<{}>", "{}\n", " {} ", "{}%", "({}),", "{}\r\n", "\u201c{}\u201d", "{}/", "{}This"]
)
def test_what_was_pasted_around_a_token_is_taken_away(pasted: str) -> None:
    token = new_token()

    assert links.find(pasted.format(token)) == token
    assert links.find(f"{token[:20]}\r\n{token[20:]}") == token


def test_nothing_is_added_to_a_token_that_is_not_complete() -> None:
    assert links.find("A" * 42 + ".") == ""
    assert links.find("A" * 30 + "." + "A" * 13) == ""


def test_only_the_sha_256_of_a_token_is_stored() -> None:
    token = new_token()

    assert sha256(token) == hashlib.sha256(token.encode()).hexdigest()
    assert links.is_digest(sha256(token))
    assert not links.is_digest(token)


def test_a_thousand_tokens_are_all_different_and_have_256_bits() -> None:
    tokens = {new_token() for _ in range(1000)}

    assert len(tokens) == 1000
    assert all(links.is_token(token) for token in tokens)
    assert all(len({token[place] for token in tokens}) > 8 for place in range(43)), "a place that hardly varies"


@pytest.mark.parametrize(
    "text", ["", "a", "A" * 42, "A" * 44, "A" * 42 + "=", "A" * 42 + " ", "A" * 43 + "\n", "ä" * 43]
)
def test_what_was_cut_off_or_wrapped_is_no_token(text: str) -> None:
    assert not links.is_token(text)


@pytest.mark.parametrize("text", ["", "0" * 63, "0" * 65, "A" * 64, "g" * 64, "0" * 64 + "\n", "\u0660" * 64])
def test_what_is_not_64_small_hex_digits_is_no_digest(text: str) -> None:
    assert not links.is_digest(text)


def test_the_forms_take_only_texts_and_ignore_what_else_is_sent() -> None:
    sent = {"identifier": " ann ", "challenge": "c", "characters": " AC DE ", "email": "x@example.com", "account_id": 1}

    assert RequestForm.parse(sent) == RequestForm(" ann ", "c", "AC DE")
    assert RequestForm.parse({"challenge": "\ud800"}).challenge == NO_CHALLENGE
    assert RequestForm.parse({"identifier": ["ann"], "challenge": None, "characters": True}) == RequestForm("", "", "")
    assert NewPasswordForm.parse({"link": "l", "password": " p "}) == NewPasswordForm("l", " p ")
    assert NewPasswordForm.parse({"link": 1, "password": {"a": "b"}}) == NewPasswordForm("", "")
