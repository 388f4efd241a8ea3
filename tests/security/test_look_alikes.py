"""A name that only looks like somebody's is nobody's, for Python and for the database."""

import pytest

from cers_app.accounts import store
from cers_app.values.identifiers import Identifier, normalize
from tests.support.portal import Portal

OWNER = "jose.kim@look.example.com"
LOOK_ALIKES = [
    "jos\u00e9.kim@look.example.com",
    "jose\u0301.kim@look.example.com",
    "j\u043ese.kim@look.example.com",
    "jose.\u212aim@look.example.com",
    "jo\u017fe.kim@look.example.com",
    "jose.kim@l\u03bf\u03bfk.example.com",
    "\uff4aose.kim@look.example.com",
    "jose.k\u0131m@look.example.com",
    "jose.kim\u00ad@look.example.com",
    "jose_kim@look.example.com",
    "%@look.example.com",
]
SPELLINGS = [
    "jose.kim@look.example.com",
    "JOSE.KIM@LOOK.EXAMPLE.COM",
    "  Jose.Kim@look.example.com\n",
    "jose.kim@look.example.com\u200b",
]


def found(portal: Portal, typed: str) -> bool:
    """Whether a typed name leads to an account."""
    identifier = normalize(typed)
    if not isinstance(identifier, Identifier):
        return False
    with portal.database.reading() as session:
        return store.find(session, identifier.key) is not None


@pytest.fixture(scope="module")
def owned(portal: Portal) -> Portal:
    portal.create_account("lookalike", OWNER)
    return portal


@pytest.mark.parametrize("typed", LOOK_ALIKES, ids=ascii)
def test_a_name_that_only_looks_like_somebodys_is_nobodys(owned: Portal, typed: str) -> None:
    assert not found(owned, typed)


@pytest.mark.parametrize("typed", SPELLINGS, ids=ascii)
def test_capitals_and_spaces_around_a_name_do_not_matter(owned: Portal, typed: str) -> None:
    assert found(owned, typed)
