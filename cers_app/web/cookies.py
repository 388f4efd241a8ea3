"""Reads and sets the portal's cookies.

All are HttpOnly, SameSite=Lax and for the whole site. On https they are Secure and have the `__Host-` prefix.
"""

import re
import secrets

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from cers_app.settings import settings
from cers_app.values.digests import session_digest, sha256

BROWSER, SESSION, RESET, KNOWN, CHANGED, NOT_ME = "browser", "session", "reset", "known", "changed", "not_me"
KINDS = (BROWSER, SESSION, RESET, KNOWN, CHANGED, NOT_ME)
"""`RESET` and `NOT_ME` hold the token of an opened link. `CHANGED` says for a while that a password was changed."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
"""The form of the portal's tokens: 256 random bits."""
BROWSER_SECONDS = 400 * 24 * 3600
"""The longest time browsers keep a cookie."""
DIGESTS = "cers.cookies"
"""The key in a scope under which `digests` keeps its result."""


def _parsed(header: str) -> dict[str, str]:
    """The cookies of a Cookie header by name. Leaves out repeated names, because nothing says which cookie is ours.

    Python's own parser takes quadratic time for some values (CVE-2024-7592). It also cuts the bytes 0xA0 and 0x85 off
    a name, so a neighboring site could set a cookie that passes for a `__Host-` cookie. This parser cuts off only space
    and tab (RFC 6265 5.2).
    """
    found: dict[str, str] = {}
    twice: set[str] = set()
    for part in header.split(";"):
        name, equals, value = (piece.strip(" \t") for piece in part.partition("="))
        if not equals:
            continue
        if name in found:
            twice.add(name)
        is_quoted = len(value) > 1 and value[0] == value[-1] == '"'
        found[name] = value[1:-1] if is_quoted else value
    return {name: value for name, value in found.items() if name not in twice}


def name(kind: str) -> str:
    """The cookie's name in the browser."""
    return f"__Host-cers_{kind}" if settings().is_https else f"cers_{kind}"


def read(header: str) -> dict[str, str]:
    """The portal's cookies in a Cookie header, by kind. A missing cookie is empty."""
    found = _parsed(header)
    return {kind: found.get(name(kind), "") for kind in KINDS}


def digests(scope: Scope) -> dict[str, str]:
    """The SHA-256 of each of the portal's cookies, by kind. A missing cookie is empty. Hashes once for each request.

    The digest of the session cookie is that of both the session and the browser.

    A known-browser cookie without the form of the portal's tokens counts as missing. The first release kept any token
    that a browser sent, so an attacker may have planted tokens in the table.
    """
    if DIGESTS not in scope:
        values = read("; ".join(Headers(scope=scope).getlist("cookie")))
        if not TOKEN.fullmatch(values[KNOWN]):
            values[KNOWN] = ""
        found = {kind: sha256(value) if value else "" for kind, value in values.items()}
        is_whole = values[SESSION] and values[BROWSER]
        found[SESSION] = session_digest(values[SESSION], found[BROWSER]) if is_whole else ""
        scope[DIGESTS] = found
    kept: dict[str, str] = scope[DIGESTS]
    return kept


def put(response: Response, kind: str, value: str, seconds: int | None = None) -> None:
    """Set a cookie for `seconds`, or until the browser closes."""
    response.set_cookie(name(kind), value, max_age=seconds, secure=settings().is_https, httponly=True, samesite="lax")


def clear(response: Response, *kinds: str) -> None:
    """Remove the cookies of these kinds."""
    for kind in kinds:
        response.delete_cookie(name(kind), secure=settings().is_https, httponly=True, samesite="lax")


def new_browser() -> str:
    """The value of a new browser cookie."""
    return secrets.token_urlsafe(32)


def renew_browser(response: Response, value: str = "") -> None:
    """Give the browser a new browser cookie at sign-in, sign-out and a reset. This prevents session fixation."""
    put(response, BROWSER, value or new_browser(), BROWSER_SECONDS)
