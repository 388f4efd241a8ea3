"""`/verification/<id>.png`: the picture, for the browser it was made for."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cers_app.services import services
from cers_app.web import posts

LONGEST_ID = 32


async def picture(request: Request) -> Response:
    """A live challenge's picture; 404 for anybody else's and for one that was answered."""
    identity = request.path_params["identity"][:LONGEST_ID]
    owner = posts.visitor_of(request).browser
    found = await asyncio.to_thread(services().challenges.picture, identity, owner)
    headers = {"cache-control": "no-store"}
    if found is None:
        return Response(status_code=404, headers=headers)
    return Response(found, media_type="image/png", headers=headers)


ROUTES = [Route("/verification/{identity}.png", picture, methods=["GET"])]
