"""What a browser without a socket is told on the next page: a text in a signed cookie, for it alone and for a while."""

import base64
import hmac
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from cers_app.outside import now
from cers_app.services import services
from cers_app.settings import settings
from cers_app.web.cookies import Cookies, parsed
from cers_app.web.door import cookie_header


@dataclass(frozen=True, slots=True)
class Note:
    """In which kind of cookie, of what topic, for how many seconds."""

    cookie: str
    topic: str
    seconds: int

    def leave(self, response: Response, text: str, browser: str) -> None:
        """Keep a text; `browser` is the digest of the browser's own cookie."""
        told = base64.urlsafe_b64encode(text.encode()).decode()
        until = str(int(now().timestamp()) + self.seconds)
        value = f"{self.topic}.{told}.{until}.{_signature(self.cookie, self.topic, told, until, browser)}"
        Cookies.of(settings()).set(response, self.cookie, value, self.seconds)

    def read(self, request: Request, browser: str) -> str | None:
        """The text; `None` when there is none of this topic, or it is too old or not ours."""
        kept = parsed(cookie_header(request.scope)).get(Cookies.of(settings()).name(self.cookie), "")
        topic, told, until, signature = [*kept.split("."), "", "", "", ""][:4]
        is_ours = hmac.compare_digest(signature.encode(), _signature(self.cookie, topic, told, until, browser).encode())
        # Only what is signed is looked into.
        if not is_ours or topic != self.topic or int(until) < now().timestamp():
            return None
        return base64.urlsafe_b64decode(told).decode()

    def forget(self, response: Response) -> None:
        """It was told."""
        Cookies.of(settings()).clear(response, self.cookie)


def _signature(*parts: str) -> str:
    return services().hashed("\0".join(parts))
