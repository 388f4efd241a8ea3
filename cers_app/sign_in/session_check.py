"""Tells the agency's other applications on this host who is signed in, as for `auth_request` of nginx."""

import asyncio
import string
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from cers_app.accounts.sessions import Sessions
from cers_app.provided import provided
from cers_app.settings import settings
from cers_app.storage.throttle import Limits
from cers_app.values import metrics
from cers_app.values.next_path import is_own, sign_in_then
from cers_app.web.cross_site import REFUSED
from cers_app.web.traffic import TOO_MANY
from cers_app.web.visit import Visit

USERNAME = "x-cers-username"
SIGN_IN, WANTED = "x-cers-sign-in", "x-original-uri"
"""The address of the sign-in page that leads to the path and query that a proxy names, because nginx cannot encode."""
BY_COOKIE = {"vary": "cookie"}
"""No cache may keep the answer. If a proxy keeps it anyway, then at least not for other people."""
OWN = {"same-origin", "none"}
"""`Sec-Fetch-Site` of a page of this host, and of an address that a person typed."""
VISIBLE = string.punctuation
"""Usernames have only visible ASCII characters, so each goes into a header as it is."""
MOST_KEPT = 10_000


class SessionCheck:
    """Looks up the session of the cookies. Only a check without a live session counts as a request of its network.

    A network over its limit gets no more look-ups, except for the sessions that were live at their last check. So a
    flood of made-up cookies costs no more than any other flood, and signs nobody out.
    """

    def __init__(self) -> None:
        self._live: dict[str, None] = {}

    async def answer(self, request: Request) -> ASGIApp:
        """204 with the username, or 401 with the address of the sign-in page.

        With `?extend`, the check counts as use of the session.
        """
        # A window that another site opens shows whether the answer was 204, because the window then stays as it was.
        if request.headers.get("sec-fetch-site", "none") not in OWN:
            return REFUSED
        visit, limit = Visit.of_request(request), provided(Limits).requests
        if visit.session not in self._live and limit.is_over(visit.network):
            metrics.LIMITS.labels("requests").inc()
            return TOO_MANY
        sessions = provided(Sessions)
        look_up = sessions.check if "extend" in request.query_params else sessions.owner
        account = await asyncio.to_thread(look_up, visit.session) if visit.session else None
        if account is None:
            self._live.pop(visit.session, None)
            limit.take(visit.network)
            return Response(status_code=401, headers=BY_COOKIE | {SIGN_IN: _sign_in(request)})
        self._keep(visit.session)
        return Response(status_code=204, headers=BY_COOKIE | {USERNAME: quote(account.username, VISIBLE)})

    def _keep(self, digest: str) -> None:
        self._live.pop(digest, None)
        self._live[digest] = None
        if len(self._live) > MOST_KEPT:
            del self._live[next(iter(self._live))]


def _sign_in(request: Request) -> str:
    wanted = request.headers.get(WANTED, "")
    return sign_in_then(wanted if is_own(wanted) else "", settings().continue_url)
