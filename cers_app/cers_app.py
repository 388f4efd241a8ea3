"""The Reflex app: pages, routes, middleware, lifespan tasks; nothing else."""

import asyncio
import contextlib
import functools
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import reflex as rx
from reflex.utils import prerequisites
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from cers_app.background import periodic
from cers_app.composition import build
from cers_app.composition.world import REAL
from cers_app.frontend import typed
from cers_app.help import pages as help_pages
from cers_app.logs import processes
from cers_app.mail import worker_task
from cers_app.mail.worker import Worker
from cers_app.new_password.common import Blocklist
from cers_app.not_me import pages as not_me_pages
from cers_app.not_me import routes as not_me_routes
from cers_app.provided import provide, provided
from cers_app.recover_username import pages as recover_pages
from cers_app.recover_username import routes as recover_routes
from cers_app.reset_password import pages as reset_pages
from cers_app.reset_password import routes as reset_routes
from cers_app.serving import watched
from cers_app.settings import Mode, settings
from cers_app.sign_in import pages as sign_in_pages
from cers_app.sign_in import routes as sign_in_routes
from cers_app.storage.database import Database
from cers_app.storage.throttle import Limits
from cers_app.ui import banners, errors, theme
from cers_app.upkeep import health, metrics_server
from cers_app.upkeep.housekeeping import Housekeeping
from cers_app.values.world import World
from cers_app.verification import routes as verification_routes
from cers_app.web import policy, tabs
from cers_app.web.browser_cookie import BrowserCookie
from cers_app.web.cross_site import CrossSite
from cers_app.web.error_pages import ErrorPages, trouble_page
from cers_app.web.headers import SecurityHeaders
from cers_app.web.page_access import PageAccess, is_live
from cers_app.web.polling import Polling
from cers_app.web.proxy_mistakes import ProxyMistakes
from cers_app.web.socket_handshake import SocketHandshake
from cers_app.web.traffic import TrafficLimit, TrafficRule, built_files
from cers_app.web.visit import ClientAddress
from cers_app.your_account import pages as account_pages
from cers_app.your_account import routes as account_routes

if processes.is_portal():
    # Before the app is made: its parts give themselves handlers when they find none.
    processes.claim()

IS_PRODUCTION = settings().mode is Mode.PRODUCTION
if not IS_PRODUCTION:
    from cers_app.development import pages as stages
    from cers_app.development import tools

    stages.take_facts()

provide(lambda: build(settings(), REAL if IS_PRODUCTION else tools.world(settings(), REAL)))

ROUTES = [
    *sign_in_routes.ROUTES,
    *recover_routes.ROUTES,
    *reset_routes.ROUTES,
    *not_me_routes.ROUTES,
    *account_routes.ROUTES,
    *verification_routes.ROUTES,
    *health.ROUTES,
    *([] if IS_PRODUCTION else tools.routes(settings())),
]
PAGES = [
    *sign_in_pages.PAGES,
    *recover_pages.PAGES,
    *reset_pages.PAGES,
    *not_me_pages.PAGES,
    *account_pages.PAGES,
    *help_pages.PAGES,
    *errors.PAGES,
]


def _built() -> Path:
    return prerequisites.get_web_dir() / "build" / "client"


def middleware(inner: ASGIApp) -> ASGIApp:
    """Everything a request passes on its way in, the outermost last."""
    hosts = [re.sub(r":\d+$", "", urlsplit(origin).netloc) for origin in settings().origins]
    gated = PageAccess(inner) if IS_PRODUCTION else stages.Ungated(inner, PageAccess(inner))
    inner = health.HostCheck(gated, allowed_hosts=hosts, www_redirect=False)
    inner = SocketHandshake(BrowserCookie(inner), is_live)
    rule = TrafficRule(
        sockets=settings().limit_sockets,
        sockets_per_ip=settings().limit_sockets_per_ip,
        events_per_minute=settings().limit_events_per_minute,
        events_per_ip=settings().limit_events_per_ip_per_minute,
        kilobytes_per_minute=settings().limit_kilobytes_per_minute,
    )
    requests = provided(Limits).requests
    limited = TrafficLimit(inner, rule, requests, lambda: built_files(_built()), provided(World).now)
    inner = CrossSite(limited, settings().origins)
    inner = ClientAddress(Polling(inner, settings().origins, requests), settings().trusted_hops)
    if settings().is_https:
        inner = ProxyMistakes(inner, hosts, settings().trusted_hops, provided(World).now)
    inner = ErrorPages(inner, _built())
    policy_of = functools.partial(policy.of_built_page, _built(), form_origin=settings().continue_origin)
    inner = SecurityHeaders(inner, policy_of, is_https=settings().is_https)
    return inner if IS_PRODUCTION else stages.Staged(inner)


async def on_exception(_request: Request, _broken: Exception) -> Response:
    """The page of a failed service, for the routes of the server."""
    return trouble_page(_built())


@contextlib.asynccontextmanager
async def mail_worker() -> AsyncIterator[None]:
    """The mail worker inside the portal, unless one runs beside it."""
    if not settings().mail_worker:
        yield
        return
    async with worker_task.running(provided(Worker), settings().mail_interval):
        yield


@contextlib.asynccontextmanager
async def served_metrics() -> AsyncIterator[None]:
    """Serve the metrics if a port is set."""
    async with metrics_server.running(settings(), provided(Database)):
        yield


@contextlib.asynccontextmanager
async def housekeeping() -> AsyncIterator[None]:
    """Delete old rows a minute after the start, then every hour."""
    async with periodic.every(3600, provided(Housekeeping).purge, first=60, name="housekeeping"):
        yield


@contextlib.asynccontextmanager
async def blocklist() -> AsyncIterator[None]:
    """Read the operator's list of passwords before anybody needs it."""
    await asyncio.to_thread(lambda: provided(Blocklist).hashes)
    yield


class Portal(rx.App):
    """The framework's app inside the portal's middleware, so no request gets past the middleware."""

    def __call__(self) -> ASGIApp:
        """Make the application that the server runs."""
        return middleware(super().__call__())


# The portal's own pages are all that it answers: no answer needs a CORS header.
rx.App._add_cors = staticmethod(lambda _api: None)  # type: ignore[assignment]  # noqa: SLF001
app = Portal(
    toaster=None,
    # The framework's notices show stacks and the socket's address. Ours: `ui/banners.py`, `frontend/portal.jsx`.
    app_wraps={},
    backend_exception_handler=banners.on_fault,
    frontend_exception_handler=banners.on_page_fault,
    html_lang="en",
    head_components=[
        theme.style(),
        typed.script(),
        rx.el.link(rel="icon", type="image/svg+xml", href="/favicon.svg"),
        rx.el.meta(name="robots", content="noindex"),
    ],
    api_transformer=Starlette(routes=ROUTES, exception_handlers={Exception: on_exception}),
)
tabs.attach(app)
app.register_lifespan_task(processes.lifespan)
app.register_lifespan_task(watched.lifespan)
app.register_lifespan_task(blocklist)
app.register_lifespan_task(served_metrics)
app.register_lifespan_task(mail_worker)
app.register_lifespan_task(housekeeping)
for task in [] if IS_PRODUCTION else tools.lifespans(settings()):
    app.register_lifespan_task(task)
for each in PAGES:
    each.add_to(app)
