"""What a browser without a socket is told after asking for a mail: a masked address, in a signed cookie."""

import base64
import hmac

from starlette.requests import Request, cookie_parser
from starlette.responses import Response

from cers_app.outside import now
from cers_app.services import services
from cers_app.settings import settings
from cers_app.web.cookies import ASKED, Cookies
from cers_app.web.door import cookie_header

SECONDS = 900


def remember(response: Response, purpose: str, masked: str, browser: str) -> None:
    """Keep a masked address (or none) for a quarter of an hour, for this browser."""
    told = base64.urlsafe_b64encode(masked.encode()).decode()
    until = str(int(now().timestamp()) + SECONDS)
    value = f"{purpose}.{told}.{until}.{_signature(purpose, told, until, browser)}"
    Cookies.of(settings()).set(response, ASKED, value, SECONDS)


def recall(request: Request, purpose: str, browser: str) -> str | None:
    """The masked address; empty where a username was typed, `None` when this browser has not asked lately."""
    kept = cookie_parser(cookie_header(request.scope)).get(Cookies.of(settings()).name(ASKED), "")
    kind, told, until, signature = [*kept.split("."), "", "", "", ""][:4]
    is_ours = hmac.compare_digest(signature.encode(), _signature(kind, told, until, browser).encode())
    # Only what is signed is looked into.
    if not is_ours or kind != purpose or int(until) < now().timestamp():
        return None
    return base64.urlsafe_b64decode(told).decode()


def _signature(*parts: str) -> str:
    return services().hashed("\0".join(("asked", *parts)))
