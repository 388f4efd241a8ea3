"""Tells what a mail server's refusal is about: this one mail, or the server, its rules and the portal.

A refusal of one mail is final, so it needs evidence. All others pass once somebody corrects a setting, so those mails
wait.
"""

import re
from enum import StrEnum

ENHANCED = re.compile(rb"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?!\d|\.\d)")
"""A status code of RFC 3463, which says more than the number before it."""
OF_A_MAILBOX = {(1, detail) for detail in (0, 1, 2, 3, 4, 6, 10)} | {(2, detail) for detail in (1, 2, 3, 4)}
"""No such mailbox or system, or the mailbox is disabled or full. 5.1.7 and 5.1.8 mean the sender."""
OF_A_MESSAGE = 6
"""The subject of a status about the form of a message."""
TOO_LARGE = (3, 4)
OF_A_RULE = {(2, 0), (7, 0), (7, 1)}
"""Any rule of the server may be meant, so the words decide."""
SAYS_NOTHING = {(0, 0), (3, 0), (5, 0)}
"""These say no more than the number before them."""
NO_MAIL_HERE = {521, 556}
"""The recipient's domain takes no mail at all (RFC 7504)."""
FULL, PERMANENT, TEMPORARY = 552, 500, b"4"
ADDRESS = re.compile(rb"\S+@\S+")
LONGEST_ANSWER = 120

OURS = re.compile(
    rb"sender|submission|quickly|at a rate|testing|for sending|before you send|sandbox|'from'|tempor|grey|retry|again"
    rb"|later|your (?:own|account|plan|mailbox|ip|host|domain)",
    re.IGNORECASE,
)
"""Words about the portal's own address or account, or about the moment. They count more than any status."""
OF_THE_SERVER = re.compile(
    rb"relay|rcpthosts|client host|\brbl\b|polic|permi|denied|prohib|reputation|spamhaus|blacklist|your|credit|\bplan\b"
    rb"|\bsmtp user\b|(?<!user )account suspended|this month|\bdkim\b|\bdmarc\b|\bspf\b|domain",
    re.IGNORECASE,
)
"""Words with which servers without status codes refuse the portal and not a mail."""
OF_THIS_RECIPIENT = re.compile(
    rb"(?:no such|unknown|invalid|bad|inactive) (?:user|mailbox|recipient|address|account)|mailbox|unrout|addressee"
    rb"|no such|not accept mail|malformed"
    rb"|(?:user|recipient|account)\S* (?:\S+ ){0,4}(?:unknown|unavailable|not found|does ?n.t|not exist|full|quota"
    rb"|disabled|inactive|suspended|blocked|expired|limited|not listed|could not be)",
    re.IGNORECASE,
)
OF_THIS_MESSAGE = re.compile(rb"\bsize|too (?:large|big)|spam\b|virus|content|phishing", re.IGNORECASE)


class Step(StrEnum):
    """Where in the conversation the server refused."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    MESSAGE = "message"


def is_final(step: Step, code: int, words: bytes) -> bool:
    """Whether another try of the same mail is pointless."""
    found, said = ENHANCED.search(words), ADDRESS.sub(b"", words)
    if code < PERMANENT or (found and found[1] == TEMPORARY) or OURS.search(said):
        return False
    status = (int(found[2]), int(found[3])) if found else (0, 0)
    is_too_large = status == TOO_LARGE or (code == FULL and b"size" in said.lower())
    if step is Step.SENDER or is_too_large:
        return is_too_large
    is_about_the_message = step is Step.MESSAGE and OF_THIS_MESSAGE.search(said) is not None
    if step is Step.RECIPIENT and code in NO_MAIL_HERE:
        return True
    if status in OF_A_RULE:
        return is_about_the_message and b"unsolicited" not in said
    if status not in SAYS_NOTHING:
        return status in OF_A_MAILBOX or status[0] == OF_A_MESSAGE
    is_about_this_mail = is_about_the_message or OF_THIS_RECIPIENT.search(said)
    return bool(is_about_this_mail) and not OF_THE_SERVER.search(said)


def told(code: int, words: bytes) -> str:
    """The numbers of a refusal. Its words may repeat an address, so they stay out of the log."""
    found = ENHANCED.search(words)
    return f"{code} {found[0].decode()}" if found else str(code)


def accepted(code: int, words: bytes) -> str:
    """What a server said when it took a mail, with the id of its queue, but without addresses."""
    plain = ADDRESS.sub(b"", words).decode("ascii", "replace")
    return " ".join(f"{code} {plain}".split())[:LONGEST_ANSWER] if plain.isprintable() else str(code)
