"""Nobody learns from the portal whether an account exists."""

import re

import pytest

from cers_app.accounts.models import AccountState
from tests.journeys import RECOVER, RESET, ask
from tests.portal import Portal
from tests.wire import HYDRATE, SIGN_IN, Socket, browse

VOLATILE = re.compile(r"[0-9a-f]{32,64}")
CLOCK = re.compile(r"\d+:\d\d:\d\d [AP]M")


def without_ids(messages: list[str]) -> list[str]:
    """Messages without the random ids, which have one length, and the time of day."""
    return [CLOCK.sub("TIME", VOLATILE.sub(lambda found: "#" * len(found.group()), text)) for text in messages]


@pytest.fixture(scope="module", autouse=True)
def people(portal: Portal) -> None:
    portal.create_account("knownperson")
    portal.create_account("idledperson", state=AccountState.DISABLED)
    portal.create_account("newcoperson", state=AccountState.NOT_ACTIVATED)


@pytest.mark.parametrize(("path", "ending"), [(RESET, ""), (RESET, "@example.com"), (RECOVER, "@example.com")])
def test_asking_for_a_mail_answers_the_same_for_everybody(portal: Portal, path: str, ending: str) -> None:
    known = without_ids(ask(portal, f"knownperson{ending}", path))
    masked = f"kn*******on{ending}"

    assert any(f"{path}sent/" in message for message in known)
    assert any((masked if ending else '"sent_to_rx_state_":""') in message for message in known) or not ending
    for other in ("nobodyhere1", "idledperson", "newcoperson"):
        answered = without_ids(ask(portal, f"{other}{ending}", path))
        mask_of_other = f"{other[:2]}*******{other[-2:]}{ending}"
        assert [text.replace(mask_of_other, masked).replace(other, "knownperson") for text in answered] == known
        assert [len(message) for message in answered] == [len(message) for message in known]


def test_a_second_request_at_once_answers_like_the_first(portal: Portal) -> None:
    portal.create_account("hastyperson")

    first, second = (without_ids(ask(portal, "hastyperson")) for _ in range(2))

    assert first == second
    portal.inbox.wait("hastyperson@example.com")
    ask(portal, "hastyperson")
    assert len(portal.inbox.to("hastyperson@example.com")) == 1


def test_the_comparison_sees_a_different_answer(portal: Portal) -> None:
    short, long = (without_ids(ask(portal, name)) for name in ("ab@example.com", "abcdefgh@example.com"))

    assert short != long


def test_sign_in_refuses_everybody_with_the_same_words(portal: Portal) -> None:
    answers = [refusal(portal, name) for name in ("knownperson", "nobodyhere2", "idledperson", "newcoperson")]

    assert "The username or password is not right." in answers[0][0]
    assert all(answer == answers[0] for answer in answers)


def refusal(portal: Portal, username: str) -> list[str]:
    """Every message that answers a wrong password."""
    with Socket(portal.url, f"tab of {username}", browse(portal.url)) as socket:
        socket.call(HYDRATE)
        socket.send(SIGN_IN, form={"username": username, "password": "certainly not the password"})
        return without_ids(socket.settle(1.5))
