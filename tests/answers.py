"""How a test answers a challenge where nobody knows the answer beforehand, as in production."""

import hmac
from itertools import product

from playwright.sync_api import Page, expect

from cers_app.digests import KeyedHash
from cers_app.verification.models import DIGITS, LENGTH, Challenge
from tests.portal import CHARACTERS, SECRET_KEY, Portal


def characters(portal: Portal, page: Page) -> str:
    """What the picture on a page says from now on.

    No program reads these pictures, so the test stores another answer for the challenge, hashed as the portal does.
    """
    identity = _identity(page)
    with portal.database.writing() as session:
        challenge = session.get_one(Challenge, identity)
        challenge.answer = KeyedHash(SECRET_KEY)("challenge", f"{identity}\0{CHARACTERS}")
    return CHARACTERS


def digits(portal: Portal, page: Page) -> str:
    """What was spoken last on a page: of a million numbers, the one with the stored hash."""
    identity = _identity(page)
    with portal.database.reading() as session:
        stored = bytes.fromhex(session.get_one(Challenge, identity).spoken)
    key, begin = SECRET_KEY.encode(), f"challenge\0{identity}\0".encode()
    for number in map("".join, product(DIGITS, repeat=LENGTH)):
        # `hmac.digest` is `KeyedHash` in half the time.
        if hmac.digest(key, begin + number.encode(), "sha256") == stored:
            return number
    msg = "no digits were spoken on this page"
    raise AssertionError(msg)


def _identity(page: Page) -> str:
    """The challenge of a page that is live."""
    known = page.locator("input[name=challenge]")
    expect(known).not_to_have_value("")
    return known.input_value()
