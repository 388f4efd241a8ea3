"""Headers of every answer: nothing private is kept, framed or passed on."""

from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cers_app.values import metrics

PAGE = [(b"cache-control", b"no-store")]
ASSET = [(b"cache-control", b"public, max-age=31536000, immutable")]
ALWAYS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
    (b"x-robots-tag", b"noindex"),
]
HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
OK = 200


class Headers:
    """ASGI middleware that adds what is missing and makes redirects relative.

    The file server answers a missing slash with an absolute `http://` address, which behind a TLS proxy would
    leave https.
    """

    def __init__(self, app: ASGIApp, policy: Callable[[], bytes], *, is_https: bool) -> None:
        """`policy` gives the content security policy of the built pages; `is_https` is what people see."""
        self._app, self._policy = app, policy
        self._always = [*ALWAYS, HSTS] if is_https else ALWAYS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with our headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(name, _relative(name, value, scope)) for name, value in message.get("headers", [])]
                present = {name for name, _ in headers}
                is_page = any(name == b"content-type" and value.startswith(b"text/html") for name, value in headers)
                is_asset = scope["path"].startswith("/assets/") and message["status"] == OK
                more = self._always + (self._page() if is_page else ASSET if is_asset else [])
                headers += [(name, value) for name, value in more if name not in present]
                message = {**message, "headers": headers}
                metrics.ANSWERS.labels(message["status"]).inc()
            await send(message)

        await self._app(scope, receive, sending)

    def _page(self) -> list[tuple[bytes, bytes]]:
        return [*PAGE, (b"content-security-policy", self._policy())]


def _relative(name: bytes, value: bytes, scope: Scope) -> bytes:
    if name != b"location":
        return value
    host = next((found for key, found in scope["headers"] if key == b"host"), b"")
    for scheme in (b"http://", b"https://"):
        if host and value.startswith(scheme + host + b"/"):
            # One slash: two would be another host.
            return b"/" + value[len(scheme + host) :].lstrip(b"/\\")
    return value
