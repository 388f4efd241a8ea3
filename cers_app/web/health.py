"""`/healthz`: whether the portal can do its work."""

import asyncio
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cers_app import database
from cers_app.outside import now
from cers_app.services import services
from cers_app.settings import settings

WORKER_SILENCE = timedelta(minutes=2)
"""Longer than one mail takes, even with a slow mail server."""


async def healthz(_request: Request) -> Response:
    """200 `ok`, or 503 and one line for each part that is down."""
    down = await asyncio.to_thread(_what_is_down)
    headers = {"cache-control": "no-store"}
    return PlainTextResponse("\n".join(down) or "ok", 503 if down else 200, headers)


def _what_is_down() -> list[str]:
    down = []
    try:
        if not database.is_current(services().database):
            down.append("database: behind its migrations")
    except SQLAlchemyError:
        down.append("database: does not answer")
    worker = services().worker
    if settings().mail_worker and (worker.seen_at is None or now() - worker.seen_at > WORKER_SILENCE):
        # The worker writes at each look: what it breaks with is the database's fault.
        down.append("database: cannot be written" if worker.fault else "mail worker: does not answer")
    return down


ROUTES = [Route("/healthz", healthz, methods=["GET"]), Route("/healthz/", healthz, methods=["GET"])]
