"""An agency that chose the old screen is told about usernames; about email addresses nobody is told anything."""

from collections.abc import Iterator

import pytest

from cers_app.values import addresses
from tests.support import portal as portals
from tests.support.journeys import RECOVER, RESET, ask
from tests.support.portal import Portal


@pytest.fixture(scope="module")
def classic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal that tells."""
    folder = tmp_path_factory.mktemp("classic")
    with portals.running(folder, CERS_DISCLOSURE="classic") as running:
        running.create_account("knownperson", "ann.gause@mail.example.com")
        yield running


def test_classic_disclosure_shows_the_mask_of_a_known_username_and_says_when_there_is_none(classic: Portal) -> None:
    known, unknown = ("".join(ask(classic, name)) for name in ("knownperson", "nobodyhere1"))

    assert "an*****se@mail.example.com" in known
    assert "There is no CERS account with this username." in unknown
    assert addresses.LINK_SENT not in unknown
    assert "ann.gause" not in known
    classic.inbox.wait("ann.gause@mail.example.com", subject="Password Reset")


@pytest.mark.parametrize("path", [RESET, RECOVER])
def test_of_an_email_address_even_classic_disclosure_tells_nothing(classic: Portal, path: str) -> None:
    known = ask(classic, "ann.gause@mail.example.com", path)
    unknown = ask(classic, "nob.odyse@mail.example.com", path)

    assert [len(message) for message in known] == [len(message) for message in unknown]
    assert "an*****se@mail.example.com" in "".join(known)
    assert "There is no CERS account" not in "".join(unknown)


def test_by_default_a_page_tells_nothing_of_a_username(portal: Portal) -> None:
    portal.create_account("untoldname", "ann.untold@mail.example.com")

    answers = ["".join(ask(portal, name)) for name in ("untoldname", "nobodyhere")]

    assert all("@mail.example.com" not in answer and "There is no" not in answer for answer in answers)
    portal.inbox.wait("ann.untold@mail.example.com")
