"""What staff and operators read about a mail that failed."""

import pytest

from cers_app.mail.meanings import NO_WORDS, OF_A_STATUS, OF_THE_CONNECTION, OF_THE_PORTAL, WAIT, meaning, numbers


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("recipient refused 550 5.1.1", "that mailbox does not exist"),
        ("message refused 550 5.1.10", "that mail server takes no mail"),
        ("recipient refused 552 5.2.2", "that mailbox is full"),
        ("recipient refused 452 4.2.2", "that mailbox is full"),
        ("recipient refused 556", "that mail server takes no mail"),
        ("sender refused 552 5.3.4", "it is too large for that mailbox"),
        ("recipient refused 550", NO_WORDS),
        ("message refused 554 5.7.26", NO_WORDS),
        ("recipient refused 450 4.1.1", WAIT),
        ("message refused 451", WAIT),
        ("SMTPDataError 451 4.3.0", WAIT),
        ("login refused 535 5.7.8", "the mail server refuses the portal's login"),
        ("sender refused 550 5.7.1", "the mail server does not let the portal send from its address"),
        ("SMTPConnectError 554 5.7.1", "the mail server refuses the connection"),
        ("could not be written: KeyError", "the portal could not write it"),
        ("ConnectionRefusedError", OF_THE_CONNECTION),
        ("TimeoutError", OF_THE_CONNECTION),
        ("", OF_THE_CONNECTION),
        ("4.4.7", WAIT),
        ("bounced 4.4.7", OF_THE_PORTAL["bounced 4"]),
        ("bounced 5.1.1", "that mailbox does not exist"),
    ],
)
def test_a_reason_is_told_in_words(why: str, words: str) -> None:
    assert meaning(why) == words


def test_a_rule_against_the_portal_is_never_called_a_rule_against_the_mail() -> None:
    blocked = OF_A_STATUS["7.1"]
    assert meaning("recipient refused 550 5.7.1") == blocked

    for beginning in OF_THE_PORTAL:
        assert meaning(f"{beginning} 550 5.7.1") == OF_THE_PORTAL[beginning]


@pytest.mark.parametrize(
    ("why", "left"),
    [
        ("recipient refused 550 5.1.1", "550 5.1.1"),
        ("message refused 451", "451"),
        ("bounced 5.2.2", "5.2.2"),
        ("ConnectionRefusedError", "ConnectionRefusedError"),
    ],
)
def test_only_the_numbers_are_left_if_there_are_any(why: str, left: str) -> None:
    assert numbers(why) == left
