"""Tells what a mail server's refusal is about: this one mail, or the server, its rules and the portal.

A refusal of one mail is final. All others pass once somebody corrects a setting, so those mails wait.
"""

import re
from enum import StrEnum

ENHANCED = re.compile(rb"(?<![\d.])5\.(\d{1,3})\.(\d{1,3})(?![\d.])")
"""A permanent status code of RFC 3463, which says more than the number before it."""
OF_A_MAILBOX = {(1, detail) for detail in (0, 1, 2, 3, 4, 6, 10)} | {(2, detail) for detail in (1, 2, 3, 4)}
"""No such mailbox or system, or the mailbox is disabled or full. 5.1.7 and 5.1.8 mean the sender."""
OF_A_MESSAGE = {(3, 4), *((6, detail) for detail in range(11))}
"""The message is too large, or its form is not accepted."""
FULL, PERMANENT = 552, 500
SAYS_NOTHING = {(0, 0), (5, 0)}
"""5.0.0 and 5.5.0 say no more than the number before them."""
ADDRESS = re.compile(rb"\S+@\S+")
OF_THIS_MAIL = re.compile(rb"size|too (?:large|big)|spam|virus|content|mailbox|user|recipient|no such", re.IGNORECASE)
NOT_THIS_MAIL = re.compile(
    rb"relay|rcpthosts|sender|from address|as this|auth|login|\btls\b|\bhelo|\behlo|hostname|your host|client|polic"
    rb"|permi|prohibit|denied|\brbl\b|listed|blacklist|block|reputation|spamhaus|dns|verified|suspend|paus|throttl|quota"
    rb"|credit|expired|\brate\b|quickly|limit|too many|\bspf\b|\bdkim\b|\bdmarc\b|allowed to|accept mail from",
    re.IGNORECASE,
)
"""Words that servers without status codes use when they refuse the portal and not a mail."""


class Step(StrEnum):
    """Where in the conversation the server refused."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    MESSAGE = "message"


STATUSES = {
    Step.SENDER: {(3, 4), (2, 3)},
    Step.RECIPIENT: OF_A_MAILBOX | OF_A_MESSAGE,
    Step.MESSAGE: OF_A_MAILBOX | OF_A_MESSAGE,
}
CODES = {Step.SENDER: {FULL}, Step.RECIPIENT: {550, 551, FULL, 553, 554, 556}, Step.MESSAGE: {550, FULL, 554}}


def is_final(step: Step, code: int, words: bytes) -> bool:
    """Whether another try of the same mail is pointless."""
    if code < PERMANENT:
        return False
    found, said = ENHANCED.search(words), ADDRESS.sub(b"", words)
    if found and (status := (int(found[1]), int(found[2]))) not in SAYS_NOTHING:
        return status in STATUSES[step] and b"quickly" not in said
    if code == FULL and b"size" in said.lower():
        return True
    if code not in CODES[step] or NOT_THIS_MAIL.search(said):
        return False
    return step is not Step.MESSAGE or OF_THIS_MAIL.search(said) is not None


def told(code: int, words: bytes) -> str:
    """The numbers of a refusal. Its words may repeat an address, so they stay out of the log."""
    found = ENHANCED.search(words)
    return f"{code} {found[0].decode()}" if found else str(code)
