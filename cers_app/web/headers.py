"""Headers of every answer. Browsers keep only the build's files. Other sites frame nothing and get no referrer."""

from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cers_app.values import metrics

NOT_STORED = {"cache-control": "no-store"}
ASSET = {"cache-control": "public, max-age=31536000, immutable"}
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "x-robots-tag": "noindex",
}
HSTS = {"strict-transport-security": "max-age=31536000; includeSubDomains"}
OK = 200


class SecurityHeaders:
    """ASGI middleware that adds missing headers and makes redirects relative.

    The file server answers a missing slash with an absolute `http://` address. Behind a TLS proxy that would leave
    https.
    """

    def __init__(self, app: ASGIApp, policy: Callable[[str], str], *, is_https: bool) -> None:
        """`policy` gives the content security policy of a page by its address.

        `is_https` is about the address that people see.
        """
        self._app, self._policy = app, policy
        self._always = ALWAYS | HSTS if is_https else ALWAYS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to every answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in (self._always | self._of(scope["path"], message["status"], headers)).items():
                    headers.setdefault(name, value)
                if "location" in headers:
                    headers["location"] = _relative(headers["location"], Headers(scope=scope).get("host", ""))
                metrics.ANSWERS.labels(message["status"]).inc()
            await send(message)

        await self._app(scope, receive, sending)

    def _of(self, path: str, status: int, headers: Headers) -> dict[str, str]:
        if is_page(headers):
            return NOT_STORED | {"content-security-policy": self._policy(path)}
        if path.startswith("/assets/") and status == OK:
            return ASSET
        # The file server gives every file an entity tag, even when it says that a browser's copy is still good.
        return {} if "etag" in headers else NOT_STORED


def is_page(headers: Headers) -> bool:
    """Whether an answer with these headers is a page."""
    return headers.get("content-type", "").startswith("text/html")


def _relative(address: str, host: str) -> str:
    for own in (f"http://{host}", f"https://{host}"):
        if host and address.startswith(f"{own}/"):
            # Two slashes would name another host.
            return "/" + address.removeprefix(own).lstrip("/\\")
    return address
