"""Says why a mail failed. The reason in the queue has numbers, and staff and operators read the same plain words."""

import re

NUMBERS = re.compile(r"\b[45](?:\d\d\b|\.\d).*")
STATUS = re.compile(r"\b([45])\.(\d{1,3}\.\d{1,3})\b")
"""A status of RFC 3463."""
REPLY = re.compile(r"\b[45]\d\d\b")
PERMANENT, TOO_LARGE = "5", "3.4"
OF_A_STATUS = {
    "1.1": "that mailbox does not exist",
    "1.2": "that mail server does not exist",
    "1.3": "that mail server does not know such addresses",
    "1.6": "that mailbox has moved",
    "1.10": "that mail server takes no mail",
    "2.1": "that mailbox is closed",
    "2.2": "that mailbox is full",
    "2.3": "it is too large for that mailbox",
    TOO_LARGE: "it is too large for that mailbox",
    "7.1": "a rule of that mail server blocks it, and the recipient's IT department can allow it",
}
OF_A_REPLY = {"521": OF_A_STATUS["1.10"], "556": OF_A_STATUS["1.10"]}
LASTS = {"2.2"}
"""A temporary status that means the same as the permanent one. Any other temporary status only asks for patience."""
WAIT = "the mail server wants the portal to wait"
NO_WORDS = "that mail server gave no reason that we know"
OF_THE_PORTAL = {
    "login refused": "the mail server refuses the portal's login",
    "sender refused": "the mail server does not let the portal send from its address",
    "bounced 4": "that mail server did not take it for days",
    "refused in part": "the mail server took it for some recipients only",
    "could not be written": "the portal could not write it",
    "SMTPConnectError": "the mail server refuses the connection",
    "SMTPHeloError": "the mail server refuses the portal's name",
    "SMTPNotSupportedError": "the mail server lacks STARTTLS, or takes no login",
    "SMTPServerDisconnected": "the mail server hung up, or did not answer in time",
    "SSLCertVerificationError": "the mail server has no valid certificate",
    "SSL": "the connection to the mail server has no TLS that works",
}
"""How those reasons begin whose numbers mean something else than those of a mailbox."""
OF_THE_CONNECTION = "the mail server cannot be reached"


def meaning(why: str) -> str:
    """What a reason means, as half a sentence, such as `that mailbox does not exist`."""
    found, reply = STATUS.search(why), REPLY.search(why)
    kind, status = (found[1], found[2]) if found else ("", "")
    if status != TOO_LARGE:
        for beginning, words in OF_THE_PORTAL.items():
            if why.startswith(beginning):
                return words
    if kind == PERMANENT or status in LASTS:
        return OF_A_STATUS.get(status, NO_WORDS)
    if reply is None:
        return WAIT if kind else OF_THE_CONNECTION
    return OF_A_REPLY.get(reply[0], NO_WORDS) if reply[0].startswith(PERMANENT) else WAIT


def numbers(why: str) -> str:
    """Only the numbers of the mail server, or the whole reason if there are none."""
    found = NUMBERS.search(why)
    return found[0] if found else why
