"""What is no token opens nothing, wherever it is put; a genuine link beside it stays as it was."""

import pytest
from sqlmodel import select

from cers_app.accounts.models import ResetLink
from cers_app.values.digests import sha256
from tests.support.bare_browsers import claim_of
from tests.support.journeys import NEW, change, mailed_link, new_password_socket, open_link
from tests.support.portal import PASSWORD, Portal
from tests.support.wire import HYDRATE, NEW_LOAD, NEW_SUBMIT, Jar, Socket, browse, request

NEW_PASSWORD = "a password nobody has seen yet"
MALFORMED = [
    "0",
    "1",
    "null",
    "undefined",
    "None",
    "[]",
    "[nil]",
    "{}",
    "%",
    "_" * 43,
    "*",
    "'",
    "' OR 1=1--",
    "%00",
    "x" * 42,
    "x" * 44,
    "A" * 43,
    "x" * 3000,
    "true",
]
NOTHING = {"useless"}
"""Stages of a page that shows no form and no name."""


def links_of(portal: Portal) -> list[tuple[object, ...]]:
    """What the table says of every link."""
    with portal.database.reading() as session:
        rows = session.exec(select(ResetLink)).all()
        return [(row.digest, row.opened_at, row.used_at, row.cancelled_at, row.renewed_at) for row in rows]


@pytest.fixture(scope="module")
def genuine(portal: Portal) -> str:
    """The token of a live link that was opened, the only one its owner has."""
    portal.create_account("malformedone")
    token = mailed_link(portal, "malformedone").token
    open_link(portal, token)
    return token


@pytest.mark.parametrize("value", MALFORMED)
def test_what_is_no_token_opens_nothing(portal: Portal, genuine: str, value: str) -> None:
    before = links_of(portal)
    jar = Jar({**browse(portal.url).values, "cers_reset": value.replace("%00", "")})
    with Socket(portal.url, "a tab with no token", jar) as tab:
        tab.call(HYDRATE, NEW)
        assert tab.call(NEW_LOAD, NEW)["stage"] in NOTHING
        hostile: tuple[object, ...] = (value, "", None, 0, [], [None], {}, True)
        for link in hostile:
            form = {"link": link, "password": NEW_PASSWORD}
            assert tab.call(NEW_SUBMIT, NEW, form=form)["stage"] in NOTHING
        assert "malformedone" not in "".join(tab.received)

    assert links_of(portal) == before
    assert len(before) >= 1
    assert claim_of(portal, browse(portal.url), "malformedone", PASSWORD)
    assert genuine


@pytest.mark.parametrize("query", ["?key[]=", "?token=x&token=y", "?key[]=&login=malformedone", "/?user=malformedone"])
def test_what_is_written_behind_a_link_names_nobody(portal: Portal, genuine: str, query: str) -> None:
    jar = browse(portal.url)
    answer = request(portal.url, path=f"/r/{query}", jar=jar)

    assert answer.status in {303, 404}
    assert "cers_reset" not in jar.values
    socket, shown = new_password_socket(portal, jar)
    socket.close()
    assert shown["stage"] in NOTHING
    assert not shown.get("username")
    socket, shown = new_password_socket(portal, open_link(portal, genuine))
    socket.close()
    assert (shown["stage"], shown["username"]) == ("live", "malformedone")


def test_what_the_table_holds_is_no_link(portal: Portal) -> None:
    portal.create_account("digestlink")
    token = mailed_link(portal, "digestlink").token
    with portal.database.reading() as session:
        row = session.get_one(ResetLink, sha256(token))
        stored = (row.digest, row.public_id, row.mail_id)
    # A link nobody opened says to open it whatever is accepted for it.
    opened = open_link(portal, token)

    for value in stored:
        jar = browse(portal.url)
        request(portal.url, path=f"/r/{value}", jar=jar)
        socket, shown = new_password_socket(portal, jar)
        with socket:
            assert shown["stage"] in NOTHING
            assert change(socket, stored[1], NEW_PASSWORD)["stage"] in NOTHING

    socket, shown = new_password_socket(portal, opened)
    with socket:
        assert change(socket, shown["link"], NEW_PASSWORD)["stage"] == "changed"
