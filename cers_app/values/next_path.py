"""Where a person goes after signing in: a path of the portal's own host that the address of the sign-in page names."""

import re
from urllib.parse import parse_qs, quote, unquote, urlsplit

from cers_app.values import addresses

LONGEST = 512
ENDED = "ended"
"""The sign-in page shows itself to an idle page that led there, even if the session lives on in another tab."""
PLAIN = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
"""One path. Browsers drop tabs and line breaks, and take a backslash for a slash, so none of them may be in it."""
NEVER = {"r", "not-me", "session", "sign-in", "sign-out", "sign-out-everywhere"}
"""First segments: addresses that act, or that would lead in a circle."""


def sign_in_then(path: str, continue_url: str = "") -> str:
    """The address of the sign-in page that leads on to a path, unless people get there anyway.

    That is the account page, if signing in does not lead to `continue_url`.
    """
    usual = {"", addresses.INDEX, "" if continue_url else addresses.ACCOUNT}
    return addresses.SIGN_IN if path in usual else f"{addresses.SIGN_IN}?next={quote(path, safe='/')}"


def sign_in_after_end(sign_in: str) -> str:
    """The address to which an idle page leads at the end of its session, and whose words say so."""
    return f"{sign_in}{'&' if '?' in sign_in else '?'}{ENDED}=1#{ENDED}"


def next_path(address: str) -> str:
    """The path that an address of the sign-in page names. Empty if there is none, or if it is not safe."""
    try:
        parts = urlsplit(address)
        (found,) = parse_qs(parts.query, max_num_fields=10).get("next", [""])
    except ValueError:
        return ""
    return found if is_own(found) else ""


def is_own(path: str) -> bool:
    """Whether a browser stays on this host, and whether the path only shows a page."""
    if len(path) > LONGEST or not PLAIN.fullmatch(path):
        return False
    segments = [unquote(segment).casefold() for segment in re.split("[?#]", path, maxsplit=1)[0].split("/")]
    return not {".", ".."} & set(segments) and segments[1] not in NEVER and not any("/" in each for each in segments)
