"""Nobody learns from the portal whether an account exists, or of what kind it is."""

from collections.abc import Iterator

import pytest

from cers_app.values import addresses
from tests.security.uniform import (
    DISABLED,
    KINDS,
    KNOWN,
    NOT_ACTIVATED,
    OLDER_HASH,
    TIMES,
    UNKNOWN,
    WRONG,
    asked,
    asked_at_once,
    comparable,
    comparable_answer,
    guessed,
    people,
    seconds_told,
    without_ids,
)
from tests.support import portal as portals
from tests.support.bare_browsers import post
from tests.support.journeys import RECOVER, RESET, ask
from tests.support.portal import PASSWORD, Portal
from tests.support.wire import Answer, browse

PAGES = [(RESET, ""), (RESET, "@example.com"), (RECOVER, "@example.com")]
FREE = 5
"""Wrong passwords for a name before it must wait."""
SLACK_SECONDS = 60
"""Between two times that are told of requests in turn; they are told to the minute."""
DAY_SECONDS = 24 * 3600


@pytest.fixture(scope="module", autouse=True)
def everybody(portal: Portal) -> None:
    people(portal, "person")


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal that believes one hop and lets an address ask three times without a check."""
    with portals.running(
        tmp_path_factory.mktemp("narrow"),
        CERS_LIMIT_MAIL_PER_HOUR="3",
        CERS_LIMIT_MAIL_PER_HOUR_MOST="4",
        CERS_LIMIT_SIGN_IN_PER_MINUTE="3",
        CERS_TRUSTED_HOPS="1",
    ) as running:
        people(running, "narrow")
        yield running


@pytest.mark.parametrize(("path", "ending"), PAGES)
def test_asking_for_a_mail_answers_the_same_for_everybody(portal: Portal, path: str, ending: str) -> None:
    known = ask(portal, f"person{KNOWN}{ending}", path)

    assert any(f"{path}sent/" in message for message in known)
    assert any((f"pe*******wn{ending}" if ending else '"sent_to_rx_state_":""') in message for message in known)
    for kind in KINDS:
        answered = ask(portal, f"person{kind}{ending}", path)
        assert comparable(answered, f"person{kind}") == comparable(known, f"person{KNOWN}"), kind


@pytest.mark.parametrize(("path", "ending"), PAGES)
def test_the_twenty_requests_after_one_answer_alike_for_known_and_unknown(
    portal: Portal, path: str, ending: str
) -> None:
    known, unknown = (f"turn{PAGES.index((path, ending))}{kind}" for kind in (KNOWN, UNKNOWN))
    portal.create_account(known)
    of_known, of_unknown = asked_at_once(portal, [f"{known}{ending}", f"{unknown}{ending}"], path, TIMES)

    assert len(of_known) == TIMES
    for number, (one, other) in enumerate(zip(of_known, of_unknown, strict=True)):
        assert any(f"{path}sent/" in message for message in one), number
        assert comparable(one, known) == comparable(other, unknown), number


def test_a_second_request_at_once_answers_like_the_first(portal: Portal) -> None:
    portal.create_account("hastyperson")

    first, second = (without_ids(ask(portal, "hastyperson")) for _ in range(2))

    assert first == second
    portal.inbox.wait("hastyperson@example.com")
    ask(portal, "hastyperson")
    assert len(portal.inbox.to("hastyperson@example.com")) == 1


@pytest.mark.parametrize(("path", "ending"), PAGES)
def test_an_address_that_asked_often_is_asked_for_a_check_whoever_is_asked_about(
    narrow: Portal, path: str, ending: str
) -> None:
    addresses, names = f"203.0.113.{1 + PAGES.index((path, ending))}", [f"narrow{kind}{ending}" for kind in KINDS]
    told = dict(zip(KINDS, asked_at_once(narrow, names, path, 4, addresses), strict=True))

    assert '"effort_rx_state_":1' in "".join(told[KNOWN][3])
    assert '"effort_rx_state_":1' not in "".join(told[KNOWN][2])
    for kind in KINDS:
        for number in range(4):
            found, expected = told[kind][number], told[KNOWN][number]
            assert comparable(found, f"narrow{kind}") == comparable(expected, f"narrow{KNOWN}"), (kind, number)


def test_the_comparison_sees_a_different_answer(portal: Portal) -> None:
    short, long = (ask(portal, name) for name in ("ab@example.com", "abcdefgh@example.com"))
    assert comparable(short, "ab") != comparable(long, "abcdefgh")

    right, wrong = (
        asked(portal, "somebodyelse", RESET, 1, characters=characters)[0] for characters in ("ACDEFG", "AAAAAA")
    )
    assert comparable(right, "somebodyelse") != comparable(wrong, "somebodyelse")


def test_sign_in_refuses_everybody_with_the_same_words(portal: Portal) -> None:
    people(portal, "worded")
    told = guessed(portal, [f"worded{kind}" for kind in KINDS], TIMES)
    known = told[f"worded{KNOWN}"]

    assert "The username or password you entered is incorrect." in known[0][0]
    assert ["too many times" in "".join(messages) for messages in known] == [False] * FREE + [True] * (TIMES - FREE)
    assert comparable(known[0], f"worded{KNOWN}") != comparable(known[FREE], f"worded{KNOWN}")
    assert all(seconds_told(messages) for messages in known[FREE:])
    for name, messages in told.items():
        for number in range(TIMES):
            assert comparable(messages[number], name) == comparable(known[number], f"worded{KNOWN}"), (name, number)
            for one, other in zip(seconds_told(messages[number]), seconds_told(known[number]), strict=True):
                apart = (one - other) % DAY_SECONDS
                assert min(apart, DAY_SECONDS - apart) <= SLACK_SECONDS, (name, number, "another time to wait")


def test_an_address_that_guessed_too_often_is_told_the_same_for_every_name(narrow: Portal) -> None:
    told = guessed(narrow, [f"narrow{kind}" for kind in KINDS], 4, forwarded="198.51.100.1")
    known = told[f"narrow{KNOWN}"]

    assert ["too many times" in "".join(messages) for messages in known] == [False] * 3 + [True]
    for name, messages in told.items():
        assert [comparable(each, name) for each in messages] == [comparable(each, f"narrow{KNOWN}") for each in known]


def test_the_form_without_scripts_answers_everybody_the_same(portal: Portal) -> None:
    people(portal, "native")
    told = {kind: [posted(portal, f"native{kind}") for _ in range(FREE + 2)] for kind in KINDS}

    known = [comparable_answer(answer, f"native{KNOWN}") for answer in told[KNOWN]]
    where = [answer.location.partition("#")[2] for answer in told[KNOWN]]
    assert where == ["not-recognized"] * FREE + ["too-many-attempts"] * 2
    for kind in KINDS:
        assert [comparable_answer(each, f"native{kind}") for each in told[kind]] == known, kind


def test_the_kinds_that_are_compared_are_what_they_are_called(portal: Portal) -> None:
    people(portal, "called")
    led = {kind: posted(portal, f"called{kind}", PASSWORD) for kind in KINDS}

    assert {kind for kind, answer in led.items() if answer.location == addresses.ACCOUNT} == {KNOWN, OLDER_HASH}
    refused = {kind for kind, answer in led.items() if answer.location == f"{addresses.SIGN_IN}#not-recognized"}
    assert refused == {UNKNOWN, DISABLED, NOT_ACTIVATED}


def posted(portal: Portal, username: str, password: str = WRONG) -> Answer:
    """What the native form is answered."""
    return post(portal, addresses.SESSION, browse(portal.url), {"username": username, "password": password})
