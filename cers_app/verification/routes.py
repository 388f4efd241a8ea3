"""The picture, the sound and the task of a challenge. Only the browser that owns the challenge gets them.

`challenge_id` is the id of a challenge, or the name of a page that does not know its challenge's id. With a page's
name, the picture belongs to a new challenge, and the sound and the task belong to the picture that the page shows.
"""

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from cers_app.background.pools import Busy, SpeakingPool
from cers_app.provided import provided
from cers_app.settings import settings
from cers_app.storage.throttle import Limits, OfficeThrottle
from cers_app.values.world import World
from cers_app.verification import proof, spoken
from cers_app.verification.answers import Purpose
from cers_app.verification.challenge import Challenges
from cers_app.web.visit import Visit
from cers_app.words import common

LONGEST_ID = 32
PAGES = {str(purpose): purpose for purpose in Purpose}


async def picture(request: Request) -> Response:
    """The picture of a live challenge. Another browser's challenge or an answered challenge gets 404."""
    challenge_id, browser = await _whose(request, provided(Challenges).show)
    found = await asyncio.to_thread(provided(Challenges).picture, challenge_id, browser)
    return Response(found, media_type="image/png") if found else _nothing()


async def speech(request: Request) -> Response:
    """New spoken digits for a live challenge."""
    challenge_id, browser = await _whose(request, provided(Challenges).open_one)
    visitor = Visit.of_request(request)
    if (retry_at := provided(Limits).sounds.take(visitor.network)) is not None:
        return PlainTextResponse(common.too_many(retry_at), 429)
    digits = await asyncio.to_thread(provided(Challenges).speak, challenge_id, browser)
    if digits is None:
        return _nothing()
    said = await provided(SpeakingPool).run_for(visitor.network, spoken.speak, digits)
    if isinstance(said, Busy):
        return PlainTextResponse(common.BUSY, 503)
    return Response(said, media_type="audio/wav")


async def task(request: Request) -> Response:
    """The task that a browser computes when the visitor does not want to read or listen."""
    challenge_id, browser = await _whose(request, provided(Challenges).open_one)
    if await asyncio.to_thread(provided(Challenges).picture, challenge_id, browser) is None:
        return _nothing()
    expires_at = provided(World).now() + settings().challenge_life
    key = provided(Challenges).proof_key(challenge_id)
    return JSONResponse(await asyncio.to_thread(proof.ask, key, expires_at))


async def check(request: Request) -> Response:
    """The task for a browser whose network asks for much."""
    challenge_id, browser = await _whose(request, provided(Challenges).open_one)
    if await asyncio.to_thread(provided(Challenges).picture, challenge_id, browser) is None:
        return _nothing()
    effort = provided(OfficeThrottle).effort(Visit.of_request(request).network)
    effort = max(effort, 1) if isinstance(effort, int) else 1
    expires_at = provided(World).now() + settings().challenge_life
    key = provided(Challenges).check_key(challenge_id, effort)
    return JSONResponse(await asyncio.to_thread(proof.ask, key, expires_at, effort))


async def _whose(request: Request, find: Callable[[Purpose, str], str]) -> tuple[str, str]:
    """The id of the challenge and the browser that asks. `find` gives the challenge of a page and a browser."""
    challenge_id, visitor = request.path_params["challenge_id"][:LONGEST_ID], Visit.of_request(request)
    if challenge_id in PAGES and visitor.browser:
        if provided(Limits).pictures.take(visitor.network) is not None:
            return "", visitor.browser
        challenge_id = await asyncio.to_thread(find, PAGES[challenge_id], visitor.browser)
    return challenge_id, visitor.browser


def _nothing() -> Response:
    return Response(status_code=404)


ROUTES = [
    Route("/verification/{challenge_id}.png", picture, methods=["GET"]),
    Route("/verification/{challenge_id}.wav", speech, methods=["GET"]),
    Route("/verification/{challenge_id}/task", task, methods=["GET"]),
    Route("/verification/{challenge_id}/check", check, methods=["GET"]),
]
