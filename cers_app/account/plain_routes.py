"""The account without scripts: who one is here, and the way out."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cers_app.account.outcomes import NotSignedIn
from cers_app.accounts.masking import mask
from cers_app.services import services
from cers_app.ui.layout import title
from cers_app.ui.texts import account as texts
from cers_app.web import posts
from cers_app.web.plain import PlainPage

PLAIN = "/account/plain"


async def overview(request: Request) -> Response:
    """Name, username, masked email, last sign-in; whoever is not signed in is led to the sign-in page."""
    found = await asyncio.to_thread(services().account.overview, posts.session_digest(request))
    if isinstance(found, NotSignedIn):
        return posts.see_other("/sign-in/")
    at = found.previous_sign_in_at
    rows = (
        (texts.NAME, found.name),
        (texts.USERNAME, found.username),
        (texts.EMAIL, mask(found.email)),
        (texts.LAST_SIGN_IN, texts.moment(at) if at else texts.FIRST_TIME),
    )
    page = PlainPage("/account/")
    page.replace_main("account", title(texts.HEADING), heading=texts.HEADING, rows=rows, texts=texts)
    return page.answer()


ROUTES = [Route(PLAIN, overview, methods=["GET"])]
