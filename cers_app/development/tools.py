"""What only developers and QA have, for the app to add. In production the app imports nothing of this folder."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from starlette.routing import Route

from cers_app.development import clock, mailbox, pages, requests
from cers_app.settings import Mode, Settings
from cers_app.values.world import World


def world(config: Settings, real: World) -> World:
    """The world of this mode. In `test` mode its clock can be moved."""
    return clock.movable(real) if config.mode is Mode.TEST else real


def routes(config: Settings) -> list[Route]:
    """The routes of this mode, all below `/dev/`."""
    moves = [clock.ROUTE] if config.mode is Mode.TEST else []
    return [*mailbox.ROUTES, *pages.ROUTES, *requests.ROUTES, *moves]


def lifespans(config: Settings) -> list[Callable[[], AbstractAsyncContextManager[None]]]:
    """What runs beside the app in this mode."""
    return [requests.lifespan] if config.mode is Mode.DEVELOPMENT else []
