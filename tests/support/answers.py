"""How a test answers a challenge where nobody knows the answer beforehand, as in production.

No program reads these pictures or hears these digits. So the test stores an answer of its own for the challenge on a
page, hashed as the portal does. The portal itself has no answer that always works.
"""

from playwright.sync_api import Page, expect

from cers_app.values.digests import KeyedHash
from cers_app.verification.challenge import QA_DIGITS
from cers_app.verification.models import Challenge
from tests.support.portal import CHARACTERS, SECRET_KEY, Portal


def characters(portal: Portal, page: Page) -> str:
    """What the picture on a page says from now on."""
    identity = _identity(page)
    with portal.database.writing() as session:
        session.get_one(Challenge, identity).answer = _hash(identity, CHARACTERS)
    return CHARACTERS


def digits(portal: Portal, page: Page) -> str:
    """What was spoken on a page, from now on; some digits were spoken before."""
    identity = _identity(page)
    with portal.database.writing() as session:
        challenge = session.get_one(Challenge, identity)
        assert challenge.spoken, "nothing was spoken on this page"
        challenge.spoken = _hash(identity, QA_DIGITS)
    return QA_DIGITS


def _hash(identity: str, answer: str) -> str:
    return KeyedHash(SECRET_KEY)("challenge", f"{identity}\0{answer}")


def _identity(page: Page) -> str:
    """The challenge of a page that is live."""
    known = page.locator("input[name=challenge]")
    expect(known).not_to_have_value("")
    return known.input_value()
