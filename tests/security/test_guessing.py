"""Guessing is slowed whatever is varied, on every way in, and the owner's way back stays open."""

import pytest

from cers_app.values import addresses
from tests.security.uniform import without_ids
from tests.support.bare_browsers import post, refusal
from tests.support.journeys import ask, change, mailed_link, new_password_socket, open_link
from tests.support.portal import PASSWORD, Portal
from tests.support.wire import HYDRATE, SIGN_IN, Jar, Socket, browse

WRONG, NEW_PASSWORD = "certainly not the password", "a password nobody has seen yet"
FREE = 5


def guess(portal: Portal, username: str, jar: Jar | None = None, tab: str = "a tab", **more: object) -> str:
    """What is said to a wrong password."""
    with Socket(portal.url, tab, jar or browse(portal.url)) as socket:
        socket.call(HYDRATE)
        form = {"username": username, "password": WRONG, **more}
        return str(socket.call(SIGN_IN, form=form)["problems"])


def test_nothing_a_guesser_varies_gives_more_guesses(portal: Portal) -> None:
    portal.create_account("variedguess")
    told = [
        guess(portal, "variedguess", tab=f"tab {number}", salt=number, deviceId=f"d{number}") for number in range(7)
    ]

    assert ["is incorrect" in words for words in told] == [True] * FREE + [False] * 2
    assert "Too many" in told[FREE] or "many" in told[FREE]
    assert "is incorrect" in guess(portal, "anotherguess")


def test_each_spelling_of_a_name_counts_for_the_same_name(portal: Portal) -> None:
    portal.create_account("spelledname")
    spellings = ["spelledname", "SPELLEDNAME", " spelledname ", "SpelledName\t", "spelledNAME"]
    for spelling in spellings:
        assert "is incorrect" in guess(portal, spelling)

    assert "is incorrect" not in guess(portal, "spelledname")
    assert "is incorrect" in guess(portal, "spelledname2"), "another name is another name"


@pytest.mark.parametrize("forged", ["x-forwarded-for", "forwarded", "x-real-ip", "user-agent", "x-client-ip"])
def test_no_header_gives_more_guesses_and_no_way_in_is_left_out(portal: Portal, forged: str) -> None:
    username = f"hdr{forged.replace('-', '')}"[:16]
    portal.create_account(username)
    for _ in range(2):
        assert "is incorrect" in guess(portal, username)
    for number in range(3):
        headers = {forged: f"203.0.113.{number}"}
        form = {"username": username, "password": WRONG}
        assert refusal(portal, browse(portal.url), form, headers) == "not-recognized"

    right = {"username": username, "password": PASSWORD}
    assert refusal(portal, browse(portal.url), right, {forged: "203.0.113.99"}) == "too-many-attempts"
    assert "is incorrect" not in guess(portal, username)


def test_an_unknown_name_is_slowed_in_the_same_words_as_a_known_one(portal: Portal) -> None:
    portal.create_account("slowedknown")
    known, unknown = ([guess(portal, name) for _ in range(6)] for name in ("slowedknown", "slowednobody"))

    assert without_ids(known) == without_ids(unknown)
    assert "too many times" in known[FREE]
    assert known[FREE] != known[0]


def test_guesses_at_an_unused_name_do_not_keep_its_later_owner_out_for_good(portal: Portal) -> None:
    for _ in range(FREE + 1):
        guess(portal, "laterowner")
    portal.create_account("laterowner")
    form = {"username": "laterowner", "password": PASSWORD}
    assert refusal(portal, browse(portal.url), form) == "too-many-attempts"

    socket, shown = new_password_socket(portal, open_link(portal, mailed_link(portal, "laterowner").token))
    with socket:
        assert change(socket, shown["link"], NEW_PASSWORD)["stage"] == "changed"
    form = {"username": "laterowner", "password": NEW_PASSWORD}
    assert post(portal, addresses.SESSION, browse(portal.url), form).location == addresses.ACCOUNT


def test_ten_requests_by_strangers_change_nothing_for_the_owner_and_send_one_mail(portal: Portal) -> None:
    portal.create_account("bombedowner")
    told = [ask(portal, "bombedowner") for _ in range(10)]

    assert all(addresses.LINK_SENT in "".join(messages) for messages in told)
    form = {"username": "bombedowner", "password": PASSWORD}
    assert post(portal, addresses.SESSION, browse(portal.url), form).location == addresses.ACCOUNT
    portal.inbox.wait("bombedowner@example.com")
    mailed_link(portal, portal.create_account("bombedafter").username)
    assert len(portal.inbox.to("bombedowner@example.com")) == 1
